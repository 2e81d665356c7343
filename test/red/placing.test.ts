import { setImmediate as turn } from "node:timers/promises";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { HOUR_MS, hourOf } from "../../src/clock.ts";
import type { GuildStats } from "../../src/guild-stats.ts";
import { pastOf } from "../../src/red/past.ts";
import { readRedSettings } from "../../src/red/red-import.ts";
import { optOutHash } from "../../src/store/opt-out-hash.ts";
import type { RedPlacingReport, RedStagingReport } from "../../src/store/red-past.ts";
import { examine } from "../../src/store/sqlite/doctor/examine.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { LoopbackDiscord } from "../loopback/loopback-discord.ts";
import type { GuildOptions, World } from "../loopback/world.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { startBot } from "../support/running-bot.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { RedCog } from "./red-cog.ts";

const GONE = "1187654321098765433";

interface Migration extends AsyncDisposable {
  readonly discord: LoopbackDiscord;
  readonly guild: World;
  readonly clock: ManualClock;
  readonly file: string;
  /** Unix seconds. */
  now(): number;
  /** What `import-red --yes` does. */
  stage(cog: RedCog): Promise<RedStagingReport>;
  start(): ReturnType<typeof startBot>;
  /** The next guild's counts are placed. */
  placed(): Promise<RedPlacingReport>;
}

