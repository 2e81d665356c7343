import { readFileSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { examine } from "../../src/store/sqlite/doctor/examine.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { batchOf, type Row, unique } from "./batches.ts";
import { rollUpWhole } from "./rolling-up.ts";

const HOUR = 490_000;
const NOW_MS = (HOUR + 1_000) * 3_600_000;
const CHECKS = ["integrity", "copy", "references", "orphans", "numbers", "totals", "times", "writers"];

/** A file as a bot leaves it: hours, days, an activity, settings, two servers. */
async function makeFile(path: string): Promise<void> {
  const store = sqlite(path);
  await store.open();
  const rows = Array.from(
    { length: 4_000 },
    (_, index): Row => ({
      guild: `10000000000000000${index % 2}`,
      hour: HOUR + (index % 97),
      place: index % 7 === 0 ? "0:Chess" : `20000000000000000${index % 5}`,
      member: `4${String(index % 1_000).padStart(17, "0")}`,
      messages: index % 3,
      durationMs: 1 + (index % 1_000),
    }),
  );
  await store.apply(batchOf("a run", 1, unique(rows), NOW_MS - 60_000));
  await store.addPost({
    guildId: "100000000000000000",
    channelId: "200000000000000000",
    timing: { every: "day", hour: 9 },
    card: "server",
    period: "30d",
    members: "humans",
    id: 1,
    doneMs: NOW_MS,
    messageId: null,
    trouble: null,
  });
  await rollUpWhole(store, { hourlyBefore: HOUR + 60, dailyBefore: null, timeZone: "Asia/Kolkata" });
  await store.close();
}

/** Changes a sound file by SQL, as no GuildStats does, and gives what is found to be not in order. */
async function afterwards(...sql: readonly string[]): Promise<readonly (readonly string[])[]> {
  using folder = temporaryFolder();
  const path = folder.file("stats.db");
  await makeFile(path);
  const database = new Database(path);
  for (const statement of ["PRAGMA foreign_keys = OFF", ...sql]) {
    if (!statement.startsWith("PRAGMA")) expect(database.prepare(statement).run().changes).toBeGreaterThan(0);
    else database.exec(statement);
  }
  database.close();
  return [...examine(path, NOW_MS)]
    .filter(({ verdict }) => verdict !== "ok")
    .map(({ check, verdict, says }) => [verdict, check, says]);
}

describe("the doctor", () => {
  test("finds nothing in a file that a bot wrote, closed or in use, and does not change a byte of it", async () => {
    using folder = temporaryFolder();
    const path = folder.file("stats.db");
    await makeFile(path);
    const before = readFileSync(path);
    const verdicts = () => [...examine(path, NOW_MS)].map(({ check, verdict }) => [check, verdict]);
    const sound = CHECKS.map((check) => [check, "ok"]);
    expect(verdicts()).toEqual(sound);
    expect(readFileSync(path).equals(before)).toBe(true);
    const store = sqlite(path);
    await store.open();
    await store.apply(
      batchOf("other run", 1, [{ guild: "7", hour: HOUR, place: "8", member: "9", messages: 1 }], NOW_MS),
    );
    expect(verdicts()).toEqual(sound);
    // Nothing of the doctor's keeps an erasure from emptying the log.
    expect(await store.forget("9")).toEqual({ rows: 2 });
    await store.close();
  });

  test("says how much totals lack", async () => {
    expect(
      await afterwards(
        "UPDATE lifetime SET messages = messages - 1 WHERE messages > 0 AND guild = 1 AND place = 2",
        "UPDATE hourly SET duration_ms = duration_ms + 1000 WHERE guild = 2 AND hour = (SELECT max(hour) FROM hourly)",
      ),
    ).toEqual([
      [
        "problem",
        "totals",
        expect.stringMatching(/below .*: [\d,]+ rows in 2 servers, by \d+ messages and [\d,]+,000 /),
      ],
    ]);
  });

  test("finds a total that is missing altogether", async () => {
    expect(
      await afterwards(
        "DELETE FROM lifetime WHERE (guild, place, member, state) IN (SELECT guild, place, member, state FROM lifetime LIMIT 1)",
      ),
    ).toEqual([["problem", "totals", expect.stringMatching(/below .*: 1 row in 1 server/)]]);
  });

  test("remarks totals above their hours, for days expire", async () => {
    expect(await afterwards("DELETE FROM daily WHERE day = (SELECT min(day) FROM daily)")).toEqual([
      ["remark", "totals", expect.stringMatching(/above .* after days expired/)],
    ]);
  });

  test.each([
    [
      "a row whose place is gone",
      "UPDATE hourly SET place = 999 WHERE hour = (SELECT max(hour) FROM hourly)",
      "orphans",
      /: \d+ in hourly$/,
    ],
    [
      "a row whose member is none of its server",
      "UPDATE daily SET member = 999 WHERE guild = 1 AND day = (SELECT min(day) FROM daily) AND place = 1 AND state = 0 AND member = (SELECT min(member) FROM daily WHERE guild = 1 AND place = 1 AND day = (SELECT min(day) FROM daily))",
      "orphans",
      /: 1 in daily$/,
    ],
    [
      "a place of a server that is gone",
      "UPDATE place SET guild = 99 WHERE guild = 1 AND key = 1",
      "references",
      /: 1 in place$/,
    ],
    [
      "a negative figure",
      "UPDATE hourly SET messages = -5 WHERE hour = (SELECT max(hour) FROM hourly)",
      "numbers",
      /: \d+ in hourly$/,
    ],
    [
      "a figure that no double holds",
      "UPDATE lifetime SET duration_ms = 9007199254740993 WHERE place = 1",
      "numbers",
      /: \d+ in lifetime$/,
    ],
    ["a post that was due before time began", "UPDATE post SET done_ms = -1", "numbers", /: 1 in post$/],
    ["a post of a server that is gone", "UPDATE post SET guild = 99", "references", /: 1 in post$/],
    [
      "a state that does not exist",
      "UPDATE lifetime SET state = 65536 WHERE place = 1",
      "numbers",
      /: \d+ in lifetime$/,
    ],
    [
      "an hour to come",
      `UPDATE hourly SET slot = slot + ${HOUR + 1_002} - hour WHERE hour = (SELECT max(hour) FROM hourly)`,
      "times",
      /hours to come/,
    ],
    ["a run with less than no batches", "UPDATE writer SET sequence = -1", "writers", /1 run /],
  ])("finds %s", async (_, sql, check, says) => {
    expect(await afterwards(sql)).toContainEqual(["problem", check, expect.stringMatching(says)]);
  });

  test("remarks a run that ended in the future", async () => {
    expect(await afterwards(`UPDATE writer SET last_ms = ${NOW_MS * 2}`)).toEqual([
      ["remark", "writers", expect.stringMatching(/future/)],
    ]);
  });

  test("finds a fraction where a number must be whole, though the schema forbids it", async () => {
    const found = await afterwards(
      "PRAGMA user_version = 1; CREATE TABLE loose AS SELECT * FROM hourly; DROP TABLE hourly; ALTER TABLE loose RENAME TO hourly",
      "UPDATE hourly SET duration_ms = 1.5 WHERE hour = (SELECT max(hour) FROM hourly)",
    );
    expect(found).toContainEqual(["problem", "numbers", expect.stringMatching(/ in hourly$/)]);
  });

  test("finds overwritten pages, goes on with the other checks, and says what to do", async () => {
    using folder = temporaryFolder();
    const path = folder.file("stats.db");
    await makeFile(path);
    const bytes = readFileSync(path);
    bytes.fill(0x5a, 32 * 4_096, 36 * 4_096);
    writeFileSync(path, bytes);
    const findings = [...examine(path, NOW_MS)];
    expect(findings.map(({ check }) => check)).toEqual(CHECKS);
    expect(findings[0]).toMatchObject({
      verdict: "problem",
      says: expect.stringMatching(/^the file is damaged: /),
      advice: expect.stringMatching(/backup/),
    });
  });

  test("says so when a table is missing", async () => {
    const found = await afterwards("PRAGMA user_version = 1; DROP TABLE daily");
    expect(found).toContainEqual(["problem", "totals", "could not be checked: no such table: daily"]);
  });

  test("refuses what is no GuildStats database of this version", async () => {
    using folder = temporaryFolder();
    const path = folder.file("stats.db");
    const first = (file: string) => () => [...examine(file, NOW_MS)];
    const code = (expected: string) => expect.objectContaining({ code: expected });
    expect(first(path)).toThrow(code("STORE_UNWRITABLE"));
    expect(first(folder.file("missing/stats.db"))).toThrow(code("STORE_UNWRITABLE"));
    writeFileSync(path, "");
    expect(first(path)).toThrow(
      expect.objectContaining({ code: "STORE_FAILED", message: expect.stringMatching(/is empty/) }),
    );
    writeFileSync(path, "not a database, but long enough to have a header ".repeat(100));
    expect(first(path)).toThrow(code("STORE_CORRUPT"));
    const other = new Database(folder.file("other.db"));
    other.exec("CREATE TABLE theirs (a)");
    other.close();
    expect(first(folder.file("other.db"))).toThrow(code("STORE_FOREIGN"));
    await makeFile(folder.file("newer.db"));
    const newer = new Database(folder.file("newer.db"));
    newer.pragma("user_version = 99");
    newer.close();
    expect(first(folder.file("newer.db"))).toThrow(code("STORE_NEWER"));
  });
});
