import { describe, expect, test } from "vitest";
import { statusTexts } from "../../../src/commands/owner/status.ts";
import { translatorFor } from "../../../src/i18n/translator.ts";
import type { LoopbackInteraction } from "../../loopback/interaction.ts";
import type { User } from "../../loopback/world.ts";
import { livelyBot } from "../../support/lively-bot.ts";
import { type RunningBot, runBot } from "../../support/running-bot.ts";

async function status(bot: RunningBot, user: User): Promise<LoopbackInteraction> {
  const { discord, guild } = bot;
  return await discord.call({ guild, user, command: "guildstats-owner", subcommand: "status" }).settled();
}

describe("/guildstats-owner status", () => {
  test("tells the owner alone how the bot is doing", async () => {
    await using bot = await livelyBot();
    const owner = bot.guild.user(0);
    bot.discord.ownerId = owner.id;
    await bot.stats.flush();
    await bot.call("server").settled();
    const answer = await status(bot, owner);
    expect(answer.ephemeral).toBe(true);
    expect(answer.files).toEqual([]);
    expect(answer.text).not.toContain("this process alone");
    for (const line of [
      /^### GuildStats is doing well$/m,
      /^Messages since the start: 3$/m,
      /^In voice: 0, in activities: 1$/m,
      /^Last write: <t:\d+:R> \(rows: \d+, it took [\d.]+ (ms|sec)\)$/m,
      /^Last error: none$/m,
      /^Their data: [\d.]+ kB of 268 MB$/m,
      /^Drawn: 1, from the cache: 0, shared while drawn: 0$/m,
      /^Delay of the event loop: .* \(median\)/m,
      /^Database: [\d.]+ kB, schema \d+$/m,
      /^0: `ready`, ping: .*, servers: 1$/m,
    ])
      expect(answer.text).toMatch(line);
    bot.discord.assertClean();
  });

  test("says that writing fails, with the code and in another colour", async () => {
    await using bot = await runBot();
    const owner = bot.guild.user(0);
    bot.discord.ownerId = owner.id;
    const well = await status(bot, owner);
    bot.discord.message(bot.guild, bot.guild.channel("general"), owner);
    await bot.discord.taken();
    bot.faults.push("refused");
    await expect(bot.stats.flush()).rejects.toThrow();
    const failing = await status(bot, owner);
    expect(failing.text).toMatch(/^### GuildStats has trouble writing$/m);
    expect(failing.text).toMatch(/^Failed writes: 1, of these in a row until now: 1$/m);
    expect(failing.text).toMatch(/^Last error: `STORE_FULL`, <t:\d+:R>$/m);
    expect(failing.accent).not.toBe(well.accent);
  });

  test("is refused to everyone else, in words and in private", async () => {
    await using bot = await livelyBot();
    bot.discord.ownerId = bot.guild.user(0).id;
    const refused = await status(bot, bot.guild.user(1));
    expect(refused.content).toMatch(/owner/);
    expect([refused.ephemeral, refused.text]).toEqual([true, ""]);
  });

  test("of a thousand connections it shows those that are down, then the slowest, and fits into a message", async () => {
    await using bot = await runBot();
    const shards = Array.from({ length: 1_000 }, (_, id) => ({
      id,
      status: id === 777 ? "reconnecting" : "ready",
      pingMs: id === 3 ? null : id,
      guilds: 2_500,
    }));
    const texts = statusTexts({ ...bot.stats.metrics(), shards, shardsInAll: 16_000 }, translatorFor("en"));
    const lines = texts.at(-1)?.split("\n") ?? [];
    expect(lines.slice(1, 3)).toEqual([
      "777: `reconnecting`, ping: 777 ms, servers: 2,500",
      "999: `ready`, ping: 999 ms, servers: 2,500",
    ]);
    expect(lines.at(-1)).toBe("… and 980 more");
    expect(texts[0]).toMatch(/\nFigures of this process alone \(connections: 1,000 of 16,000\)$/);
    expect(texts.join("").length).toBeLessThan(4_000);
  });
});
