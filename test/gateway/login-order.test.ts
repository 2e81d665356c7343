import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { Client, Events, GatewayDispatchEvents, type VoiceState } from "discord.js";
import { describe, expect, test } from "vitest";
import { GuildStats } from "../../src/guild-stats.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { playing } from "../loopback/activities.ts";
import { LoopbackDiscord } from "../loopback/loopback-discord.ts";
import type { User } from "../loopback/world.ts";
import { connect, PRIVILEGED_INTENTS } from "../support/connected-client.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** So many packets are kept back that the client hands them on long after it is ready. */
const KEPT_BACK = 200;
const SECOND = 1_000;

/** A bot in two guilds, of which one has come, and the other one comes when the client is let in. */
async function halfLoggedIn() {
  const folder = temporaryFolder();
  const discord = await LoopbackDiscord.start();
  const [guild, late] = [discord.guild({ members: 2 }), discord.guild()];
  discord.removeGuild(late, { unavailable: true });
  const client = new Client({ intents: PRIVILEGED_INTENTS, ...discord.clientOptions });
  const clock = new ManualClock();
  const store = sqlite(folder.file("stats.db"));
  const options = { store, clock, activities: true, drainOnSignals: false, registerCommands: false };
  const stats = new GuildStats(client, options);
  const failures: unknown[] = [];
  stats.on("failure", (error) => failures.push(error));
  /** The channels of a member, in the order in which the client tells of them, which it does ahead of the plugin. */
  const told: (string | null)[] = [];
  client.on(Events.VoiceStateUpdate, (_, { channelId }: VoiceState) => told.push(channelId));
  await stats.start();
  const came = once(client.ws, GatewayDispatchEvents.GuildCreate);
  const ready = connect(client, discord);
  await came;
  const [general, lobby] = [guild.channel("general"), guild.channel("Lobby")];
  for (let message = 0; message < KEPT_BACK; message++) discord.message(guild, general, guild.user(1));
  return {
    ...{ discord, guild, lobby, clock, stats, told, failures },
    /** Lets the client in; what then happens in Discord comes before the client hands on what it kept back. */
    async letIn(then: () => void): Promise<void> {
      await discord.taken();
      client.once(Events.ClientReady, then);
      discord.returnGuild(late);
      await ready;
    },
    /** The client has told of everything. */
    async allTold(changes: number): Promise<void> {
      while (told.length < changes) await turn();
      await discord.taken();
      for (let left = KEPT_BACK; left > 0; left--) await turn();
    },
    cachedChannelOf: (userId: string) =>
      client.guilds.cache.get(guild.id)?.voiceStates.cache.get(userId)?.channelId,
    /** The client has told of everything that it kept back, and of what came in a thread. */
    async allSaid(): Promise<void> {
      await discord.taken();
      for (let left = 2 * KEPT_BACK; left > 0; left--) await turn();
    },
    async messagesOf(userId: string): Promise<number> {
      return (await stats.query.member(guild.id, userId)).totals.lifetime.messages;
    },
    async voiceMsOf(userId: string): Promise<number> {
      return (await stats.query.member(guild.id, userId)).totals.lifetime.voice;
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await stats.stop();
      await client.destroy();
      await discord[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

describe("what happens while the client logs in is told by it behind what happens then", () => {
  test("who came to voice before and leaves then is out of it", async () => {
    await using bot = await halfLoggedIn();
    const { discord, guild, lobby, clock } = bot;
    const ann = guild.user(0);
    discord.voice(guild, ann, lobby);
    await bot.letIn(() => discord.voice(guild, ann, null));
    await bot.allTold(2);
    expect(bot.told).toEqual([null, lobby.id]);
    clock.pass(60 * SECOND);
    expect(await bot.voiceMsOf(ann.id)).toBe(0);
    expect(bot.cachedChannelOf(ann.id)).toBe(null);
    expect(bot.failures).toEqual([]);
  });

  test("but counts from when it happened", async () => {
    await using bot = await halfLoggedIn();
    const { discord, guild, lobby, clock } = bot;
    const [ann, ben] = [guild.user(0), guild.user(1)];
    discord.voice(guild, ann, lobby);
    discord.voice(guild, ben, lobby);
    await discord.taken();
    clock.pass(60 * SECOND);
    discord.voice(guild, ben, null);
    await discord.taken();
    clock.pass(30 * SECOND);
    // It is looked anew at everyone who is in voice.
    await bot.stats.configure(guild.id, { visibility: "admins" });
    clock.pass(30 * SECOND);
    await bot.letIn(() => undefined);
    await bot.allTold(3);
    clock.pass(60 * SECOND);
    expect([await bot.voiceMsOf(ann.id), await bot.voiceMsOf(ben.id)]).toEqual([180 * SECOND, 60 * SECOND]);
    const { statesMs } = await bot.stats.query.voiceStates(guild.id);
    expect(statesMs.alone).toBe(120 * SECOND);
    expect(bot.failures).toEqual([]);
  });

  test("who left before and comes back then is in it", async () => {
    await using bot = await halfLoggedIn();
    const { discord, guild, lobby, clock } = bot;
    const ann = guild.user(0);
    discord.voice(guild, ann, lobby);
    discord.voice(guild, ann, null);
    await bot.letIn(() => discord.voice(guild, ann, lobby));
    await bot.allTold(3);
    expect(bot.told).toEqual([lobby.id, lobby.id, null]);
    clock.pass(60 * SECOND);
    expect(await bot.voiceMsOf(ann.id)).toBe(60 * SECOND);
    expect(bot.cachedChannelOf(ann.id)).toBe(lobby.id);
  });

  test("whom the guild tells of anew, behind what was kept back, is where that says", async () => {
    await using bot = await halfLoggedIn();
    const { discord, guild, lobby, clock } = bot;
    const ann = guild.user(0);
    discord.voice(guild, ann, lobby);
    await bot.letIn(() => {
      guild.voice.delete(ann.id);
      discord.returnGuild(guild);
    });
    await bot.allTold(1);
    clock.pass(60 * SECOND);
    expect(await bot.voiceMsOf(ann.id)).toBe(0);
    expect(bot.failures).toEqual([]);
  });

  test("what is said in a thread that was made before is counted, for the thread's channel too", async () => {
    await using bot = await halfLoggedIn();
    const { discord, guild, stats } = bot;
    const [general, ann] = [guild.channel("general"), guild.user(0)];
    const thread = discord.createChannel(guild, { name: "thread", type: 11, parent_id: general.id });
    discord.message(guild, thread, ann);
    await bot.letIn(() => {
      discord.message(guild, thread, ann);
      discord.message(guild, thread, ann, { webhook_id: "7" });
      discord.message(guild, thread, ann, { type: 7 });
    });
    await bot.allSaid();
    discord.message(guild, thread, ann);
    await bot.allSaid();
    expect(await bot.messagesOf(ann.id)).toBe(3);
    const { totals } = await stats.query.channel(guild.id, general.id);
    expect(totals.lifetime.messages).toBe(KEPT_BACK + 3);
    expect(bot.failures).toEqual([]);
  });

  describe("who plays before", () => {
    const HOUR = 3_600 * SECOND;
    type Bot = Awaited<ReturnType<typeof halfLoggedIn>>;

    /** What Ann did in an hour who played before, at the end of which and behind which it is looked anew at what she does. */
    async function playedBefore(bot: Bot, then: (ann: User) => void): Promise<string[]> {
      const { discord, guild, clock, stats } = bot;
      const [ann, ben] = [guild.user(0), guild.user(1)];
      for (const user of [ann, ben]) discord.presence(guild, user, { activities: [playing("Go")] });
      await bot.letIn(() => then(ann));
      await bot.allSaid();
      const roles = [discord.createRole(guild, { name: "player" }).id];
      for (const user of guild.members.values()) discord.changeMember(guild, user.user, { roles });
      await stats.configure(guild.id, { visibility: "admins" });
      await bot.allSaid();
      clock.pass(HOUR);
      const namesOf = async ({ id }: User): Promise<string[]> =>
        (await stats.query.memberActivities(guild.id, id)).topActivities.map(({ name }) => name);
      expect(await namesOf(ben)).toEqual(["Go"]);
      expect(bot.failures).toEqual([]);
      return await namesOf(ann);
    }

    test("and ceases to then does nothing any more", async () => {
      await using bot = await halfLoggedIn();
      expect(await playedBefore(bot, (ann) => bot.discord.presence(bot.guild, ann))).toEqual([]);
    });

    test("and plays something else then plays that", async () => {
      await using bot = await halfLoggedIn();
      const { discord, guild } = bot;
      const chess = { activities: [playing("Chess")] };
      expect(await playedBefore(bot, (ann) => discord.presence(guild, ann, chess))).toEqual(["Chess"]);
    });

    test("and leaves the guild then does nothing in it any more", async () => {
      await using bot = await halfLoggedIn();
      expect(await playedBefore(bot, (ann) => bot.discord.leave(bot.guild, ann))).toEqual([]);
    });

    test("and is not in the list that the guild comes with then does nothing any more", async () => {
      await using bot = await halfLoggedIn();
      const { discord, guild } = bot;
      const gone = (ann: User): void => {
        guild.presences.delete(ann.id);
        discord.returnGuild(guild);
      };
      expect(await playedBefore(bot, gone)).toEqual([]);
    });
  });
});
