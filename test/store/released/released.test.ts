import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { examine } from "../../../src/store/sqlite/doctor/examine.ts";
import { sqlite } from "../../../src/store/sqlite/index.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { liveThrough, toldBy } from "./history.ts";

const RELEASED = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".sql"))
  .map((file) => file.replace(".sql", ""));
const CHANGED = "the schema differs from the one written down: see make.ts, or write a migration";

function restore(name: string, file: string): void {
  const database = new Database(file);
  database.pragma("foreign_keys = OFF");
  database.exec(readFileSync(join(import.meta.dirname, `${name}.sql`), "utf8"));
  database.close();
}

/** A file's columns and indexes, however they came about. */
function schemaOf(file: string): readonly unknown[] {
  const database = new Database(file, { readonly: true });
  const columns = database
    .prepare(
      `SELECT o.type, o.tbl_name, c.name, c.type AS holds, c."notnull", c.dflt_value, c.pk FROM sqlite_schema AS o
       LEFT JOIN pragma_table_info(o.name) AS c ON o.type = 'table' ORDER BY o.type, o.name, c.name`,
    )
    .all();
  database.close();
  return columns;
}

describe.each(RELEASED)("a file of %s", (name) => {
  test("is brought up to date when it is opened, and says what it said", async () => {
    using folder = temporaryFolder();
    const file = folder.file("stats.db");
    restore(name, file);
    const store = sqlite(file);
    await store.open();
    expect(await toldBy(store)).toEqual(
      JSON.parse(readFileSync(join(import.meta.dirname, `${name}.json`), "utf8")),
    );
    await store.close();
  });

  test("has the tables of a new one then, is sound, and counts on", async () => {
    using folder = temporaryFolder();
    const [file, fresh] = [folder.file("old.db"), folder.file("new.db")];
    restore(name, file);
    for (const path of [file, fresh]) {
      const store = sqlite(path);
      await store.open();
      await store.close();
    }
    expect(schemaOf(file), CHANGED).toEqual(schemaOf(fresh));
    expect([...examine(file, systemClock.nowMs())].filter(({ verdict }) => verdict === "problem")).toEqual(
      [],
    );
  });
});

test("the newest one is of this version's schema, and has what its history leaves", async () => {
  using folder = temporaryFolder();
  const store = sqlite(folder.file("stats.db"));
  await store.open();
  expect(RELEASED).toContain(`schema-${store.metrics()?.schemaVersion}`);
  await liveThrough(store);
  const { optOuts: _, ...told } = await toldBy(store);
  await store.close();
  const json = readFileSync(join(import.meta.dirname, `${RELEASED.sort().at(-1)}.json`), "utf8");
  // Hashes have a key of their own in each file.
  expect(JSON.parse(json), CHANGED).toMatchObject(told);
});
