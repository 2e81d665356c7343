import { once } from "node:events";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { ManualClock } from "../support/manual-clock.ts";
import { runBot } from "../support/running-bot.ts";
import { traces } from "../support/traces.ts";

const leavesTraces = (databaseFile: string, userId: string): boolean =>
  traces(dirname(databaseFile), [userId]).length > 0;

describe("/guildstats ignoreme", () => {
  test("asks first, then opts out and erases everywhere; once more opts in", async () => {
    await using bot = await runBot();
    const shy = bot.guild.user(0);
    const general = bot.guild.channel("general");
    const speak = (): void => void bot.discord.message(bot.guild, general, shy);
    speak();
    bot.discord.voice(bot.guild, shy, bot.guild.channel("Lobby"));
    bot.discord.message(bot.guild, general, bot.guild.user(1));
    await bot.discord.taken();
    await bot.stats.flush();
    expect(leavesTraces(bot.databaseFile, shy.id)).toBe(true);

    const question = await bot.call("ignoreme").settled();
    expect(question.ephemeral).toBe(true);
    await question.press("Cancel").settled();
    expect(bot.stats.privacy.isOptedOut(shy.id)).toBe(false);

    const done = await (await bot.call("ignoreme").settled())
      .press("Stop recording me and erase my data")
      .settled();
    expect(done.content).toMatch(/erased/);
    expect(done.buttons).toEqual([]);
    expect(leavesTraces(bot.databaseFile, shy.id)).toBe(false);
    speak();
    bot.discord.voice(bot.guild, shy, null);
    await bot.discord.taken();
    await bot.stats.flush();
    const view = await bot.stats.query.server(bot.guild.id);
    expect(view.totals.lifetime).toEqual({ messages: 1, voice: 0 });
    expect(leavesTraces(bot.databaseFile, shy.id)).toBe(false);
    expect((await bot.call("member").settled()).content).toMatch(/opted out/);

    const back = await bot.call("ignoreme").settled();
    expect(back.content).toMatch(/Welcome back/);
    speak();
    await bot.discord.taken();
    expect((await bot.stats.query.member(bot.guild.id, shy.id)).totals.lifetime.messages).toBe(1);
    bot.discord.assertClean();
  });
});

describe("opting in behind an erasure that was cut off", () => {
  test("finishes that first: nothing that is counted from then on is taken by it", async () => {
    await using bot = await runBot();
    const { discord, guild, stats } = bot;
    const user = guild.user(0);
    const messages = async (): Promise<number> =>
      (await stats.query.member(guild.id, user.id)).totals.lifetime.messages;
    const speak = async (): Promise<void> => {
      discord.message(guild, guild.channel("general"), user);
      await discord.taken();
      await stats.flush();
    };
    await speak();
    bot.line.erasures = false;
    await expect(stats.privacy.optOut(user.id)).rejects.toMatchObject({ code: "STORE_FULL" });
    await expect(stats.privacy.optIn(user.id)).rejects.toMatchObject({ code: "STORE_FULL" });
    expect(stats.privacy.isOptedOut(user.id)).toBe(true);
    bot.line.erasures = true;
    await stats.privacy.optIn(user.id);
    expect(await messages()).toBe(0);
    await speak();
    expect(await stats.privacy.finishErasures()).toBe(0);
    expect(await messages()).toBe(1);
  });
});

describe("while the bot stops, and does not listen any more", () => {
  test("whoever is erased is not taken for being where they were seen last", async () => {
    const clock = new ManualClock();
    await using bot = await runBot({}, { clock });
    const { discord, guild, stats } = bot;
    const user = guild.user(0);
    discord.voice(guild, user, guild.channel("Lobby"));
    await discord.taken();
    await clock.advance(60_000);
    await stats.flush();
    expect(leavesTraces(bot.databaseFile, user.id)).toBe(true);
    bot.faults.push("refused");
    const failed = once(stats, "failure");
    const stopped = stats.stop();
    await failed;
    discord.voice(guild, user, null);
    await discord.taken();
    await stats.privacy.forget(user.id);
    // The last write is tried again.
    await clock.advance(5_000);
    await stopped;
    expect(leavesTraces(bot.databaseFile, user.id)).toBe(false);
  });
});

