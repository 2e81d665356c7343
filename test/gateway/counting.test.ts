import { describe, expect, test } from "vitest";
import { GuildStats } from "../../src/guild-stats.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { connect, makeClient, PRIVILEGED_INTENTS } from "../support/connected-client.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { aDiscord } from "../support/returning-bot.ts";
import { runBot } from "../support/running-bot.ts";

const MINUTE = 60_000;

async function totals(bot: Awaited<ReturnType<typeof runBot>>, members: "humans" | "bots" | "both" = "both") {
  await bot.discord.taken();
  return (await bot.stats.query.server(bot.guild.id, { members })).totals.lifetime;
}

describe("messages on the gateway", () => {
  test("people's and bots' are counted apart; webhooks, system notices and the bot's own are not", async () => {
    await using bot = await runBot({ members: [{ username: "an" }, { username: "helper", bot: true }] });
    const { discord, guild } = bot;
    const general = guild.channel("general");
    discord.message(guild, general, guild.user(0));
    discord.message(guild, general, guild.user(0));
    discord.message(guild, general, guild.user(1));
    discord.message(guild, general, guild.user(1), { webhook_id: "5", application_id: "5", type: 20 });
    discord.message(guild, general, guild.user(0), { webhook_id: "7" });
    discord.message(guild, general, guild.user(0), { type: 7 });
    discord.message(guild, general, discord.me);
    expect((await totals(bot, "humans")).messages).toBe(2);
    expect((await totals(bot, "bots")).messages).toBe(2);
  });

  test("a thread's messages count for itself and for its channel, and once for the server", async () => {
    await using bot = await runBot();
    const { discord, guild } = bot;
    const general = guild.channel("general");
    const thread = guild.addChannel({ name: "a thread", type: 11, parent_id: general.id });
    discord.returnGuild(guild);
    discord.removeGuild(guild, { unavailable: true });
    discord.returnGuild(guild);
    discord.message(guild, thread, guild.user(0));
    await discord.taken();
    discord.message(guild, general, guild.user(1));
    await discord.taken();
    const messagesIn = async (channelId: string) =>
      (await bot.stats.query.channel(guild.id, channelId)).totals.lifetime.messages;
    expect(await messagesIn(general.id)).toBe(2);
    expect(await messagesIn(thread.id)).toBe(1);
    const server = await bot.stats.query.server(guild.id);
    expect(server.totals.lifetime.messages).toBe(2);
    expect(server.topChannels.messages.map(({ id, value }) => [id, value])).toEqual([[general.id, 2]]);
  });

  test("a message that the client knew before it came, for the host fetched it, is counted, once", async () => {
    await using bot = await runBot();
    const { discord, guild } = bot;
    const general = guild.channel("general");
    const [message] = discord.history(guild, general, 1, () => ({ author: guild.user(0) }));
    const channel = await bot.client.channels.fetch(general.id);
    if (message === undefined || !channel?.isTextBased()) throw new Error("no message");
    await channel.messages.fetch({ limit: 1 });
    for (let time = 0; time < 2; time++) discord.redeliver(message);
    expect((await totals(bot)).messages).toBe(1);
  });

  test("a message delivered twice, across a reconnect, is counted once, and none is lost", async () => {
    await using bot = await runBot();
    const { discord, guild } = bot;
    const message = discord.message(guild, guild.channel("general"), guild.user(0));
    await discord.taken();
    // While it is cached, discord.js hides a repeated message; a busy channel's cache forgets it.
    const channel = bot.client.channels.cache.get(message.channel_id);
    if (channel?.isTextBased()) channel.messages.cache.clear();
    const resumed = discord.next("resume");
    discord.kick("cut");
    discord.redeliver(message);
    discord.message(guild, guild.channel("general"), guild.user(1));
    await resumed;
    expect((await totals(bot)).messages).toBe(2);
  });
});

