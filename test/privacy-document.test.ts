import { readFileSync } from "node:fs";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { sqlite } from "../src/store/sqlite/index.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

/** Every "table.column" of a freshly migrated database. */
async function storedColumns(): Promise<string[]> {
  using folder = temporaryFolder();
  const path = folder.file("stats.db");
  const store = sqlite(path);
  await store.open();
  await store.close();
  const database = new Database(path, { readonly: true });
  const columns = database
    .prepare<[], string>(
      `SELECT t.name || '.' || c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
       WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'`,
    )
    .pluck()
    .all();
  database.close();
  return columns.sort();
}

test("PRIVACY.md describes every column that is stored, and none that is not", async () => {
  const document = readFileSync(new URL("../PRIVACY.md", import.meta.url), "utf8");
  const described = [...document.matchAll(/^\| `(\w+)` \| `(\w+)` \|/gm)].map(
    ([, table, column]) => `${table}.${column}`,
  );
  expect(described.sort()).toEqual(await storedColumns());
});
