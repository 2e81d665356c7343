import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { sqlite } from "../src/store/sqlite/index.ts";
import { sqliteColumns } from "./support/sqlite-columns.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

/** Every "table.column" of a freshly migrated database. */
async function storedColumns(): Promise<string[]> {
  using folder = temporaryFolder();
  const path = folder.file("stats.db");
  const store = sqlite(path);
  await store.open();
  await store.close();
  return sqliteColumns(path);
}

test("PRIVACY.md describes every column that is stored, and none that is not", async () => {
  const document = readFileSync(new URL("../PRIVACY.md", import.meta.url), "utf8");
  const described = [...document.matchAll(/^\| `(\w+)` \| `(\w+)` \|/gm)].map(
    ([, table, column]) => `${table}.${column}`,
  );
  expect(described.sort()).toEqual(await storedColumns());
});
