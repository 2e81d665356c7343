import { isDeepStrictEqual } from "node:util";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { GUILD, startCounting } from "../support/counting.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const [AN, BO] = ["300000000000000001", "300000000000000002"];
const CHAT = "200000000000000001";
const DAY_MS = 86_400_000;

function tables(file: string): Record<"hourly" | "daily" | "lifetime", number> {
  const database = new Database(file, { readonly: true });
  const sum = (table: string): number =>
    Number(database.prepare(`SELECT coalesce(sum(messages), 0) FROM ${table}`).pluck().get());
  // Of one moment: the roll-up goes on meanwhile, on a thread of its own.
  const sums = database.transaction(() => ({
    hourly: sum("hourly"),
    daily: sum("daily"),
    lifetime: sum("lifetime"),
  }))();
  database.close();
  return sums;
}

/** Waits for the background: turns of the event loop until the file says so. */
async function until(clock: ManualClock, claim: () => boolean): Promise<void> {
  while (!claim()) await clock.turn();
}

describe("retention", () => {
  test("old hours become days in the background, from the start on and each hour; figures stay", async () => {
    using folder = temporaryFolder();
    const file = folder.file("a.db");
    const clock = new ManualClock();
    {
      await using bot = await startCounting(file, { clock });
      for (let day = 0; day < 40; day++) bot.message(AN, CHAT, day * DAY_MS);
      await bot.counter.flush();
      expect(tables(file)).toEqual({ hourly: 40, daily: 0, lifetime: 40 });
    }
    await using bot = await startCounting(file, { clock, hourlyRetentionDays: 32 });
    const before = await bot.queries.server(GUILD);
    // Older than 32 days are those of 33 to 39 days before; the hour 32 days ago is on a day that is not over.
    await until(clock, () => tables(file).daily === 7);
    expect(tables(file)).toEqual({ hourly: 33, daily: 7, lifetime: 40 });
    expect(await bot.queries.server(GUILD)).toEqual(before);
    for (let hour = 0; hour < 24; hour++) {
      await clock.advance(3_600_000);
      // The next pass is due an hour after this one has ended.
      await bot.counter.flush();
      await until(clock, () => clock.timers === 2);
    }
    await until(clock, () => tables(file).daily === 8);
    expect(tables(file)).toEqual({ hourly: 32, daily: 8, lifetime: 40 });
    expect(bot.failures).toEqual([]);
  });

  test("days go after their own time, totals never", async () => {
    using folder = temporaryFolder();
    const file = folder.file("a.db");
    const clock = new ManualClock();
    {
      await using bot = await startCounting(file, { clock });
      for (const days of [0, 100, 399, 401, 402, 500]) bot.message(BO, CHAT, days * DAY_MS);
    }
    await using bot = await startCounting(file, { clock, dailyRetentionDays: 401 });
    await until(clock, () => isDeepStrictEqual(tables(file), { hourly: 3, daily: 2, lifetime: 6 }));
    expect((await bot.queries.server(GUILD)).totals.lifetime.messages).toBe(6);
  });

  test("a pass with nothing to do writes nothing", async () => {
    using folder = temporaryFolder();
    const file = folder.file("a.db");
    await using bot = await startCounting(file);
    bot.message(AN, CHAT);
    await bot.counter.flush();
    const reader = new Database(file, { readonly: true });
    const version = (): unknown => reader.pragma("data_version", { simple: true });
    const before = version();
    for (let pass = 0; pass < 3; pass++) {
      expect(
        await bot.store.rollUp({ hourlyBefore: 400_000, dailyBefore: 20_000, timeZone: "UTC", from: null }),
      ).toEqual({ rows: 0, next: null });
    }
    expect(version()).toBe(before);
    bot.message(AN, CHAT);
    await bot.counter.flush();
    expect(version(), "what a write does to it").not.toBe(before);
    reader.close();
  });

  test("a failure is reported, and the next pass goes on", async () => {
    using folder = temporaryFolder();
    const file = folder.file("a.db");
    const clock = new ManualClock();
    {
      await using bot = await startCounting(file, { clock });
      for (let day = 0; day < 40; day++) bot.message(AN, CHAT, day * DAY_MS);
    }
    const intruder = new Database(file);
    await using bot = await startCounting(file, { clock, hourlyRetentionDays: 32 });
    // Held from within the same turn: the first slice has found what is due, or will.
    intruder.exec("BEGIN IMMEDIATE");
    await until(clock, () => bot.failures.length > 0);
    expect(bot.failures[0]?.code).toBe("STORE_LOCKED");
    intruder.exec("COMMIT");
    intruder.close();
    await until(clock, () => clock.timers === 2);
    await clock.advance(3_600_000);
    await until(clock, () => tables(file).daily === 7);
    expect(tables(file)).toEqual({ hourly: 33, daily: 7, lifetime: 40 });
  });

  test("stopping ends a roll-up between two slices, and the next start takes it up", async () => {
    using folder = temporaryFolder();
    const file = folder.file("a.db");
    const clock = new ManualClock();
    {
      await using bot = await startCounting(file, { clock });
      for (let day = 0; day < 399; day++) bot.message(AN, CHAT, day * DAY_MS);
    }
    {
      await using bot = await startCounting(file, { clock, hourlyRetentionDays: 32 });
      await until(clock, () => tables(file).daily > 0);
      await bot.counter.stop();
    }
    const { hourly, daily, lifetime } = tables(file);
    expect([hourly + daily, lifetime]).toEqual([399, 399]);
    expect(daily).toBeLessThan(366);
    await using _ = await startCounting(file, { clock, hourlyRetentionDays: 32 });
    await until(clock, () => tables(file).daily === 366);
    expect(tables(file)).toEqual({ hourly: 33, daily: 366, lifetime: 399 });
  });
});
