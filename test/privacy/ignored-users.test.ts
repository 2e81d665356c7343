import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { type RunningBot, runBot } from "../support/running-bot.ts";
import { traces } from "../support/traces.ts";

const OWNER = 0;

function owning(bot: RunningBot) {
  bot.discord.ownerId = bot.guild.user(OWNER).id;
  return (subcommand: string, target: number | null, caller = OWNER) =>
    bot.discord.call({
      guild: bot.guild,
      user: bot.guild.user(caller),
      command: "guildstats-owner",
      subcommand,
      options: target === null ? {} : { user: bot.guild.user(target) },
    });
}

describe("/guildstats-owner", () => {
  test("ignore-user keeps a user out for good, over opting in; unignore-user takes it back", async () => {
    await using bot = await runBot();
    const call = owning(bot);
    const { discord, guild, stats } = bot;
    const target = guild.user(2);
    const speak = async (): Promise<number> => {
      discord.message(guild, guild.channel("general"), target);
      await discord.taken();
      return (await stats.query.server(guild.id)).totals.lifetime.messages;
    };
    await speak();
    await stats.flush();
    const question = await call("ignore-user", 2).settled();
    expect(question.content).toContain(`<@${target.id}>`);
    await question.press("Cancel").settled();
    expect(await speak()).toBe(2);
    const done = await (await call("ignore-user", 2).settled()).press("Ignore and erase").settled();
    expect(done.content).toContain("stored rows: 2");
    expect(await speak()).toBe(0);
    await stats.privacy.optIn(target.id);
    expect(await speak()).toBe(0);
    await stats.flush();
    expect(traces(dirname(bot.databaseFile), [target.id])).toEqual([]);
    expect((await call("ignore-user", 2).settled()).content).toMatch(/already/);

    expect((await call("ignored-users", 2).settled()).content).toBe(`You ignore <@${target.id}>.`);
    expect((await call("ignored-users", 1).settled()).content).toMatch(/do not ignore/);
    expect((await call("unignore-user", 1).settled()).content).toMatch(/do not ignore/);
    expect((await call("unignore-user", 2).settled()).content).toMatch(/any more/);
    expect(await speak()).toBe(1);
    expect(bot.failures).toEqual([]);
    discord.assertClean();
  });

  test("ignored-users says how many, and that it cannot say who", async () => {
    await using bot = await runBot();
    const call = owning(bot);
    const list = async () => (await call("ignored-users", null).settled()).content;
    expect(await list()).toMatch(/^You ignore nobody\. Nobody opted out\.\n\n/);
    await bot.stats.privacy.ignore(bot.guild.user(1).id);
    await bot.stats.privacy.ignore(bot.guild.user(2).id);
    await bot.stats.privacy.optOut(bot.guild.user(3).id);
    expect(await list()).toMatch(/^You ignore 2 users\. 1 user opted out\.\n\n.*hash/);
    expect(await list()).not.toMatch(/<@|\d{17}/);
  });

  test.each(["ignore-user", "unignore-user", "ignored-users"])(
    "%s is refused to anyone else",
    async (name) => {
      await using bot = await runBot();
      const call = owning(bot);
      const answer = await call(name, 2, 1).settled();
      expect([answer.ephemeral, answer.content]).toEqual([true, "Only the bot’s owner can do that."]);
      const question = await call("ignore-user", 2).settled();
      const press = question.press("Ignore and erase", { user: bot.guild.user(1) });
      expect((await press.followedUp()).content).toMatch(/owner/);
      expect(bot.stats.privacy.isIgnored(bot.guild.user(2).id)).toBe(false);
    },
  );
});
