import { fork, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { GUILD, startCounting } from "./support/counting.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const BOT = join(import.meta.dirname, "support/signalled-bot.ts");
/** Runs a program as process 1 of a world of its own, as a container does. */
const AS_FIRST = ["--pid", "--fork", "--kill-child"];
const CAN_BE_FIRST = spawnSync("unshare", [...AS_FIRST, "true"]).status === 0;

/** A bot in a process of its own that counts three messages and then waits. */
async function startBot(file: string, mode: "alone" | "host-listens") {
  const child = fork(BOT, [file, mode], {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  await once(child, "message");
  return child;
}

async function storedMessages(file: string): Promise<number> {
  await using reader = await startCounting(file);
  return (await reader.queries.server(GUILD)).totals.lifetime.messages;
}

describe("a signal", () => {
  test.each(["SIGTERM", "SIGINT"] as const)(
    "%s writes what is left, and then ends the process as it always does",
    async (signal) => {
      using folder = temporaryFolder();
      const child = await startBot(folder.file("a.db"), "alone");
      child.kill(signal);
      const [code, by] = await once(child, "exit");
      expect([code, by]).toEqual([null, signal]);
      expect(await storedMessages(folder.file("a.db"))).toBe(3);
    },
  );

  test.skipIf(!CAN_BE_FIRST)(
    "ends the first process of a container as well, which the system spares",
    async () => {
      using folder = temporaryFolder();
      const bot = [process.execPath, "--import", "tsx", BOT, folder.file("a.db"), "alone"];
      const child = spawn("unshare", [...AS_FIRST, ...bot], {
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      });
      onTestFinished(() => void child.kill("SIGKILL"));
      await once(child, "message");
      const end = once(child, "exit");
      child.send("SIGTERM");
      expect(await end).toEqual([143, null]);
      expect(await storedMessages(folder.file("a.db"))).toBe(3);
    },
  );

  test("leaves the end of the process to a host that listens itself", async () => {
    using folder = temporaryFolder();
    const child = await startBot(folder.file("a.db"), "host-listens");
    child.kill("SIGTERM");
    const [code, by] = await once(child, "exit");
    expect([code, by]).toEqual([7, null]);
    expect(await storedMessages(folder.file("a.db"))).toBe(3);
  });

  test("SIGKILL loses what was not flushed, and damages nothing", async () => {
    using folder = temporaryFolder();
    const child = await startBot(folder.file("a.db"), "alone");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await storedMessages(folder.file("a.db"))).toBe(0);
  });
});
