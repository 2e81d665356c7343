import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { hourOf } from "../../src/clock.ts";
import { dayAt } from "../../src/local-day.ts";
import type { Period } from "../../src/period.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import type { Store } from "../../src/store/store.ts";
import { batchOf, type Row } from "../store/batches.ts";
import { GUILD, startCounting } from "../support/counting.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const START_MS = Date.UTC(2026, 2, 15, 12, 30);
const HEAD = hourOf(START_MS);
const CHAT = "200000000000000001";
const MEMBERS = 1_000;
const HOURS = 40;
/** Over some days: a day comes in one piece. */
const STEP_HOURS = 5;
const PAGE_BYTES = 4_096;
const memberOf = (index: number): string => String(300_000_000_000_000_000n + BigInt(index));

/** A file with tens of thousands of rows, which a store reads in several parts. */
async function fileWith(file: string, newestHour: number): Promise<void> {
  const store = sqlite(file);
  await store.open();
  const rows = Array.from(
    { length: MEMBERS * HOURS },
    (_, index): Row => ({
      guild: GUILD,
      hour: newestHour - Math.floor(index / MEMBERS) * STEP_HOURS,
      place: CHAT,
      member: memberOf(index % MEMBERS),
      messages: 1 + (index % 20),
    }),
  );
  await store.apply(batchOf("earlier", 1, rows, START_MS));
  await store.close();
}

/** Makes a page of the newest hours unreadable. @returns what repairs it */
function damaged(file: string): () => void {
  const database = new Database(file, { readonly: true });
  const leaves = database
    .prepare("SELECT pageno FROM dbstat WHERE name = 'hourly' AND pagetype = 'leaf' ORDER BY path")
    .pluck()
    .all();
  database.close();
  // Not the last one: what is counted later is written there.
  const page = Number(leaves.at(-10));
  const whole = readFileSync(file);
  const bytes = Buffer.from(whole);
  bytes.fill(0x5a, (page - 1) * PAGE_BYTES, page * PAGE_BYTES);
  writeFileSync(file, bytes);
  return () => {
    // Into the same file, which is open: only that page, for others may have been written.
    const database = readFileSync(file);
    whole.copy(database, (page - 1) * PAGE_BYTES, (page - 1) * PAGE_BYTES, page * PAGE_BYTES);
    writeFileSync(file, database);
  };
}

/** How many parts a store gives before it fails. */
async function partsBefore(
  file: string,
  read: (store: Store, take: () => Promise<void>) => Promise<unknown>,
) {
  const store = sqlite(file);
  await store.open();
  let parts = 0;
  const take = async (): Promise<void> => void parts++;
  await expect(read(store, take)).rejects.toMatchObject({ code: "STORE_CORRUPT" });
  await store.close();
  return parts;
}

const day = dayAt("UTC", START_MS);
describe.each([
  {
    what: "a guild",
    newestHour: HEAD - 1,
    period: "30d",
    read: (store: Store, take: () => Promise<void>) => store.load(GUILD, { writer: "w", fromHour: 0, take }),
  },
  {
    what: "the days before the window",
    newestHour: HEAD - 50 * 24,
    period: "1y",
    read: (store: Store, take: () => Promise<void>) =>
      store.days(GUILD, {
        writer: "w",
        fromDay: day - 364,
        untilHour: HEAD,
        populationFromDay: day - 364,
        timeZone: "UTC",
        take,
      }),
  },
] as const)("$what that cannot be read to the end", ({ newestHour, period, read }) => {
  test("leaves nothing of the parts that came: the next question reads anew, and is right", async () => {
    using folder = temporaryFolder();
    const [file, untouched] = [folder.file("a.db"), folder.file("b.db")];
    await fileWith(file, newestHour);
    copyFileSync(file, untouched);
    const repair = damaged(file);
    expect(await partsBefore(file, read)).toBeGreaterThan(0);
    const answers = [];
    for (const path of [file, untouched]) {
      await using bot = await startCounting(path, { clock: new ManualClock(START_MS) });
      const ask = (asked: Period) => bot.queries.server(GUILD, { period: asked });
      bot.message(memberOf(1), CHAT);
      if (path === file) {
        await expect(ask(period)).rejects.toMatchObject({ code: "STORE_CORRUPT" });
        repair();
      }
      // A write has SQLite's connections read pages anew.
      await bot.counter.flush();
      bot.message(memberOf(2), CHAT);
      answers.push([await ask(period), await bot.queries.member(GUILD, memberOf(1), { period })]);
    }
    expect(answers[0]).toEqual(answers[1]);
  });
});
