import { writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { temporaryFolder } from "./temporary-folder.ts";
import { traces, varint } from "./traces.ts";

const ID = "1099511627776000123";

test("the search for an id finds each form in which a file may hold it", () => {
  const [big, little] = [Buffer.alloc(8), Buffer.alloc(8)];
  big.writeBigInt64BE(BigInt(ID));
  little.writeBigInt64LE(BigInt(ID));
  for (const form of [Buffer.from(ID), big, little, varint(BigInt(ID))]) {
    using folder = temporaryFolder();
    writeFileSync(
      folder.file("a.db-wal"),
      Buffer.concat([Buffer.from("before"), form, Buffer.from("behind")]),
    );
    expect(traces(folder.path, [ID, "1099511627776000124"])).toEqual([ID]);
  }
});

test("its varint is the one that SQLite writes", () => {
  using folder = temporaryFolder();
  const database = new Database(folder.file("keys.db"));
  database.exec("CREATE TABLE keys (key INTEGER PRIMARY KEY)");
  database.prepare("INSERT INTO keys VALUES (?)").run(BigInt(ID));
  database.close();
  // As a table's key an integer is nowhere but in its varint.
  expect(traces(folder.path, [ID])).toEqual([ID]);
});