describe("the bot's owner", () => {
  test("keeps a user out, who cannot take that back; whoever stays in voice is counted from then on", async () => {
    const clock = new ManualClock();
    await using bot = await runBot({}, { clock });
    const { discord, guild, stats } = bot;
    const user = guild.user(0);
    discord.voice(guild, user, guild.channel("Lobby"));
    discord.message(guild, guild.channel("general"), user);
    await discord.taken();
    clock.pass(60_000);
    await stats.privacy.ignore(user.id);
    expect(leavesTraces(bot.databaseFile, user.id)).toBe(false);
    await stats.privacy.optIn(user.id);
    discord.message(guild, guild.channel("general"), user);
    await discord.taken();
    clock.pass(60_000);
    expect((await stats.query.server(guild.id)).totals.lifetime).toEqual({ messages: 0, voice: 0 });
    await stats.privacy.unignore(user.id);
    clock.pass(30_000);
    expect((await stats.query.server(guild.id)).totals.lifetime).toEqual({ messages: 0, voice: 30_000 });
  });
});

describe("/guildstats-owner forget", () => {
  const forget = (bot: Awaited<ReturnType<typeof runBot>>, caller: number, target: number) =>
    bot.discord.call({
      guild: bot.guild,
      user: bot.guild.user(caller),
      command: "guildstats-owner",
      subcommand: "forget",
      options: { user: bot.guild.user(target) },
    });

  test("the application's owner erases a user, in memory, in flight and on disk", async () => {
    await using bot = await runBot();
    bot.discord.ownerId = bot.guild.user(0).id;
    const target = bot.guild.user(2);
    bot.discord.message(bot.guild, bot.guild.channel("general"), target);
    await bot.discord.taken();
    await bot.stats.flush();
    bot.discord.message(bot.guild, bot.guild.channel("general"), target);
    const question = await forget(bot, 0, 2).settled();
    const done = await question.press("Erase").settled();
    expect(done.content).toContain("stored rows: 2");
    expect((await bot.stats.query.server(bot.guild.id)).totals.lifetime.messages).toBe(0);
    await bot.stats.flush();
    expect(leavesTraces(bot.databaseFile, target.id)).toBe(false);
    bot.discord.assertClean();
  });

  test("anyone else is refused, by command and by an owner's button", async () => {
    await using bot = await runBot();
    bot.discord.ownerId = bot.guild.user(0).id;
    bot.discord.message(bot.guild, bot.guild.channel("general"), bot.guild.user(2));
    const refused = await forget(bot, 1, 2).settled();
    expect([refused.ephemeral, refused.buttons.length]).toEqual([true, 0]);
    expect(refused.content).toMatch(/owner/);
    const question = await forget(bot, 0, 2).settled();
    const press = question.press("Erase", { user: bot.guild.user(1) });
    expect((await press.followedUp()).content).toMatch(/owner/);
    expect((await bot.stats.query.server(bot.guild.id)).totals.lifetime.messages).toBe(1);
  });

  test("a team's developers are owners, its read-only members are not", async () => {
    await using bot = await runBot();
    bot.discord.ownerId = null;
    bot.discord.teamMembers = [
      { user: bot.guild.user(3), role: "admin" },
      { user: bot.guild.user(0), role: "developer" },
      { user: bot.guild.user(1), role: "read_only" },
    ];
    expect((await forget(bot, 0, 2).settled()).buttons).toHaveLength(2);
    expect((await forget(bot, 1, 2).settled()).content).toMatch(/owner/);
  });
});
