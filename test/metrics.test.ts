import { describe, expect, test } from "vitest";
import { livelyBot } from "./support/lively-bot.ts";
import { ManualClock } from "./support/manual-clock.ts";
import type { RunningBot } from "./support/running-bot.ts";
import { runBot } from "./support/running-bot.ts";

function openPlaces(value: unknown, path = "metrics"): string[] {
  if (typeof value !== "object" || value === null) return [];
  const inside = Object.entries(value).flatMap(([key, each]) => openPlaces(each, `${path}.${key}`));
  return Object.isFrozen(value) ? inside : [path, ...inside];
}

const idsOf = ({ discord, guild }: RunningBot): string[] => [
  guild.id,
  discord.me.id,
  ...guild.members.keys(),
  ...guild.channels.map(({ id }) => id),
];

describe("metrics()", () => {
  test("tells what was counted, written, drawn and asked for, and of whom nothing", async () => {
    await using bot = await livelyBot();
    await bot.stats.flush();
    await bot.call("server").settled();
    await bot.call("server").settled();
    const metrics = bot.stats.metrics();
    expect(metrics).toMatchObject({
      messagesCounted: 3,
      activitySessions: 1,
      guildsLoaded: 1,
      cacheLoads: 1,
      cacheBudgetBytes: 268_435_456,
      consecutiveFlushFailures: 0,
      flushFailures: 0,
      backfillsRunning: 0,
      failures: {},
      lastFailure: null,
      images: { draws: 1, hits: 1 },
      shards: [{ id: 0, status: "ready", guilds: 1 }],
      shardsInAll: 1,
    });
    expect(metrics.eventsHeard).toBeGreaterThan(metrics.messagesCounted);
    expect(metrics.eventsPerSecond).toBeGreaterThan(0);
    expect(metrics.cacheHits).toBeGreaterThan(0);
    expect(metrics.rowsWritten).toBeGreaterThan(0);
    expect(metrics.lastFlush?.rows).toBe(metrics.rowsWritten);
    expect(metrics.store?.bytes).toBeGreaterThan(4_096);
    expect(metrics.eventLoopDelay?.p50Ms).toBeGreaterThanOrEqual(0);
    for (const id of idsOf(bot)) expect(JSON.stringify(metrics)).not.toContain(id);
  });

  test("is frozen through and through, and of its moment", async () => {
    await using bot = await livelyBot();
    await bot.stats.flush();
    const before = bot.stats.metrics();
    expect(openPlaces(before)).toEqual([]);
    const copy = structuredClone(before);
    bot.discord.message(bot.guild, bot.guild.channel("general"), bot.guild.user(1));
    await bot.discord.taken();
    await bot.stats.flush();
    expect(before).toEqual(copy);
    expect(bot.stats.metrics().messagesCounted).toBe(before.messagesCounted + 1);
  });

  test("counts failures by code, and knows when the last one was", async () => {
    const clock = new ManualClock(Date.now());
    await using bot = await runBot({}, { clock });
    bot.discord.message(bot.guild, bot.guild.channel("general"), bot.guild.user(0));
    await bot.discord.taken();
    bot.faults.push("refused", "refused");
    for (const attempt of [1, 2]) {
      clock.pass(1_000);
      await expect(bot.stats.flush()).rejects.toMatchObject({ code: "STORE_FULL" });
      expect(bot.stats.metrics()).toMatchObject({
        failures: { STORE_FULL: attempt },
        lastFailure: { code: "STORE_FULL", atMs: clock.nowMs() },
        flushFailures: attempt,
        consecutiveFlushFailures: attempt,
      });
    }
    await bot.stats.flush();
    expect(bot.stats.metrics()).toMatchObject({
      consecutiveFlushFailures: 0,
      flushFailures: 2,
      dirtyRows: 0,
      lastFlush: { endedAtMs: clock.nowMs() },
    });
  });

  test("may be asked before the start and after the end, when there is less to tell", async () => {
    await using bot = await runBot();
    await bot.stats.stop();
    expect(bot.stats.metrics()).toMatchObject({ eventLoopDelay: null, store: null, dirtyRows: 0 });
  });
});