describe("voice on the gateway", () => {
  test("is counted from joining to leaving, in the channel where it was spent", async () => {
    const clock = new ManualClock();
    await using bot = await runBot(
      { channels: [{ name: "general" }, { name: "A", type: 2 }, { name: "B", type: 2 }] },
      { clock },
    );
    const { discord, guild } = bot;
    const enter = async (channel: string | null): Promise<void> => {
      discord.voice(guild, guild.user(0), channel === null ? null : guild.channel(channel));
      await discord.taken();
    };
    await enter("A");
    clock.pass(10 * MINUTE);
    await enter("B");
    clock.pass(5 * MINUTE);
    expect((await totals(bot)).voice).toBe(15 * MINUTE);
    await enter(null);
    clock.pass(MINUTE);
    expect((await totals(bot)).voice).toBe(15 * MINUTE);
    const b = await bot.stats.query.channel(guild.id, guild.channel("B").id);
    expect(b.totals.lifetime.voice).toBe(5 * MINUTE);
  });

  test("time in the AFK channel is not counted", async () => {
    const clock = new ManualClock();
    await using bot = await runBot(
      {
        channels: [{ name: "general" }, { name: "Lobby", type: 2 }, { name: "zzz", type: 2 }],
        afkChannel: "zzz",
      },
      { clock },
    );
    const { discord, guild } = bot;
    discord.voice(guild, guild.user(0), guild.channel("Lobby"));
    await discord.taken();
    clock.pass(MINUTE);
    discord.voice(guild, guild.user(0), guild.channel("zzz"));
    await discord.taken();
    clock.pass(60 * MINUTE);
    expect((await totals(bot)).voice).toBe(MINUTE);
  });

  test("an outage is bridged for whoever is found in the same session, and for nobody else", async () => {
    const clock = new ManualClock();
    await using bot = await runBot({}, { clock });
    const { discord, guild, stats } = bot;
    const [stays, leaves] = [guild.user(0), guild.user(1)];
    for (const user of [stays, leaves]) discord.voice(guild, user, guild.channel("Lobby"));
    await discord.taken();
    clock.pass(MINUTE);
    discord.removeGuild(guild, { unavailable: true });
    await discord.taken();
    clock.pass(30 * MINUTE);
    guild.setVoice(leaves, null);
    discord.returnGuild(guild);
    await discord.taken();
    clock.pass(2 * MINUTE);
    const voiceOf = async (user: { id: string }) =>
      (await stats.query.member(guild.id, user.id)).totals.lifetime.voice;
    expect(await voiceOf(stays)).toBe(33 * MINUTE);
    expect(await voiceOf(leaves)).toBe(MINUTE);
  });

  test("an outage is bridged for nobody else when settings change meanwhile, and nothing is counted in it", async () => {
    const clock = new ManualClock();
    await using bot = await runBot({}, { clock });
    const { discord, guild, stats } = bot;
    const [stays, leaves] = [guild.user(0), guild.user(1)];
    for (const user of [stays, leaves]) discord.voice(guild, user, guild.channel("Lobby"));
    await discord.taken();
    clock.pass(MINUTE);
    discord.removeGuild(guild, { unavailable: true });
    await discord.taken();
    clock.pass(10 * MINUTE);
    await stats.configure(guild.id, { timeZone: "Asia/Kathmandu" });
    clock.pass(20 * MINUTE);
    const voiceOf = async (user: { id: string }) =>
      (await stats.query.member(guild.id, user.id)).totals.lifetime.voice;
    expect([await voiceOf(stays), await voiceOf(leaves)]).toEqual([MINUTE, MINUTE]);
    guild.setVoice(leaves, null);
    discord.returnGuild(guild);
    await discord.taken();
    clock.pass(2 * MINUTE);
    expect([await voiceOf(stays), await voiceOf(leaves)]).toEqual([33 * MINUTE, MINUTE]);
  });

  test("who is in voice when the bot starts in an outage was there all along, also when settings change before it is over", async () => {
    const clock = new ManualClock();
    await using away = await aDiscord();
    const { discord, guild } = away;
    const stays = guild.user(0);
    let file = "";
    {
      await using first = await away.start({ clock });
      file = first.databaseFile;
      discord.voice(guild, stays, guild.channel("Lobby"));
      await discord.taken();
      clock.pass(MINUTE);
    }
    discord.removeGuild(guild, { unavailable: true });
    const client = makeClient(discord);
    await using stats = new GuildStats(client, { store: sqlite(file), clock, drainOnSignals: false });
    await stats.start();
    // The client is not ready before it knows of all guilds, or has waited for them for long.
    const connected = connect(client, discord);
    await expect.poll(() => client.guilds.cache.get(guild.id)?.available).toBe(false);
    clock.pass(MINUTE);
    await stats.configure(guild.id, { timeZone: "Asia/Kathmandu" });
    discord.returnGuild(guild);
    await connected;
    await discord.taken();
    clock.pass(MINUTE);
    const { totals } = await stats.query.member(guild.id, stays.id);
    expect(totals.lifetime.voice).toBe(3 * MINUTE);
    await client.destroy();
  });

  test("each second is told apart by how it was spent, and an admin's choice of what counts reaches back", async () => {
    const clock = new ManualClock();
    await using bot = await runBot({}, { clock });
    const { discord, guild, stats } = bot;
    discord.voice(guild, guild.user(0), guild.channel("Lobby"));
    await discord.taken();
    clock.pass(10 * MINUTE);
    discord.voice(guild, guild.user(1), guild.channel("Lobby"));
    await discord.taken();
    clock.pass(5 * MINUTE);
    expect((await totals(bot)).voice).toBe(20 * MINUTE);
    await stats.configure(guild.id, { uncountedVoice: ["alone"] });
    expect((await totals(bot)).voice).toBe(10 * MINUTE);
    await stats.configure(guild.id, { uncountedVoice: null });
    expect((await totals(bot)).voice).toBe(20 * MINUTE);
  });

  test.each(["before", "behind"] as const)(
    "who stays is alone when the other leaves the server; that they hung up is told %s that",
    async (hangsUp) => {
      const clock = new ManualClock();
      await using bot = await runBot({}, { clock }, PRIVILEGED_INTENTS);
      const { discord, guild, stats } = bot;
      const [stays, leaves] = [guild.user(0), guild.user(1)];
      for (const user of [stays, leaves]) discord.voice(guild, user, guild.channel("Lobby"));
      await discord.taken();
      clock.pass(MINUTE);
      discord.leave(guild, leaves, hangsUp);
      await discord.taken();
      clock.pass(10 * MINUTE);
      await stats.configure(guild.id, { uncountedVoice: ["alone"] });
      expect((await totals(bot)).voice).toBe(2 * MINUTE);
    },
  );

  test("only what was allowed is counted when a guild is turned off and on in the middle of a session", async () => {
    const clock = new ManualClock();
    await using bot = await runBot({}, { clock });
    const { discord, guild, stats } = bot;
    discord.voice(guild, guild.user(0), guild.channel("Lobby"));
    await discord.taken();
    clock.pass(MINUTE);
    await stats.configure(guild.id, { enabled: false });
    clock.pass(60 * MINUTE);
    await stats.configure(guild.id, { enabled: true });
    clock.pass(2 * MINUTE);
    expect((await totals(bot)).voice).toBe(3 * MINUTE);
  });

  test("the split by state says what a stop-watch beside each member would", async () => {
    const clock = new ManualClock();
    await using bot = await runBot(
      {
        channels: [
          { name: "general" },
          { name: "Lobby", type: 2 },
          { name: "Stage", type: 13 },
          { name: "zzz", type: 2 },
        ],
        afkChannel: "zzz",
      },
      { clock },
    );
    const { discord, guild, stats } = bot;
    const [an, bo] = [guild.user(0), guild.user(1)];
    const during = async (minutes: number, ...enter: Parameters<typeof discord.voice>): Promise<void> => {
      discord.voice(...enter);
      await discord.taken();
      clock.pass(minutes * MINUTE);
    };
    await during(1, guild, an, guild.channel("Lobby"));
    await during(2, guild, bo, guild.channel("Lobby"), { selfMute: true });
    await during(4, guild, bo, guild.channel("Lobby"), { selfMute: true, selfDeaf: true, selfStream: true });
    await during(8, guild, bo, guild.channel("Stage"), {
      selfMute: false,
      selfDeaf: false,
      selfStream: false,
    });
    await during(16, guild, bo, guild.channel("Stage"), { suppress: false, selfVideo: true });
    await during(32, guild, bo, guild.channel("zzz"), { selfVideo: false, mute: true });
    await during(0, guild, bo, null);
    const { statesMs, allMs, countedMs } = await stats.query.voiceStates(guild.id, { memberId: bo.id });
    const minutes = Object.fromEntries(Object.entries(statesMs).map(([name, ms]) => [name, ms / MINUTE]));
    expect(minutes).toEqual({
      alone: 8 + 16 + 32,
      afk: 32,
      selfMuted: 2 + 4,
      serverMuted: 32,
      selfDeafened: 4,
      serverDeafened: 0,
      streaming: 4,
      camera: 16,
      stageAudience: 8,
      stageSpeaker: 16,
    });
    expect([allMs / MINUTE, countedMs / MINUTE]).toEqual([62, 30]);
    const alone = await stats.query.voiceStates(guild.id, {
      memberId: an.id,
      channelId: guild.channel("Lobby").id,
    });
    expect(alone.statesMs.alone / MINUTE).toBe(1 + 8 + 16 + 32);
  });
});
