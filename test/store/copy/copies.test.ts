import { existsSync } from "node:fs";
import { PGlite } from "@electric-sql/pglite";
import Database from "better-sqlite3";
import { afterAll, describe, expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { Admission } from "../../../src/counting/admission.ts";
import { copy } from "../../../src/store/copy/copy.ts";
import { SECTIONS, type Section } from "../../../src/store/copy/sections.ts";
import { optOutHash } from "../../../src/store/opt-out-hash.ts";
import { copySql as postgresSql } from "../../../src/store/postgres/copy-sql.ts";
import { openCopySource as openSchema } from "../../../src/store/postgres/copying.ts";
import { copySql as sqliteSql } from "../../../src/store/sqlite/copy-sql.ts";
import { openCopySource } from "../../../src/store/sqlite/copying.ts";
import { APPLICATION_ID } from "../../../src/store/sqlite/schema.ts";
import { sqliteColumns } from "../../support/sqlite-columns.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { batchOf } from "../batches.ts";
import { PgliteDatabase } from "../pglite-database.ts";
import { channelOf, past } from "../red-conformance.ts";
import { contentsOf } from "./contents.ts";
import { copied, copies } from "./copies.ts";
import { postgresCopyPlaces, sqliteCopyPlace, withStore } from "./copy-place.ts";
import { GUILDS, MEMBERS, PLACES } from "./history.ts";
import { comparing, counted, reading, refusals, row } from "./refusals.ts";

const pglite = await PGlite.create();
afterAll(() => pglite.close());

const database = new PgliteDatabase(pglite);
const schema = postgresCopyPlaces(() => database, "copied");

for (const [name, makeSource, makeTarget] of [
  ["SQLite into SQLite", sqliteCopyPlace, sqliteCopyPlace],
  ["SQLite into PostgreSQL", sqliteCopyPlace, schema],
  ["PostgreSQL into SQLite", schema, sqliteCopyPlace],
  ["PostgreSQL into PostgreSQL", schema, schema],
] as const) {
  copies(name, makeSource, makeTarget);
  refusals(name, makeSource, makeTarget);
}

describe("a copy of a file", () => {
  test("is refused while a bot uses it, and while a bot uses the file that is copied into", async () => {
    await using from = await sqliteCopyPlace();
    await using into = await sqliteCopyPlace();
    await counted(from);
    await withStore(from, () => expect(copied(from, into)).rejects.toMatchObject({ code: "STORE_LOCKED" }));
    await withStore(into, () => expect(copied(from, into)).rejects.toMatchObject({ code: "STORE_LOCKED" }));
  });

  test("that is missing, another program's or newer says so, and makes nothing", async () => {
    using folder = temporaryFolder();
    expect(() => openCopySource(folder.file("missing.db"))).toThrow(
      expect.objectContaining({ code: "STORE_UNWRITABLE", message: expect.stringContaining("no such file") }),
    );
    expect(existsSync(folder.file("missing.db"))).toBe(false);
    const file = folder.file("newer.db");
    const other = new Database(file);
    other.exec("CREATE TABLE theirs (id)");
    expect(() => openCopySource(file)).toThrow(expect.objectContaining({ code: "STORE_FOREIGN" }));
    other.pragma(`application_id = ${APPLICATION_ID}`);
    other.pragma("user_version = 1000");
    expect(() => openCopySource(file)).toThrow(expect.objectContaining({ code: "STORE_NEWER" }));
    other.close();
  });
});

describe("a copy of a schema", () => {
  test("that is written meanwhile is said to be, and the target stays closed to bots", async () => {
    await using from = await schema();
    await using into = await sqliteCopyPlace();
    await counted(from);
    await using source = await from.source();
    await using target = await into.target();
    let isWritten = false;
    const written = reading(source, async (section, read) => {
      if (section === "hourly" && !isWritten) {
        isWritten = true;
        await withStore(from, (store) => store.setRulesSinceMs(7));
      }
      return read();
    });
    await expect(copy(written, target)).rejects.toMatchObject({ code: "COPY_CHANGED" });
    expect(await target.progress()).not.toBe(null);
  });

  test("of which a user is erased while both are compared is said to be worth nothing", async () => {
    await using from = await schema();
    await using into = await sqliteCopyPlace();
    await counted(from);
    await withStore(from, (store) => store.apply(batchOf("w", 2, [row({ member: MEMBERS[1] })])));
    await using source = await from.source();
    await using target = await into.target();
    const erased = comparing(source, () => withStore(from, (store) => store.forget(MEMBERS[1])));
    await expect(copy(erased, target)).rejects.toMatchObject({ code: "COPY_CHANGED" });
    expect(await target.progress()).not.toBe(null);
  });

  test("of which a user's staged past is erased while both are compared is worth as little", async () => {
    await using from = await schema();
    await using into = await sqliteCopyPlace();
    await counted(from);
    await withStore(from, (store) =>
      store.stageRed(past([channelOf(PLACES[1], [MEMBERS[0], MEMBERS[1]])]), 1),
    );
    await using source = await from.source();
    await using target = await into.target();
    const erased = comparing(source, () => withStore(from, (store) => store.forget(MEMBERS[1])));
    await expect(copy(erased, target)).rejects.toMatchObject({ code: "COPY_CHANGED" });
  });

  test("into one that a bot has open, without having written, is told to that bot: it has to begin anew", async () => {
    await using from = await sqliteCopyPlace();
    await using into = await schema();
    await counted(from);
    const { key } = await withStore(from, (store) => store.optOuts());
    await withStore(from, (store) => store.addOptOut(optOutHash(key, MEMBERS[1]), "self"));
    await withStore(into, async (store) => {
      const seen = (await store.changes?.version()) ?? 0;
      const admission = new Admission(store, true);
      await admission.open();
      await copied(from, into);
      expect(await store.changes?.since(seen)).toMatchObject({ isTooLate: true });
      // What it counted until it hears of that is of users of whom it knows nothing.
      const counted = [row({ place: PLACES[1], member: MEMBERS[1] })];
      await store.apply({ ...batchOf("bot", 1, counted), changesSeen: seen });
      const { members } = await store.load(GUILDS[0], { writer: "bot", fromHour: 0 });
      expect(members.map(({ id }) => id)).toEqual([MEMBERS[0]]);
      await admission.takeAll();
      expect(admission.isRefused(MEMBERS[1])).toBe(true);
    });
    expect(await withStore(into, async (store) => store.changes?.version())).toBeGreaterThan(0);
  });

  test("knows nothing of rules before those that were copied, however the server's clock stands", async () => {
    await using from = await sqliteCopyPlace();
    await using into = await schema();
    await counted(from);
    const aheadMs = systemClock.nowMs() + 3_600_000;
    await withStore(from, (store) => store.setRulesSinceMs(aheadMs));
    await copied(from, into);
    expect(await withStore(into, async (store) => store.changes?.rulesOf(GUILDS[0], 0))).toMatchObject({
      unknownBeforeMs: aheadMs,
    });
  });

  test("in which a run of a bot had its first batch still before it is sound as a file as well", async () => {
    await using from = await schema();
    await using into = await sqliteCopyPlace();
    await counted(from);
    // More than the database's numbers hold: the run is known by then, and its batch is not written.
    await withStore(from, (store) =>
      expect(store.apply(batchOf("cut off", 1, [row({ messages: 2 ** 70 })]))).rejects.toThrow(),
    );
    await copied(from, into);
    expect(new Set((await into.findings()).values())).toEqual(new Set(["ok"]));
  });

  test("is refused into itself, and ends when a bot that opened the target before writes to it", async () => {
    await using from = await schema();
    await using into = await schema();
    await counted(from);
    await expect(copied(from, from)).rejects.toMatchObject({
      code: "COPY_REFUSED",
      message: expect.stringContaining("the same database"),
    });
    await withStore(into, async (store) => {
      await using source = await from.source();
      await using target = await into.target();
      let isWritten = false;
      const beside = reading(source, async (section, read) => {
        if (section === "place" && !isWritten) {
          isWritten = true;
          await store.apply(batchOf("bot", 1, []));
        }
        return read();
      });
      await expect(copy(beside, target)).rejects.toMatchObject({ code: "STORE_LOCKED" });
    });
  });

  test("that is not there says so, and two copies at once into one do not both go on", async () => {
    await using from = await schema();
    await using into = await schema();
    const missing = { connect: () => database, schema: "missing", shown: "postgres://server/database" };
    await expect(openSchema(missing)).rejects.toMatchObject({ code: "STORE_FAILED" });
    await counted(from);
    await using source = await from.source();
    await using target = await into.target();
    let isSecond = true;
    const beside = reading(source, async (section, read) => {
      if (section === "hourly" && isSecond) {
        isSecond = false;
        await copied(from, into);
      }
      return read();
    });
    await expect(copy(beside, target)).rejects.toMatchObject({ code: expect.stringMatching(/^STORE_/) });
    expect(await withStore(into, contentsOf)).toEqual(await withStore(from, contentsOf));
  });
});

test("a copy of a file whose activities differ by a character that the server has not can be made", async () => {
  await using from = await sqliteCopyPlace();
  await using into = await schema();
  const spelt = ["0:a\0", "0:a\ufffd"].map((place) => row({ place, durationMs: 2 }));
  await counted(from);
  await withStore(from, (store) => store.apply(batchOf("w", 2, spelt)));
  await copied(from, into);
  expect(await withStore(into, contentsOf)).toEqual(await withStore(from, contentsOf));
});

/** "table.column" of what the statements write. */
function written(sqlOf: (section: Section) => { readonly insert: string }): string[] {
  return SECTIONS.flatMap((section) => {
    const [, table, columns = ""] = /INSERT INTO (\w+) \(([^)]*)\)/.exec(sqlOf(section).insert) ?? [];
    return columns.split(",").map((column) => `${table}.${column}`);
  });
}

