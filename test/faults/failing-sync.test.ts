import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { z } from "zod";
import { BATCHES_PER_CHECKPOINT } from "../../src/store/sqlite/write-ahead-log.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Where better-sqlite3 has to be compiled there is a compiler; elsewhere a disk cannot be made to fail. */
const hasCompiler =
  process.platform === "linux" && spawnSync("cc", ["--version"], { stdio: "ignore" }).status === 0;

const answer = z.object({ refusals: z.array(z.string()), written: z.number() });

test.skipIf(!hasCompiler)(
  "a disk that cannot sync is told of, takes no count away, and is written to once it can",
  async () => {
    using folder = temporaryFolder();
    const [library, flag, file] = ["sync.so", "failing", "a.db"].map((name) => folder.file(name));
    if (!library || !flag || !file) throw new Error("no paths");
    const source = join(import.meta.dirname, "failing-sync.c");
    const compiled = spawnSync("cc", ["-shared", "-fPIC", "-o", library, source, "-ldl"], {
      encoding: "utf8",
    });
    expect(compiled.stderr).toBe("");

    const child = fork(join(import.meta.dirname, "syncing-process.ts"), [file], {
      execArgv: ["--import", "tsx"],
      env: { ...process.env, LD_PRELOAD: library, FAIL_SYNC_WHILE: flag },
    });
    const answered = async () => {
      const [message]: unknown[] = await once(child, "message");
      return answer.parse(message);
    };
    const write = async (tries: number) => {
      const told = answered();
      child.send(tries);
      return await told;
    };
    await answered();
    expect((await write(BATCHES_PER_CHECKPOINT * 2)).refusals).toEqual([]);
    writeFileSync(flag, "");
    // Most batches go into the log all the same; what is refused, and what the log cannot hand on, is told.
    while (!(await write(BATCHES_PER_CHECKPOINT)).refusals.includes("SQLITE_IOERR_FSYNC"));
    rmSync(flag);
    // What the last failing checkpoints left may still be told.
    while ((await write(BATCHES_PER_CHECKPOINT * 2)).refusals.length > 0);
    const exited = once(child, "exit");
    const { written } = await write(0);
    await exited;

    const database = new Database(file, { readonly: true });
    expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
    const messages = database.prepare("SELECT sum(messages) FROM hourly").pluck().get();
    expect(messages).toBe(written);
    expect(written).toBeGreaterThan(BATCHES_PER_CHECKPOINT * 4);
    database.close();
  },
);
