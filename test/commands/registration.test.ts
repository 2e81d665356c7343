import { once } from "node:events";
import { Client } from "discord.js";
import { describe, expect, test } from "vitest";
import { registerCommands } from "../../src/commands/registration.ts";
import { GuildStats } from "../../src/guild-stats.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { LoopbackDiscord } from "../loopback/loopback-discord.ts";
import { connect, INTENTS } from "../support/connected-client.ts";
import { runBot } from "../support/running-bot.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describe("registration", () => {
  test("writes what Discord does not have, once", async () => {
    await using bot = await runBot();
    expect(bot.discord.commands.map(({ name }) => name)).toEqual([
      "guildstats",
      "guildstats-admin",
      "guildstats-owner",
      "Activity stats",
    ]);
    expect(bot.discord.commandWrites).toBe(4);
    expect(await registerCommands(bot.client)).toEqual([]);
    expect(bot.discord.commandWrites).toBe(4);
    bot.discord.assertClean();
  });

  test("writes only the command that changed, and leaves the host's own alone", async () => {
    await using bot = await runBot();
    await bot.client.application.commands.create({ name: "mine", description: "The host's" });
    const changed = bot.discord.commands.find(({ name }) => name === "guildstats-owner");
    if (changed) changed["description"] = "from an older version";
    expect(await registerCommands(bot.client)).toEqual(["guildstats-owner"]);
    expect(bot.discord.commands.map(({ name }) => name)).toContain("mine");
  });

  test("a bot that registers its own gets the commands as JSON", async () => {
    await using bot = await runBot({}, { registerCommands: false });
    for (const definition of GuildStats.commands) await bot.client.application.commands.create(definition);
    expect(await registerCommands(bot.client)).toEqual([]);
    expect((await bot.call("server").settled()).files).toHaveLength(1);
    bot.discord.assertClean();
  });

  test("of a bot's processes the one with the first shard writes them, the others do not even ask", async () => {
    await using discord = await LoopbackDiscord.start();
    using folder = temporaryFolder();
    for (const [shard, asked] of [
      [1, 0],
      [0, 5],
    ] as const) {
      const client = new Client({
        intents: INTENTS,
        ...discord.clientOptions,
        shards: [shard],
        shardCount: 2,
      });
      await using stats = new GuildStats(client, {
        store: sqlite(folder.file("stats.db")),
        drainOnSignals: false,
      });
      const registered = shard === 0 ? once(stats, "registered") : null;
      await stats.start();
      await connect(client, discord);
      await registered;
      expect(discord.requests.filter(({ path }) => path.endsWith("/commands"))).toHaveLength(asked);
      await client.destroy();
    }
    expect(discord.commands).toHaveLength(4);
  });

  test("a refusal is reported with a code, and does not stop the counting", async () => {
    await using bot = await runBot();
    bot.discord.fault({ match: /^GET .*commands$/, status: 400 });
    await expect(registerCommands(bot.client)).rejects.toMatchObject({ code: "REGISTRATION_FAILED" });
  });
});
