import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Another process that writes to the file, and the lines it prints. */
function startWriting(file: string): {
  readonly process: ChildProcessByStdio<null, Readable, null>;
  readonly lines: AsyncIterableIterator<string>;
} {
  const script = new URL("./writing-process.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, ["--import", "tsx", script, file], {
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
});
