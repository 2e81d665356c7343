import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { storeAddress, storeAt } from "../../../src/store/address.ts";
import { sqlite } from "../../../src/store/sqlite/index.ts";
import { SERVER_URL, serverDatabase } from "../../support/postgres-server.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { batchOf } from "../batches.ts";
import { contentsOf } from "./contents.ts";
import { GUILDS, HOUR, MEMBERS, PLACES } from "./history.ts";

const PROCESS = join(import.meta.dirname, "copying-process.ts");

/** Copies in a process of its own, which ends as a killed one does when it has told so often how far it is. */
async function run(from: string, into: string, killedAt: number): Promise<"done" | "killed"> {
  const child = spawn(process.execPath, ["--import", "tsx", PROCESS, from, into, String(killedAt)], {
    stdio: "inherit",
  });
  const [code, signal] = await once(child, "close");
  if (signal === "SIGKILL") return "killed";
  expect(code).toBe(0);
  return "done";
}

async function filled(file: string): Promise<void> {
  const store = sqlite(file);
  await store.open();
  await store.optOuts();
  const cells = Array.from({ length: 500 }, (_, at) => ({
    hour: HOUR + at,
    messages: at + 1,
    durationMs: at,
  }));
  const rows = GUILDS.flatMap((guild) =>
    cells.map((cell) => ({
      ...cell,
      guild,
      place: PLACES[cell.hour % 4] ?? "",
      member: MEMBERS[cell.hour % 3] ?? "",
    })),
  );
  await store.apply(batchOf("w", 1, rows));
  await store.close();
}

async function contentsAt(address: string): Promise<unknown> {
  const store = await storeAt(storeAddress(address));
  await store.open();
  const contents = await contentsOf(store);
  await store.close();
  return contents;
}

async function survivesKills(from: string, into: string): Promise<void> {
  // The first kill comes before the first page, others within the pages, which are some forty.
  const ends: string[] = [];
  for (const killedAt of [1, 7, 19, 3, Number.POSITIVE_INFINITY]) ends.push(await run(from, into, killedAt));
  expect(ends).toEqual(["killed", "killed", "killed", "killed", "done"]);
  expect(await contentsAt(into)).toEqual(await contentsAt(from));
}

describe("a copy that is killed time and again goes on where it was, and holds each count once", () => {
  test("from file to file", async () => {
    using folder = temporaryFolder();
    await filled(folder.file("from.db"));
    await survivesKills(folder.file("from.db"), folder.file("into.db"));
  });

  test.skipIf(SERVER_URL === "")("from a file to a server, and to another schema of it", async () => {
    using folder = temporaryFolder();
    await using database = await serverDatabase();
    const other = new URL(database.url);
    other.searchParams.set("schema", "other");
    await filled(folder.file("from.db"));
    await survivesKills(folder.file("from.db"), database.url);
    await survivesKills(database.url, other.href);
  });
});
