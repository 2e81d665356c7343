import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { batchOf, type Row, readGuild } from "./batches.ts";

const GUILD = "100000000000000001";

/** Rows of so many members, each new to the file. */
function rowsOf(count: number, from = 0): Row[] {
  return Array.from({ length: count }, (_, index) => ({
    guild: GUILD,
    hour: 490_000,
    place: "200000000000000001",
    member: `4${String(from + index).padStart(17, "0")}`,
    messages: 1,
  }));
}

describe("opening a SQLite file", () => {
  test("nothing is touched before open()", () => {
    using folder = temporaryFolder();
    sqlite(folder.file("stats.db"));
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test("closing leaves the file alone: no log, no index, only the empty lock", async () => {
    using folder = temporaryFolder();
    const store = sqlite(folder.file("stats.db"));
    await store.open();
    await store.apply(batchOf("w", 1, rowsOf(10)));
    await store.close();
    expect(readdirSync(folder.path).sort()).toEqual(["stats.db", "stats.db.lock"]);
    expect(statSync(folder.file("stats.db.lock")).size).toBe(0);
  });

  test.each([
    ["a missing folder", "missing/stats.db"],
    ["a file instead of a folder", "file/stats.db"],
    ["a folder instead of a file", "folder"],
  ])("%s is refused, and the error names the path", async (_, name) => {
    using folder = temporaryFolder();
    writeFileSync(folder.file("file"), "");
    mkdirSync(folder.file("folder"));
    const path = folder.file(name);
    await expect(sqlite(path).open()).rejects.toMatchObject({
      code: "STORE_UNWRITABLE",
      message: expect.stringContaining(path),
      details: { path },
    });
  });

  test("another program's database is refused and stays as it was, byte by byte", async () => {
    using folder = temporaryFolder();
    const path = folder.file("other.db");
    const other = new Database(path);
    other.exec("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");
    other.close();
    const before = readFileSync(path);
    await expect(sqlite(path).open()).rejects.toMatchObject({ code: "STORE_FOREIGN", details: { path } });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test("a newer GuildStats's file is refused; the error says both versions", async () => {
    using folder = temporaryFolder();
    const path = folder.file("stats.db");
    const store = sqlite(path);
    await store.open();
    await store.close();
    const newer = new Database(path);
    newer.pragma("user_version = 99");
    newer.close();
    await expect(store.open()).rejects.toMatchObject({
      code: "STORE_NEWER",
      message: expect.stringMatching(/version 99 .* up to 1$/),
      details: { found: 99, supported: 1 },
    });
  });

  test("what is no database at all is refused", async () => {
    using folder = temporaryFolder();
    writeFileSync(folder.file("stats.db"), "not a database, but long enough to have a header ".repeat(100));
    await expect(sqlite(folder.file("stats.db")).open()).rejects.toMatchObject({ code: "STORE_CORRUPT" });
  });

  test("an option out of bounds is refused", () => {
    for (const maxBytes of [0, -1, 65_535, 1e6 + 0.5, Number.NaN]) {
      expect(() => sqlite("stats.db", { maxBytes })).toThrow(/maxBytes must be .*65536/);
    }
  });
});

describe("a SQLite file in use", () => {
  test("damage is reported as such by whoever meets it, and does not end other calls", async () => {
    using folder = temporaryFolder();
    const path = folder.file("stats.db");
    const store = sqlite(path);
    await store.open();
    await store.apply(batchOf("w", 1, rowsOf(20_000)));
    await store.close();
    const bytes = readFileSync(path);
    bytes.fill(0x5a, 60 * 4_096);
    writeFileSync(path, bytes);
    await store.open();
    await expect(readGuild(store, GUILD)).rejects.toMatchObject({ code: "STORE_CORRUPT", details: { path } });
    expect((await store.settings()).size).toBe(0);
    await store.close();
  });

  test("without room a batch is refused whole; with room it is written under the same number", async () => {
    using folder = temporaryFolder();
    const path = folder.file("stats.db");
    const store = sqlite(path, { maxBytes: 200_000 });
    await store.open();
    await store.apply(batchOf("w", 1, rowsOf(50)));
    const before = await readGuild(store, GUILD);
    const large = batchOf("w", 2, rowsOf(5_000, 1_000));
    await expect(store.apply(large)).rejects.toMatchObject({ code: "STORE_FULL", details: { path } });
    expect(await readGuild(store, GUILD)).toEqual(before);
    await store.close();
    const roomier = sqlite(path);
    await roomier.open();
    expect(await roomier.apply(large)).toBe("applied");
    expect(Object.keys((await readGuild(roomier, GUILD)).lifetime)).toHaveLength(5_050);
    await roomier.close();
  });

  test("the log does not grow with the number of batches", async () => {
    using folder = temporaryFolder();
    const store = sqlite(folder.file("stats.db"));
    await store.open();
    const sizeAfter = async (from: number, to: number): Promise<number> => {
      for (let sequence = from; sequence <= to; sequence++) {
        await store.apply(batchOf("w", sequence, rowsOf(100)));
      }
      return statSync(folder.file("stats.db-wal")).size;
    };
    const once = await sizeAfter(1, 128);
    expect(await sizeAfter(129, 640)).toBeLessThan(once * 2);
    await store.close();
  });

  test("writers that were not heard of for 30 days are dropped when a new one begins", async () => {
    using folder = temporaryFolder();
    const store = sqlite(folder.file("stats.db"));
    await store.open();
    const day = 86_400_000;
    await store.apply(batchOf("old", 1, [], 1 * day));
    await store.apply(batchOf("recent", 1, [], 20 * day));
    await store.apply(batchOf("new", 1, [], 40 * day));
    await store.close();
    const database = new Database(folder.file("stats.db"));
    expect(database.prepare("SELECT id FROM writer ORDER BY id").pluck().all()).toEqual(["new", "recent"]);
    database.close();
  });

  test("integers are stored as integers, however large", async () => {
    using folder = temporaryFolder();
    const store = sqlite(folder.file("stats.db"));
    await store.open();
    const large = 2 ** 52;
    const rows = rowsOf(1).map((row) => ({ ...row, messages: 3_000_000_000, durationMs: large }));
    await store.apply(batchOf("w", 1, rows));
    await store.apply(batchOf("w", 2, rows));
    expect(Object.values((await readGuild(store, GUILD)).lifetime)).toEqual([[6_000_000_000, 2 * large]]);
    await store.close();
    const database = new Database(folder.file("stats.db"));
    expect(database.prepare("SELECT typeof(duration_ms) FROM hourly").pluck().all()).toEqual(["integer"]);
    database.close();
  });
});
