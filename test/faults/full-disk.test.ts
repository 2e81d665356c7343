import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { BotProcess } from "../crash/bot-process.ts";
import { LivelyDiscord } from "../crash/lively-discord.ts";
import { storedCounts } from "../crash/stored-counts.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const CAN_LIMIT = process.platform === "linux" && spawnSync("prlimit", ["--version"]).status === 0;

/** Lets a process make no file larger than this: what the operating system then says is what a full disk says. */
function limitFiles(pid: number, bytes: number | "unlimited"): void {
  const { status, stderr } = spawnSync("prlimit", [`--pid=${pid}`, `--fsize=${bytes}:unlimited`]);
  if (status !== 0) throw new Error(String(stderr));
}

describe.skipIf(!CAN_LIMIT)("a file that cannot grow", () => {
  test("while the bot lives costs nothing: everything is written once there is room, exactly once", async () => {
    using folder = temporaryFolder();
    const file = folder.file("stats.db");
    await using lively = await LivelyDiscord.start(3);
    const { discord, ledger } = lively;
    const bot = new BotProcess();
    await bot.until(() => bot.told("loaded"));
    const { address, token } = discord;
    bot.begin({
      file,
      address,
      token,
      dieAtBatch: 0,
      dieWhen: "after",
      dieAtCall: null,
      leftGuildGraceDays: 30,
    });
    await bot.until(() => bot.told("ready"));
    lively.open();
    await discord.taken();
    expect(await bot.flush()).toBe(true);

    limitFiles(bot.pid, 4_096);
    for (let failures = 1; failures <= 3; failures++) {
      for (let step = 0; step < 20; step++) lively.step();
      await discord.taken();
      await bot.until(() => bot.failures.length >= failures);
    }
    for (const failure of bot.failures) expect(failure).toMatch(/^STORE_FULL: .*stats\.db/);
    const during = storedCounts(file);
    expect(during.integrity).toBe("ok");
    expect(during.lifetimeErrors).toEqual([]);

    limitFiles(bot.pid, "unlimited");
    expect(await bot.flush()).toBe(true);
    expect(Object.fromEntries(storedCounts(file).messages)).toEqual(Object.fromEntries(ledger.said));
    bot.kill("SIGTERM");
    expect(await bot.gone).toBe("SIGTERM");
    const after = storedCounts(file);
    expect(after.lifetimeErrors).toEqual([]);
    ledger.heard(Date.now(), { waiting: false });
    expect(ledger.voiceErrors(after)).toEqual([]);
  });
});
