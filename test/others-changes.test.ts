import { setImmediate as turn } from "node:timers/promises";
import { Client } from "discord.js";
import { expect, test } from "vitest";
import type { GuildStatsError } from "../src/errors.ts";
import { GuildStats } from "../src/guild-stats.ts";
import type { GuildStatsOptions } from "../src/options.ts";
import type { Store } from "../src/store/store.ts";
import { playing } from "./loopback/activities.ts";
import { LoopbackDiscord } from "./loopback/loopback-discord.ts";
import type { World } from "./loopback/world.ts";
import { PostgresPlaces } from "./store/postgres-places.ts";
import { connect, PRIVILEGED_INTENTS } from "./support/connected-client.ts";
import { databaseOfFile } from "./support/database-of-file.ts";
import { ManualClock } from "./support/manual-clock.ts";

const [ANN, BEN] = ["1099511627776000123", "1099511627776000456"];
const MEMBERS = [
  { id: ANN, username: "ann" },
  { id: BEN, username: "ben" },
];
const MINUTE = 60_000;

const database = await databaseOfFile();
const places = new PostgresPlaces(() => database, "shared");

/** A guild's id, of the guilds that this one of two shards is told of. */
const idOn = (shard: bigint): string => String(((500_000_000_000n + shard) << 22n) + 1n);

interface ShardBot extends AsyncDisposable {
  readonly guild: World;
  readonly stats: GuildStats;
  readonly clock: ManualClock;
  readonly failures: GuildStatsError[];
  /** Messages and milliseconds in voice of a member, as this process shows them. */
  figures(userId: string): Promise<readonly [messages: number, voiceMs: number]>;
}

async function shardBot(
  discord: LoopbackDiscord,
  shard: 0 | 1,
  store: Store,
  options: Partial<GuildStatsOptions> = {},
): Promise<ShardBot> {
  const guild = discord.guild({ id: idOn(BigInt(shard)), members: MEMBERS });
  const client = new Client({
    intents: PRIVILEGED_INTENTS,
    ...discord.clientOptions,
    shards: [shard],
    shardCount: 2,
  });
  const clock = new ManualClock();
  const stats = new GuildStats(client, {
    store,
    clock,
    imageHosts: [discord.host],
    drainOnSignals: false,
    registerCommands: shard === 0,
    ...options,
  });
  const failures: GuildStatsError[] = [];
  stats.on("failure", (error) => failures.push(error));
  await stats.start();
  await connect(client, discord);
  return {
    guild,
    stats,
    clock,
    failures,
    async figures(userId) {
      await discord.taken();
      const { lifetime } = (await stats.query.member(guild.id, userId)).totals;
      return [lifetime.messages, lifetime.voice];
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await stats.stop();
      await client.destroy();
    },
  };
}

/** Two processes of one bot, each with a shard and a guild. */
async function twoProcesses(
  claim: (here: ShardBot, there: ShardBot, discord: LoopbackDiscord) => Promise<void>,
  options: Partial<GuildStatsOptions> = {},
): Promise<void> {
  await using place = await places.place();
  await using discord = await LoopbackDiscord.start();
  await using here = await shardBot(discord, 0, place.store(), options);
  await using there = await shardBot(discord, 1, place.store(), options);
  await claim(here, there, discord);
  expect([...here.failures, ...there.failures]).toEqual([]);
  discord.assertClean();
}

