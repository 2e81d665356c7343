import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Root writes whatever the file's mode says; so the writing is done by somebody else. */
const NOBODY = 65_534;
const as = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

function startWriting(file: string) {
  const script = join(import.meta.dirname, "../store/writing-process.ts");
  return spawn(process.execPath, ["--import", "tsx", script, file], {
    ...as,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

test("a file made read-only while it is open is written on; the next start is refused, and says why", async () => {
  using folder = temporaryFolder();
  const file = folder.file("stats.db");
  if (as.uid !== undefined) chownSync(folder.path, as.uid, as.gid);
  const writing = startWriting(file);
  let readOnlySinceMs = Number.POSITIVE_INFINITY;
  for await (const line of createInterface(writing.stdout)) {
    // By then the side thread has opened the file too, and moved the log into it.
    if (line === "300") {
      for (const suffix of ["", "-wal", "-shm", ".lock"]) chmodSync(file + suffix, 0o444);
      chmodSync(folder.path, 0o555);
      readOnlySinceMs = Date.now();
    }
    // Both the log and, by a checkpoint, the file itself were written after that.
    if (["", "-wal"].every((suffix) => statSync(file + suffix).mtimeMs > readOnlySinceMs))
      writing.kill("SIGKILL");
  }
  const again = startWriting(file);
  const [complaint, [code]] = await Promise.all([text(again.stderr), once(again, "exit")]);
  expect(code).not.toBe(0);
  expect(complaint).toContain("STORE_UNWRITABLE");
  chmodSync(folder.path, 0o755);
});
