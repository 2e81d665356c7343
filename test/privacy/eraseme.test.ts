import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { runBot } from "../support/running-bot.ts";
import { traces } from "../support/traces.ts";

describe("/guildstats eraseme", () => {
  test("asks, and erases here or everywhere; counting goes on from zero", async () => {
    await using bot = await runBot();
    const { discord, guild, stats } = bot;
    const [ann, ben] = [guild.user(0), guild.user(1)];
    const second = discord.guild({ members: [ann] });
    const speak = async (): Promise<void> => {
      for (const where of [guild, second]) discord.message(where, where.channel("general"), ann);
      discord.message(guild, guild.channel("general"), ben);
      await discord.taken();
    };
    const messages = async (where: typeof guild) =>
      (await stats.query.server(where.id)).totals.lifetime.messages;
    const forgotten: unknown[] = [];
    stats.on("forgotten", (...what) => forgotten.push(what));
    await speak();
    await stats.flush();
    await speak();

    const question = await bot.call("eraseme").settled();
    expect(question.ephemeral).toBe(true);
    expect(question.buttons.map(({ label }) => label)).toEqual([
      "Erase in this server",
      "Erase everywhere",
      "Cancel",
    ]);
    expect((await question.press("Cancel").settled()).content).toBe("Nothing was changed.");
    expect([await messages(guild), await messages(second)]).toEqual([4, 2]);

    const here = await (await bot.call("eraseme").settled()).press("Erase in this server").settled();
    expect(here.content).toMatch(/in this server is erased/);
    expect([await messages(guild), await messages(second)]).toEqual([2, 2]);
    expect(forgotten).toEqual([[ann.id, guild.id]]);

    await speak();
    expect([await messages(guild), await messages(second)]).toEqual([4, 3]);
    const everywhere = await (await bot.call("eraseme").settled()).press("Erase everywhere").settled();
    expect(everywhere.content).toMatch(/in all servers/);
    expect([await messages(guild), await messages(second)]).toEqual([3, 0]);
    await stats.flush();
    expect(traces(dirname(bot.databaseFile), [ann.id, ben.id])).toEqual([ben.id]);
    expect(stats.privacy.isOptedOut(ann.id)).toBe(false);
    await speak();
    expect([await messages(guild), await messages(second)]).toEqual([5, 1]);
    expect(bot.failures).toEqual([]);
    discord.assertClean();
  });

  test("concerns who presses, not who asked", async () => {
    await using bot = await runBot();
    const { discord, guild, stats } = bot;
    for (const user of [guild.user(0), guild.user(1)]) discord.message(guild, guild.channel("general"), user);
    await discord.taken();
    const question = await bot.call("eraseme").settled();
    await question.press("Erase everywhere", { user: guild.user(1) }).settled();
    expect((await stats.query.member(guild.id, guild.user(0).id)).totals.lifetime.messages).toBe(1);
    expect((await stats.query.member(guild.id, guild.user(1).id)).totals.lifetime.messages).toBe(0);
  });
});