/** A store behind a pooler that swallows notices, which a process that is stopped does not hear either. */
function withoutNotices(store: Store): Store {
  const { changes } = store;
  if (changes === null) throw new Error("nobody shares this store");
  const deaf = { ...changes, listen: () => () => Promise.resolve() };
  return new Proxy(store, {
    get(target, name) {
      if (name === "changes") return deaf;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await turn();
}

test("who opts out by a command in one process is gone from the other at once, also while in voice, and is counted again after opting in", () =>
  twoProcesses(async (here, there, discord) => {
    const { guild } = there;
    const [ann, ben] = [guild.user(0), guild.user(1)];
    for (const user of [ann, ben]) discord.message(guild, guild.channel("general"), user);
    for (const user of [ann, ben]) discord.voice(guild, user, guild.channel("Lobby"));
    await discord.taken();
    await there.clock.advance(MINUTE);
    expect(await there.figures(ANN)).toEqual([1, MINUTE]);
    const question = await discord
      .call({ guild: here.guild, user: here.guild.user(0), command: "guildstats", subcommand: "ignoreme" })
      .settled();
    await question.press("Stop recording me and erase my data").settled();
    await until(() => there.stats.privacy.isOptedOut(ANN));
    discord.message(guild, guild.channel("general"), ann);
    await there.clock.advance(MINUTE);
    await until(async () => (await there.figures(ANN))[0] === 0);
    expect(await there.figures(ANN)).toEqual([0, 0]);
    expect(await there.figures(BEN)).toEqual([1, 2 * MINUTE]);

    await here.stats.privacy.optIn(ANN);
    await until(() => !there.stats.privacy.isOptedOut(ANN));
    // Whoever is in voice still is counted from now on.
    await until(() => there.stats.metrics().voiceSessions === 2);
    there.clock.pass(1_000);
    discord.message(guild, guild.channel("general"), ann);
    expect(await there.figures(ANN)).toEqual([1, 1_000]);
  }));

test("an erasure asked for in one process leaves nothing in the other, and what comes after it counts", () =>
  twoProcesses(async (here, there, discord) => {
    const { guild } = there;
    const ann = guild.user(0);
    discord.message(guild, guild.channel("general"), ann);
    discord.voice(guild, ann, guild.channel("Lobby"));
    await discord.taken();
    await there.clock.advance(MINUTE);
    expect(await there.figures(ANN)).toEqual([1, MINUTE]);
    await here.stats.privacy.forget(ANN);
    await until(async () => (await there.figures(ANN))[0] === 0);
    await there.clock.advance(MINUTE);
    // It is no opting out.
    expect(await there.figures(ANN)).toEqual([0, MINUTE]);
    await there.stats.flush();
    expect(await there.figures(ANN)).toEqual([0, MINUTE]);
  }));

/** Milliseconds of all activities in a guild. */
const playedMs = async ({ stats, guild }: ShardBot): Promise<number> =>
  (await stats.query.activities(guild.id)).topActivities.reduce((sum, { value }) => sum + value, 0);

test("what somebody played while they were out stays uncounted when they opt in again in another process", () =>
  twoProcesses(
    async (here, there, discord) => {
      const { guild, clock } = there;
      const ann = guild.user(0);
      await here.stats.privacy.optOut(ANN);
      await until(() => there.stats.privacy.isOptedOut(ANN));
      clock.pass(MINUTE);
      discord.presence(guild, ann, {
        status: "online",
        activities: [playing("Chess", { startMs: clock.nowMs() })],
      });
      await discord.taken();
      clock.pass(30 * MINUTE);
      await here.stats.privacy.optIn(ANN);
      await until(() => !there.stats.privacy.isOptedOut(ANN));
      await until(() => there.stats.metrics().activitySessions === 1);
      clock.pass(15 * MINUTE);
      expect(await playedMs(there)).toBe(15 * MINUTE);
    },
    { activities: true },
  ));

test("what somebody played before another process erased them stays uncounted, though it is seen only then", () =>
  twoProcesses(
    async (here, there, discord) => {
      const { guild, clock } = there;
      const ann = guild.user(0);
      const startMs = clock.nowMs();
      clock.pass(30 * MINUTE);
      await here.stats.privacy.forget(ANN);
      // Taken in one after the other.
      await here.stats.privacy.optOut(BEN);
      await until(() => there.stats.privacy.isOptedOut(BEN));
      clock.pass(MINUTE);
      discord.presence(guild, ann, { status: "online", activities: [playing("Chess", { startMs })] });
      await discord.taken();
      clock.pass(15 * MINUTE);
      expect(await playedMs(there)).toBe(15 * MINUTE);
    },
    { activities: true },
  ));

test("settings saved in one process are in force in the other: a guild that is turned off ends what is open, and turned on begins anew", () =>
  twoProcesses(async (here, there, discord) => {
    const { guild } = there;
    const ben = guild.user(1);
    discord.voice(guild, ben, guild.channel("Lobby"));
    await discord.taken();
    await there.clock.advance(MINUTE);
    await here.stats.configure(guild.id, { enabled: false, timeZone: "Asia/Tokyo" });
    await until(() => there.stats.settings(guild.id).enabled === false);
    expect(there.stats.settings(guild.id).timeZone).toBe("Asia/Tokyo");
    await until(() => there.stats.metrics().voiceSessions === 0);
    there.clock.pass(MINUTE);
    discord.message(guild, guild.channel("general"), ben);
    expect(await there.figures(BEN)).toEqual([0, MINUTE]);
    await here.stats.configure(guild.id, { enabled: true, uncountedVoice: [] });
    await until(() => there.stats.metrics().voiceSessions === 1);
    there.clock.pass(MINUTE);
    discord.message(guild, guild.channel("general"), ben);
    expect(await there.figures(BEN)).toEqual([1, 2 * MINUTE]);
  }));

test("settings changed in both at once are the same in both, and a list that one adds to keeps what the other added", () =>
  twoProcesses(async (here, there) => {
    const { id } = there.guild;
    const ignoring = (stats: GuildStats, channelId: string) => {
      const { ignored } = stats.settings(id);
      return { ...ignored, channels: [...ignored.channels, channelId] };
    };
    await here.stats.configure(id, { ignored: ignoring(here.stats, ANN) });
    await until(() => there.stats.settings(id).ignored.channels.length === 1);
    await there.stats.configure(id, { ignored: ignoring(there.stats, BEN) });
    await Promise.all([
      here.stats.configure(id, { theme: "light" }),
      there.stats.configure(id, { theme: "dark" }),
    ]);
    await until(() => here.stats.settings(id).ignored.channels.length === 2);
    await until(() => here.stats.settings(id).theme === there.stats.settings(id).theme);
    expect(here.stats.settings(id)).toEqual(there.stats.settings(id));
  }));

test("what is purged in one process is gone from the other", () =>
  twoProcesses(async (here, there, discord) => {
    const { guild } = there;
    for (const user of [guild.user(0), guild.user(1)]) discord.message(guild, guild.channel("general"), user);
    await discord.taken();
    await there.stats.flush();
    expect(await there.figures(BEN)).toEqual([1, 0]);
    await here.stats.purge(guild.id, { memberIds: [BEN] });
    await until(async () => (await there.figures(BEN))[0] === 0);
    expect(await there.figures(ANN)).toEqual([1, 0]);
  }));

test("a process that starts between two changes knows the first and hears of the second", async () => {
  await using place = await places.place();
  await using discord = await LoopbackDiscord.start();
  await using here = await shardBot(discord, 0, place.store());
  await here.stats.privacy.optOut(ANN);
  await here.stats.configure(idOn(1n), { theme: "light" });
  await using there = await shardBot(discord, 1, place.store());
  expect(there.stats.privacy.isOptedOut(ANN)).toBe(true);
  expect(there.stats.settings(idOn(1n)).theme).toBe("light");
  await here.stats.privacy.optIn(ANN);
  await here.stats.configure(idOn(1n), { theme: "dark" });
  await until(() => !there.stats.privacy.isOptedOut(ANN));
  await until(() => there.stats.settings(idOn(1n)).theme === "dark");
});

test("a process that was away for longer than changes are remembered reads all anew, and goes on with who is in voice", async () => {
  const clock = new ManualClock();
  await using place = await places.place(clock);
  await using discord = await LoopbackDiscord.start();
  const store = place.store();
  await using here = await shardBot(discord, 0, store);
  await using there = await shardBot(discord, 1, withoutNotices(place.store()));
  const { guild } = there;
  for (const user of [guild.user(0), guild.user(1)]) discord.voice(guild, user, guild.channel("Lobby"));
  await discord.taken();
  await there.clock.advance(MINUTE);
  await here.stats.privacy.optOut(ANN);
  await here.stats.configure(guild.id, { theme: "light" });
  clock.pass(31 * 86_400_000);
  await store.rollUp({ hourlyBefore: 0, dailyBefore: null, timeZone: "UTC", from: null });
  expect(there.stats.privacy.isOptedOut(ANN)).toBe(false);
  await there.clock.advance(5_000);
  await until(() => there.stats.settings(guild.id).theme === "light");
  await until(() => there.stats.metrics().voiceSessions === 1);
  expect(there.stats.privacy.isOptedOut(ANN)).toBe(true);
  const [, before] = await there.figures(BEN);
  there.clock.pass(1_000);
  expect(await there.figures(BEN)).toEqual([0, before + 1_000]);
  expect(await there.figures(ANN)).toEqual([0, 0]);
  expect([...here.failures, ...there.failures]).toEqual([]);
});
