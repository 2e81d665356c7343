import { describe, expect, test } from "vitest";
import { ManualClock } from "../support/manual-clock.ts";
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

  test("a thread's messages count for its parent", async () => {
    await using bot = await runBot();
    const { discord, guild } = bot;
    const general = guild.channel("general");
    const thread = guild.addChannel({ name: "a thread", type: 11, parent_id: general.id });
    discord.returnGuild(guild);
    discord.removeGuild(guild, { unavailable: true });
    discord.returnGuild(guild);
    discord.message(guild, thread, guild.user(0));
    await discord.taken();
    const view = await bot.stats.query.channel(guild.id, general.id);
    expect(view.totals.lifetime.messages).toBe(1);
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
    clock.step(clock.nowMs() + 10 * MINUTE);
    await enter("B");
    clock.step(clock.nowMs() + 5 * MINUTE);
    expect((await totals(bot)).voice).toBe(15 * MINUTE);
    await enter(null);
    clock.step(clock.nowMs() + MINUTE);
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
    clock.step(clock.nowMs() + MINUTE);
    discord.voice(guild, guild.user(0), guild.channel("zzz"));
    await discord.taken();
    clock.step(clock.nowMs() + 60 * MINUTE);
    expect((await totals(bot)).voice).toBe(MINUTE);
  });

  test("an outage ends what nobody saw, and begins anew with who is there", async () => {
    const clock = new ManualClock();
    await using bot = await runBot({}, { clock });
    const { discord, guild } = bot;
    discord.voice(guild, guild.user(0), guild.channel("Lobby"));
    await discord.taken();
    clock.step(clock.nowMs() + MINUTE);
    discord.removeGuild(guild, { unavailable: true });
    await discord.taken();
    clock.step(clock.nowMs() + 30 * MINUTE);
    discord.returnGuild(guild);
    await discord.taken();
    clock.step(clock.nowMs() + 2 * MINUTE);
    expect((await totals(bot)).voice).toBe(3 * MINUTE);
  });

  test("only what was allowed is counted when a guild is turned off and on in the middle of a session", async () => {
    const clock = new ManualClock();
    await using bot = await runBot({}, { clock });
    const { discord, guild, stats } = bot;
    discord.voice(guild, guild.user(0), guild.channel("Lobby"));
    await discord.taken();
    clock.step(clock.nowMs() + MINUTE);
    await stats.configure(guild.id, { enabled: false });
    clock.step(clock.nowMs() + 60 * MINUTE);
    await stats.configure(guild.id, { enabled: true });
    clock.step(clock.nowMs() + 2 * MINUTE);
    expect((await totals(bot)).voice).toBe(3 * MINUTE);
  });
});