/** A Discord, a bot that is stopped, and a cog's file that is not imported yet. */
async function aMigration(options: GuildOptions = {}): Promise<Migration> {
  const folder = temporaryFolder();
  const discord = await LoopbackDiscord.start();
  const guild = discord.guild({ members: [{}, {}, { bot: true }], ...options });
  const clock = new ManualClock();
  const file = folder.file("stats.db");
  const reports: RedPlacingReport[] = [];
  const ignore = (): void => undefined;
  // Listens from the very start: a guild may be placed before `startBot` is done.
  const logger = {
    info: (details: object) => {
      if ("leftOutMs" in details) reports.push(details as RedPlacingReport);
    },
    warn: ignore,
    error: ignore,
  };
  return {
    discord,
    guild,
    clock,
    file,
    now: () => Math.floor(clock.nowMs() / 1_000),
    async stage(cog) {
      const store = sqlite(file);
      await store.open();
      const { key, hashes } = await store.optOuts();
      const nowMs = clock.nowMs();
      const past = pastOf(readRedSettings(cog.text(), nowMs), {
        nowMs,
        hashOf: (userId) => optOutHash(key, userId),
        optedOut: new Set(hashes),
      });
      const report = await store.stageRed(past, nowMs);
      await store.close();
      return report;
    },
    start: () => startBot(discord, guild, file, { registerCommands: false, clock, logger }),
    async placed() {
      for (;;) {
        const report = reports.shift();
        if (report) return report;
        await turn();
      }
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await discord[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

const lifetimeOf = async (stats: GuildStats, guild: World, members: "humans" | "bots" | "both" = "both") =>
  (await stats.query.server(guild.id, { members })).totals.lifetime;

/** A server's past as the cog kept it: two people, one of whom left, and a bot. */
function aPast({ guild, now }: Migration): RedCog {
  const cog = new RedCog();
  const [ana, , robot] = [guild.user(0), guild.user(1), guild.user(2)];
  const general = guild.channel("general").id;
  const lobby = guild.channel("Lobby").id;
  for (let index = 0; index < 40; index++) cog.message(general, ana.id, now() - 60 - index * 1_800);
  for (let index = 0; index < 7; index++) cog.message(general, ana.id, now() - 86_400 * (40 + index));
  for (let index = 0; index < 3; index++) cog.message(general, robot.id, now() - 600, true);
  for (let index = 0; index < 5; index++) cog.message(general, GONE, now() - 86_400 * 2);
  cog.voice(lobby, ana.id, now() - 9_000, now() - 3_000);
  cog.voice(lobby, GONE, now() - 5_400, now() - 1_800, { keptInterval: true });
  cog.voice(lobby, robot.id, now() - 400, now() - 100, { bot: true });
  cog.activity(guild.id, ana.id, "Chess", 4_000);
  return cog;
}

describe("counts of the Red cog", () => {
  test("are the file's to the last one once the bot has seen the server: totals, hours, people and bots", async () => {
    await using migration = await aMigration();
    const { guild } = migration;
    await migration.stage(aPast(migration));
    await using bot = await migration.start();
    const report = await migration.placed();
    expect(report).toEqual({
      event: "red_placed",
      guildId: guild.id,
      channels: 2,
      activities: true,
      leftOutMessages: 0,
      leftOutMs: 0,
    });
    expect(await lifetimeOf(bot.stats, guild)).toEqual({ messages: 55, voice: 9_900_000 });
    expect(await lifetimeOf(bot.stats, guild, "bots")).toEqual({ messages: 3, voice: 300_000 });
    const general = await bot.stats.query.channel(guild.id, guild.channel("general").id, { members: "both" });
    expect(general.totals).toMatchObject({ lifetime: { messages: 55 }, "30d": { messages: 48 } });
    const ana = await bot.stats.query.member(guild.id, guild.user(0).id);
    expect(ana.totals).toMatchObject({
      "30d": { messages: 40, voice: 0 },
      lifetime: { messages: 47, voice: 6_000_000 },
    });
    const gone = await bot.stats.query.member(guild.id, GONE);
    expect(gone.totals).toMatchObject({
      "24h": { messages: 0, voice: 3_600_000 },
      lifetime: { messages: 5, voice: 3_600_000 },
    });
    expect(await bot.stats.redImport()).toEqual({
      stagedChannels: 0,
      stagedGuilds: 0,
      stagedMembers: 0,
      placedChannels: 2,
    });
    expect(bot.failures).toEqual([]);
    const database = new Database(migration.file, { readonly: true });
    const activities = database.prepare(
      `SELECT place.id, messages, duration_ms FROM lifetime JOIN place ON place.guild = lifetime.guild AND place.key = lifetime.place
       WHERE typeof(place.id) = 'text'`,
    );
    expect(activities.raw().all()).toEqual([["0:Chess", 0, 4_000_000]]);
    database.close();
    const findings = [...examine(migration.file, migration.clock.nowMs())];
    expect(findings.filter(({ verdict }) => verdict === "problem")).toEqual([]);
  });

  test("are added to what was queried before, and go on with live messages", async () => {
    await using migration = await aMigration();
    const { discord, guild } = migration;
    await migration.stage(aPast(migration));
    await using bot = await migration.start();
    discord.message(guild, guild.channel("general"), guild.user(1));
    await discord.taken();
    await bot.stats.query.server(guild.id);
    await migration.placed();
    await bot.stats.flush();
    expect((await lifetimeOf(bot.stats, guild)).messages).toBe(56);
    const view = await bot.stats.query.server(guild.id);
    expect(view.sinceMs).toBe(1_690_000_000_000);
  });

  test("come once, however often the file is imported, and of a newer one only what waits is taken", async () => {
    await using migration = await aMigration();
    const { guild } = migration;
    const cog = aPast(migration);
    cog.message("1", guild.user(0).id, migration.now() - 5);
    await migration.stage(cog);
    expect((await migration.stage(cog)).channels).toEqual({ fresh: 0, replaced: 3, alreadyPlaced: 0 });
    {
      await using bot = await migration.start();
      await migration.placed();
      expect((await lifetimeOf(bot.stats, guild)).messages).toBe(55);
    }
    cog.message(guild.channel("general").id, guild.user(0).id, migration.now() - 1);
    cog.message("1", guild.user(1).id, migration.now() - 1);
    expect(await migration.stage(cog)).toMatchObject({
      channels: { fresh: 0, replaced: 1, alreadyPlaced: 2 },
      activities: { fresh: 0, replaced: 0, alreadyPlaced: 1 },
    });
    await using bot = await migration.start();
    await bot.stats.flush();
    expect((await lifetimeOf(bot.stats, guild)).messages).toBe(55);
    expect(await bot.stats.redImport()).toMatchObject({ stagedChannels: 1, stagedMembers: 2 });
  });

  test("of many members are told apart by asking Discord for a hundred at a time", async () => {
    const members = Array.from({ length: 250 }, (_, index) => ({ bot: index % 3 === 0 }));
    await using migration = await aMigration({ members });
    const { guild } = migration;
    const cog = new RedCog();
    for (const { id, bot } of guild.users) {
      cog.message(guild.channel("general").id, id, migration.now() - 60, bot === true);
    }
    await migration.stage(cog);
    await using bot = await migration.start();
    await migration.placed();
    expect((await lifetimeOf(bot.stats, guild, "bots")).messages).toBe(84);
    expect((await lifetimeOf(bot.stats, guild, "humans")).messages).toBe(166);
    migration.discord.assertClean();
  });

  test("of a user who opted out are left out, before the import and after", async () => {
    await using migration = await aMigration();
    const { guild } = migration;
    {
      await using bot = await migration.start();
      await bot.stats.privacy.optOut(GONE);
    }
    await migration.stage(aPast(migration));
    const store = sqlite(migration.file);
    await store.open();
    expect((await store.redStaging()).users).toBe(2);
    await store.close();
    await using bot = await migration.start();
    await migration.placed();
    expect((await lifetimeOf(bot.stats, guild)).messages).toBe(50);
    await bot.stats.privacy.optOut(guild.user(0).id);
    expect(await lifetimeOf(bot.stats, guild)).toEqual({ messages: 3, voice: 300_000 });
  });

  test("wait for a server that the bot is not in yet, and are placed when it joins", async () => {
    await using migration = await aMigration();
    const { discord, guild } = migration;
    await migration.stage(aPast(migration));
    discord.guilds.delete(guild.id);
    await using bot = await migration.start();
    expect(await bot.stats.redImport()).toMatchObject({
      stagedChannels: 2,
      stagedGuilds: 1,
      stagedMembers: 3,
    });
    discord.guilds.set(guild.id, guild);
    discord.returnGuild(guild);
    await migration.placed();
    expect((await lifetimeOf(bot.stats, guild)).messages).toBe(55);
  });

  test("wait for a channel that is made known later, while the others are placed", async () => {
    await using migration = await aMigration();
    const { guild } = migration;
    const cog = aPast(migration);
    cog.message("1187654321098765999", guild.user(0).id, migration.now() - 9);
    await migration.stage(cog);
    {
      await using bot = await migration.start();
      await migration.placed();
      expect(await bot.stats.redImport()).toMatchObject({ stagedChannels: 1, placedChannels: 2 });
      expect((await lifetimeOf(bot.stats, guild)).messages).toBe(55);
    }
    guild.addChannel({ id: "1187654321098765999", name: "late" });
    await using bot = await migration.start();
    await migration.placed();
    expect((await lifetimeOf(bot.stats, guild)).messages).toBe(56);
  });

  test("that wait are dropped after 400 days", async () => {
    await using migration = await aMigration();
    const cog = new RedCog();
    cog.message("1187654321098765999", GONE, migration.now() - 9);
    await migration.stage(cog);
    migration.clock.pass(401 * 24 * HOUR_MS);
    await using bot = await migration.start();
    expect(await bot.stats.redImport()).toMatchObject({ stagedChannels: 0, stagedMembers: 0 });
  });
});

describe("nothing twice", () => {
  test("hours that the bot counted as they happened are left out, and said to be", async () => {
    await using migration = await aMigration();
    const { discord, guild, clock } = migration;
    const general = guild.channel("general");
    const ana = guild.user(0);
    const cog = new RedCog();
    cog.message(general.id, ana.id, migration.now() - 7_200);
    {
      await using bot = await migration.start();
      discord.message(guild, general, ana);
      await discord.taken();
      await bot.stats.flush();
    }
    const live = Math.floor(clock.nowMs() / 1_000);
    cog.message(general.id, ana.id, live);
    clock.pass(2 * HOUR_MS);
    cog.message(general.id, ana.id, migration.now() - 1);
    await migration.stage(cog);
    await using bot = await migration.start();
    const report = await migration.placed();
    expect(report).toMatchObject({ channels: 1, leftOutMessages: 2 });
    const view = await bot.stats.query.member(guild.id, ana.id);
    // The loopback makes ids by the host's clock, so that the live message is in no hour of this bot's day.
    expect(view.totals).toMatchObject({ lifetime: { messages: 2 }, "24h": { messages: 1 } });
  });

  test("a channel whose history was read in keeps that; its voice is placed all the same", async () => {
    await using migration = await aMigration();
    const { guild } = migration;
    const general = guild.channel("general").id;
    const cog = new RedCog();
    cog.message(general, guild.user(0).id, migration.now() - 7_200);
    cog.voice(general, guild.user(0).id, migration.now() - 900, migration.now() - 300);
    const store = sqlite(migration.file);
    await store.open();
    await store.apply({
      writer: "backfill",
      sequence: 1,
      cutAtMs: migration.clock.nowMs(),
      guilds: [],
      settledMs: new Map(),
      sessions: null,
      activities: null,
      changesSeen: null,
      imported: {
        guildId: guild.id,
        channelId: general,
        parentId: null,
        fromId: "1",
        untilId: String(2n ** 62n),
      },
      epochs: null,
    });
    await store.close();
    await migration.stage(cog);
    await using bot = await migration.start();
    await migration.placed();
    expect(await lifetimeOf(bot.stats, guild)).toEqual({ messages: 0, voice: 600_000 });
  });

  test("what is placed is marked as read in, so that a backfill ends before it", async () => {
    await using migration = await aMigration();
    const { guild } = migration;
    await migration.stage(aPast(migration));
    {
      await using _bot = await migration.start();
      await migration.placed();
    }
    const store = sqlite(migration.file);
    await store.open();
    const { imported } = await store.countedMessages(guild.id);
    await store.close();
    expect(imported.map(({ channelId }) => channelId)).toEqual([guild.channel("general").id]);
    const [range] = imported;
    const instant = (id = "0"): number => Number(BigInt(id) >> 22n) + 1_420_070_400_000;
    expect(instant(range?.fromId)).toBe(1_690_000_000_000);
    expect(hourOf(instant(range?.untilId))).toBe(hourOf(migration.clock.nowMs()));
  });

  test("a process that is killed between staging and placing, or just after, changes nothing of it", async () => {
    await using migration = await aMigration();
    const { guild } = migration;
    await migration.stage(aPast(migration));
    const store = sqlite(migration.file);
    await store.open();
    const placing = {
      guildId: guild.id,
      channels: [{ channelId: guild.channel("general").id, parentId: null, name: "general" }],
      botIds: [],
      nowMs: 1,
    };
    expect(await store.placeRed(placing)).toMatchObject({ channels: 1, activities: true });
    // The answer was lost: it is asked for again.
    expect(await store.placeRed(placing)).toMatchObject({ channels: 0, activities: false });
    await store.close();
    await using bot = await migration.start();
    await migration.placed();
    expect(await lifetimeOf(bot.stats, guild)).toEqual({ messages: 55, voice: 9_900_000 });
  });
});
