// Writes down a file of this version's schema, for tests of later versions:
//
//   npx tsx test/store/released/make.ts
//
// To be run when the schema changes, as long as it is not released. What was released stays as it is.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { sqlite } from "../../../src/store/sqlite/index.ts";
import { MIGRATIONS } from "../../../src/store/sqlite/schema.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { liveThrough, toldBy } from "./history.ts";

/** A database as the statements that make it, a line a row. */
function statements(file: string): string {
  const database = new Database(file, { readonly: true });
  const number = (pragma: string): number => Number(database.pragma(pragma, { simple: true }));
  const objects = database
    .prepare<[], { name: string; type: string; sql: string }>(
      "SELECT name, type, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type DESC, rowid",
    )
    .all();
  const rows = objects.flatMap(({ name, type }) => {
    if (type !== "table") return [];
    const columns = database
      .prepare<[string], string>("SELECT 'quote(' || name || ')' FROM pragma_table_info(?)")
      .pluck()
      .all(name);
    const values = database
      .prepare<[], string>(`SELECT concat_ws(', ', ${columns}) FROM ${name}`)
      .pluck()
      .all();
    if (values.length === 0) throw new Error(`${name} is empty: history.ts is to leave something in it`);
    return values.map((line) => `INSERT INTO ${name} VALUES (${line});`);
  });
  const pragmas = ["application_id", "user_version"].map((pragma) => `PRAGMA ${pragma} = ${number(pragma)};`);
  database.close();
  return [...pragmas, ...objects.map(({ sql }) => `${sql};`), ...rows, ""].join("\n");
}

using folder = temporaryFolder();
const store = sqlite(folder.file("stats.db"));
await store.open();
await liveThrough(store);
const told = await toldBy(store);
await store.close();
const name = join(import.meta.dirname, `schema-${MIGRATIONS.length}`);
writeFileSync(`${name}.sql`, statements(folder.file("stats.db")));
writeFileSync(`${name}.json`, `${JSON.stringify(told, null, 2)}\n`);