test("a page of a file is found by its whole key, whatever came before it", async () => {
  await using place = await sqliteCopyPlace();
  await withStore(place, async () => undefined);
  const database = new Database(place.file, { readonly: true });
  const found = SECTIONS.map((section) => {
    const { behind } = sqliteSql(section);
    const [, keys = ""] = /ORDER BY (\S+) LIMIT/.exec(behind) ?? [];
    const plan = database
      .prepare<unknown[], { readonly detail: string }>(`EXPLAIN QUERY PLAN ${behind}`)
      .all(...Array.from(behind.matchAll(/\?/g), () => 1));
    const by = keys === "key" ? "rowid" : keys.includes(",") ? `(${keys})` : keys;
    return { section: section.name, isByKey: plan.some(({ detail }) => detail.includes(`(${by}>`)) };
  });
  database.close();
  // There is one secret at most.
  expect(found.filter(({ isByKey }) => !isByKey).map(({ section }) => section)).toEqual(["secret"]);
});

describe("every column of every table is copied, but for what an engine makes itself", () => {
  test("in SQLite", async () => {
    await using file = await sqliteCopyPlace();
    await withStore(file, async () => undefined);
    const copied = [...written(sqliteSql), "guild.key", "red_import.key", "red_member.key", "red_member.id"];
    expect(copied.sort()).toEqual(sqliteColumns(file.file));
  });

  test("in PostgreSQL", async () => {
    await using place = await schema();
    await withStore(place, async () => undefined);
    const { rows } = await pglite.query<{ name: string }>(
      `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
       WHERE table_schema = $1 AND table_name !~ '^hourly_'`,
      [place.schema],
    );
    // What processes that run tell each other is nothing to one that starts.
    const passing =
      /^(schema_version|change|change_version|process)\.|^guild\.(holder|epoch|wanted)$|^erasure_wish\.asked$/;
    const columns = rows.map(({ name }) => name).filter((name) => !passing.test(name));
    expect(written(postgresSql).sort()).toEqual(columns.sort());
  });
});
