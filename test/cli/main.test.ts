import { spawnSync } from "node:child_process";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { startExample } from "../examples/example-bot.ts";
import { batchOf } from "../store/batches.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Runs the command line as npx does. */
function guildstats(...args: readonly string[]): { code: number | null; out: string; err: string } {
  const main = join(import.meta.dirname, "../../src/cli/main.ts");
  const env = { ...process.env, DISCORD_TOKEN: "" };
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", main, ...args], {
    encoding: "utf8",
    env,
  });
  return { code: status, out: stdout, err: stderr };
}

describe("guildstats doctor FILE", () => {
  test("prints a line a check and exits with 0 for a sound file, 1 for problems, 2 for what it cannot open", async () => {
    using folder = temporaryFolder();
    const file = folder.file("stats.db");
    const store = sqlite(file);
    await store.open();
    const row = { guild: "1", hour: 490_000, place: "2", member: "3", messages: 2 };
    await store.apply(batchOf("w", 1, [row]));
    await store.close();
    const sound = guildstats("doctor", file);
    expect(sound.out.split("\n").filter((line) => line.startsWith("ok "))).toHaveLength(8);
    expect(sound).toMatchObject({ code: 0, out: expect.stringContaining(`${file} is sound`), err: "" });

    const database = new Database(file);
    database.exec("UPDATE lifetime SET messages = 1");
    database.close();
    const damaged = guildstats("doctor", file);
    expect(damaged.code).toBe(1);
    expect(damaged.out).toMatch(
      /problem {2}totals .*1 row in 1 server, by 1 message and 0 milliseconds\n +→ \w/,
    );

    expect(guildstats("doctor", folder.file("missing.db"))).toMatchObject({
      code: 2,
      out: expect.stringContaining("STORE_UNWRITABLE"),
    });
  });
});

describe("guildstats", () => {
  test.each([[["doctor"]], [["doctor", "a", "b"]], [["physician", "a"]], [["start", "a"]]])(
    "%j is answered with what can be asked",
    (args) => {
      expect(guildstats(...args)).toMatchObject({ code: 2, err: expect.stringContaining("doctor DB") });
    },
  );

  test("--help says what can be asked; an unknown option is refused", () => {
    expect(guildstats("--help")).toMatchObject({ code: 0, out: expect.stringContaining("doctor DB") });
    expect(guildstats("--loud")).toMatchObject({ code: 2, err: expect.stringContaining("--loud") });
  });

  test("with a token it is a whole bot, of as many shards as Discord says", async () => {
    await using bot = await startExample("../src/cli/main.ts", { shards: 2 });
    for (const guild of bot.guilds) bot.discord.message(guild, guild.channel("general"), guild.user(0));
    for (const guild of bot.guilds) {
      const call = { guild, user: guild.user(0), command: "guildstats", subcommand: "server" };
      expect((await bot.discord.call(call).settled()).files[0]?.description).toContain("All time: 1 (");
    }
    bot.discord.assertClean();
  });

  test("without a token the bot does not start, and says what to set", () => {
    expect(guildstats()).toMatchObject({ code: 1, err: expect.stringContaining("DISCORD_TOKEN") });
  });
});
