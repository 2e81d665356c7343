import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { ROLLED_BEFORE, rollingRows } from "./rolling-rows.ts";
import { rollUpWhole } from "./rolling-up.ts";

/** Another process that writes to the file, and the lines it prints. */
function startWriting(
  file: string,
  script: "./writing-process.ts" | "./rolling-process.ts" = "./writing-process.ts",
): {
  readonly process: ChildProcessByStdio<null, Readable, null>;
  readonly lines: AsyncIterableIterator<string>;
} {
  const path = join(import.meta.dirname, script);
  const child = spawn(process.execPath, ["--import", "tsx", path, file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return { process: child, lines: createInterface(child.stdout)[Symbol.asyncIterator]() };
}

describe("a SQLite file and other processes", () => {
  test("a second process is kept out while the first lives, and let in once it is killed", async () => {
    using folder = temporaryFolder();
    const file = folder.file("stats.db");
    const other = startWriting(file);
    await other.lines.next();
    const store = sqlite(file);
    await expect(store.open()).rejects.toMatchObject({ code: "STORE_LOCKED", details: { path: file } });
    other.process.kill("SIGKILL");
    await once(other.process, "exit");
    await store.open();
    await store.close();
  });

  test("so is a second store of the same process", async () => {
    using folder = temporaryFolder();
    const [first, second] = [sqlite(folder.file("stats.db")), sqlite(folder.file("stats.db"))];
    await first.open();
    await expect(second.open()).rejects.toMatchObject({ code: "STORE_LOCKED" });
    await first.close();
    await second.open();
    await second.close();
  });

  test("so is one that names the same file by a link, also one that was made before the file", async () => {
    using folder = temporaryFolder();
    const [file, link, further] = [
      folder.file("stats.db"),
      folder.file("link.db"),
      folder.file("further.db"),
    ];
    symlinkSync(file, link);
    symlinkSync("link.db", further);
    for (const [first, second] of [
      [sqlite(further), sqlite(file)],
      [sqlite(file), sqlite(link)],
    ] as const) {
      await first.open();
      await expect(second.open()).rejects.toMatchObject({ code: "STORE_LOCKED" });
      await first.close();
    }
  });

  test.each([1, 40, 150])(
    "killed after %i acknowledged batches, a process leaves all of them, and whole ones only",
    async (acknowledged) => {
      using folder = temporaryFolder();
      const file = folder.file("stats.db");
      const writing = startWriting(file);
      let last = 0;
      for await (const line of writing.lines) {
        if (line !== "open") last = Number(line);
        // The rest of what it wrote to the pipe is read after its death.
        if (last === acknowledged) writing.process.kill("SIGKILL");
      }
      const store = sqlite(file);
      await store.open();
      const { hourly, appliedSequence } = await store.load("100000000000000001", {
        writer: "w",
        fromHour: 0,
      });
      await store.close();
      // One more may be in the file than was acknowledged: killed between the write and its answer.
      expect([last, last + 1]).toContain(appliedSequence);
      const expected = Array.from({ length: appliedSequence }, (_, index) => index + 1);
      expect([...hourly.messages].sort((a, b) => a - b)).toEqual(
        expected.flatMap((sequence) => Array<number>(20).fill(sequence)),
      );
    },
  );

  test("killed again and again while it rolls up and writes, a process leaves every sum whole", async () => {
    using folder = temporaryFolder();
    const file = folder.file("stats.db");
    for (const [run, lines] of [3, 8, 1, 14, 5, 11, 2, 17].entries()) {
      const rolling = startWriting(file, "./rolling-process.ts");
      let seen = 0;
      for await (const _ of rolling.lines) if (++seen === lines) rolling.process.kill("SIGKILL");
      const { batches, hours, cells } = sums(file);
      expect(batches, `run ${run}`).toBeGreaterThan(0);
      // Every batch brings one message a cell for each of its hours.
      for (const cell of cells) {
        expect([cell.lifetime, cell.rows], `run ${run}`).toEqual([batches * hours, batches * hours]);
      }
    }
    const store = sqlite(file);
    await store.open();
    await rollUpWhole(store, { hourlyBefore: ROLLED_BEFORE, dailyBefore: null, timeZone: "UTC" });
    await store.close();
    const { batches, hours, cells, oldHours } = sums(file);
    expect(oldHours).toBe(0);
    for (const cell of cells) expect(cell.rows).toBe(batches * hours);
  });
});

/** What a file says about each cell of {@link rollingRows}. */
function sums(file: string) {
  const database = new Database(file);
  const cells = database
    .prepare<[], { lifetime: number; rows: number }>(
      `SELECT messages AS lifetime, (
         SELECT sum(messages) FROM (
           SELECT guild, place, member, messages FROM hourly UNION ALL
           SELECT guild, place, member, messages FROM daily
         ) AS r WHERE r.guild = l.guild AND r.place = l.place AND r.member = l.member
       ) AS rows FROM lifetime AS l`,
    )
    .all();
  const batches = Number(database.prepare("SELECT sum(sequence) FROM writer").pluck().get());
  const oldHours = Number(
    database.prepare("SELECT count(*) FROM hourly WHERE hour < ?").pluck().get(ROLLED_BEFORE),
  );
  database.close();
  const { guild, place, member } = rollingRows[0] ?? { guild: "", place: "", member: "" };
  const hours = rollingRows.filter(
    (row) => row.guild === guild && row.place === place && row.member === member,
  ).length;
  return { batches, cells, oldHours, hours };
}
