import { describe, expect, test, vi } from "vitest";
import { health } from "../../src/cli/health.ts";
import { BEAT_EVERY_MS, beat, type Whose } from "../../src/cli/heartbeat.ts";
import type { Metrics } from "../../src/metrics.ts";
import { storeAddress } from "../../src/store/address.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { runBot } from "../support/running-bot.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** What `guildstats health` prints, and its exit code. */
function told(database: string, nowMs: number, whose?: Whose): { code: number; line: string } {
  const lines: string[] = [];
  const code = health(storeAddress(database), nowMs, (line) => lines.push(line), whose);
  return { code, line: lines.join("\n") };
}

const WELL = { code: 0, line: "well" };
const NONE = { code: 1, line: "no bot has told of itself yet" };
const SERVER = "postgres://bot@host/stats";

describe("guildstats health", () => {
  test("says that there was no bot yet", () => {
    using folder = temporaryFolder();
    expect(told(folder.file("stats.db"), 0)).toEqual(NONE);
  });

  test("a bot is well while it is connected and writes, and is missed a minute after its last beat", async () => {
    await using bot = await runBot();
    const clock = new ManualClock();
    beat(storeAddress(bot.databaseFile), () => bot.stats.metrics(), clock);
    expect(told(bot.databaseFile, clock.nowMs() + 60_000)).toEqual(WELL);
    expect(told(bot.databaseFile, clock.nowMs() + 61_000)).toEqual({
      code: 1,
      line: "the bot is gone or hangs: it told nothing for 61 s",
    });
    await clock.advance(BEAT_EVERY_MS);
    expect(told(bot.databaseFile, clock.nowMs() + 60_000)).toEqual(WELL);
  });

  test("the heartbeat over a server is on this machine, whatever the password", async () => {
    await using bot = await runBot();
    using folder = temporaryFolder();
    vi.stubEnv("TMPDIR", folder.path);
    const clock = new ManualClock();
    beat(storeAddress("postgres://bot:first@host/stats"), () => bot.stats.metrics(), clock);
    expect(told("postgresql://bot:second@host/stats?schema=guildstats", clock.nowMs())).toEqual(WELL);
    expect(told("postgres://bot@host/stats?schema=other", clock.nowMs()).code).toBe(1);
    vi.unstubAllEnvs();
  });

  test("of several processes over a server, only that counts which has the same shards on the same machine", async () => {
    await using bot = await runBot();
    using folder = temporaryFolder();
    vi.stubEnv("TMPDIR", folder.path);
    const clock = new ManualClock();
    const [first, second, elsewhere] = [
      { host: "a", shards: "0" },
      { host: "a", shards: "1" },
      { host: "b", shards: "0" },
    ];
    beat(storeAddress(SERVER), () => bot.stats.metrics(), clock, first);
    expect(told(SERVER, clock.nowMs(), first)).toEqual(WELL);
    for (const whose of [second, elsewhere]) expect(told(SERVER, clock.nowMs(), whose)).toEqual(NONE);
    vi.stubEnv("SHARDS", "1");
    beat(storeAddress(SERVER), () => bot.stats.metrics(), clock);
    expect(told(SERVER, clock.nowMs())).toEqual(WELL);
    vi.stubEnv("SHARDS", undefined);
    expect(told(SERVER, clock.nowMs())).toEqual(NONE);
    vi.unstubAllEnvs();
  });

  test("a process that has died is missed though the one whose place it took still lives", async () => {
    await using bot = await runBot();
    using folder = temporaryFolder();
    vi.stubEnv("TMPDIR", folder.path);
    const [old, young] = [new ManualClock(), new ManualClock()];
    beat(storeAddress(SERVER), () => bot.stats.metrics(), old);
    beat(storeAddress(SERVER), () => bot.stats.metrics(), young);
    await young.advance(BEAT_EVERY_MS);
    await old.advance(6 * BEAT_EVERY_MS);
    expect(told(SERVER, old.nowMs())).toEqual({
      code: 1,
      line: "the bot is gone or hangs: it told nothing for 75 s",
    });
    expect(old.timers).toBe(0);
    vi.unstubAllEnvs();
  });

  test("a bot that beats is not well while it is not connected for two minutes, or its writes fail", async () => {
    await using bot = await runBot();
    const clock = new ManualClock();
    let now: Metrics = { ...bot.stats.metrics(), shards: [] };
    beat(storeAddress(bot.databaseFile), () => now, clock);
    expect(told(bot.databaseFile, clock.nowMs())).toEqual({
      code: 1,
      line: "the bot is not connected to Discord yet",
    });
    now = bot.stats.metrics();
    await clock.advance(BEAT_EVERY_MS);
    expect(told(bot.databaseFile, clock.nowMs())).toEqual(WELL);
    now = { ...now, shards: now.shards.map((shard) => ({ ...shard, status: "reconnecting" })) };
    await clock.advance(120_000);
    expect(told(bot.databaseFile, clock.nowMs())).toEqual(WELL);
    await clock.advance(BEAT_EVERY_MS);
    expect(told(bot.databaseFile, clock.nowMs())).toEqual({
      code: 1,
      line: "not connected to Discord for 135 s",
    });
    now = { ...bot.stats.metrics(), consecutiveFlushFailures: 3 };
    await clock.advance(BEAT_EVERY_MS);
    expect(told(bot.databaseFile, clock.nowMs())).toEqual({
      code: 1,
      line: "the last 3 writes to the database failed",
    });
  });
});
