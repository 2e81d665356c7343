import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { BATCHES_PER_CHECKPOINT } from "../../src/store/sqlite/write-ahead-log.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Where better-sqlite3 has to be compiled there is a compiler; elsewhere a disk cannot be made to fail. */
const hasCompiler =
  process.platform === "linux" && spawnSync("cc", ["--version"], { stdio: "ignore" }).status === 0;

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
    const answered = async (): Promise<unknown> => {
      const [answer]: unknown[] = await once(child, "message");
      return answer;
    };
    const write = async (batches: number): Promise<unknown> => {
      const answer = answered();
      child.send(batches);
      return await answer;
    };
    await answered();
    expect(await write(BATCHES_PER_CHECKPOINT * 2)).toEqual([]);
    writeFileSync(flag, "");
    const refusals = await write(BATCHES_PER_CHECKPOINT * 4);
    expect(refusals).toContain("SQLITE_IOERR_FSYNC");
    rmSync(flag);
    // What the last failing checkpoint left may still be told once.
    await write(1);
    expect(await write(BATCHES_PER_CHECKPOINT * 2)).toEqual([]);
    const exited = once(child, "exit");
    expect(await write(0)).toEqual([]);
    await exited;

    const database = new Database(file, { readonly: true });
    expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
    const messages = database.prepare("SELECT sum(messages) FROM hourly").pluck().get();
    expect(messages).toBe(BATCHES_PER_CHECKPOINT * 8 + 1);
    database.close();
  },
);
