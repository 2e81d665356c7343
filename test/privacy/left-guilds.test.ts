import { once } from "node:events";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import type { World } from "../loopback/world.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { aDiscord } from "../support/returning-bot.ts";
import type { RunningBot } from "../support/running-bot.ts";
import { traces } from "../support/traces.ts";

const DAY = 86_400_000;

/** A Discord with two guilds, in both of which something was counted and stored. */
async function twoGuilds() {
  const away = await aDiscord();
  const { discord } = away;
  const other = discord.guild({ members: 2 });
  const clock = new ManualClock(Date.now());
  return {
    ...away,
    other,
    clock,
    start: (options: Parameters<typeof away.start>[0] = {}) => away.start({ clock, ...options }),
    count: async (bot: RunningBot, ...guilds: readonly World[]): Promise<void> => {
      for (const guild of guilds) discord.message(guild, guild.channel("general"), guild.user(0));
      await discord.taken();
      await bot.stats.flush();
    },
    [Symbol.asyncDispose]: away[Symbol.asyncDispose].bind(away),
  };
}

const lifetime = async ({ stats }: RunningBot, { id }: World): Promise<number> =>
  (await stats.query.server(id)).totals.lifetime.messages;

describe("a guild that the bot left", () => {
  test("is erased after the days of grace, counted over restarts, with all that was stored of it", async () => {
    await using at = await twoGuilds();
    const { clock, discord, guild, other } = at;
    const gone = guild.user(0).id;
    {
      await using bot = await at.start();
      await at.count(bot, guild, other);
      await bot.stats.configure(guild.id, { timeZone: "Asia/Tokyo" });
      discord.removeGuild(guild);
      await discord.taken();
      await clock.advance(10 * DAY);
    }
    clock.pass(10 * DAY);
    await using bot = await at.start();
    const erased: string[] = [];
    bot.stats.on("guildErased", (guildId) => erased.push(guildId));
    await clock.advance(10 * DAY - 7_200_000);
    await bot.stats.flush();
    expect(erased).toEqual([]);
    expect(traces(dirname(bot.databaseFile), [guild.id, gone])).toEqual([guild.id, gone]);
    expect(bot.stats.settings(guild.id).timeZone).toBe("Asia/Tokyo");
    const done = once(bot.stats, "guildErased");
    await clock.advance(10_800_000);
    await done;
    expect(erased).toEqual([guild.id]);
    expect(traces(dirname(bot.databaseFile), [guild.id, gone])).toEqual([]);
    expect(bot.stats.settings(guild.id).timeZone).toBeNull();
    expect(await lifetime(bot, other)).toBe(1);
    expect(bot.failures).toEqual([]);
  });

  test("is found missing when the bot starts, and its grace begins then", async () => {
    await using at = await twoGuilds();
    const { clock, discord, guild, other } = at;
    {
      await using bot = await at.start();
      await at.count(bot, guild, other);
    }
    discord.removeGuild(guild);
    clock.pass(100 * DAY);
    await using bot = await at.start({ leftGuildGraceDays: 1 });
    await clock.advance(DAY - 3_600_000);
    expect(traces(dirname(bot.databaseFile), [guild.id])).toEqual([guild.id]);
    const done = once(bot.stats, "guildErased");
    await clock.advance(2 * 3_600_000);
    expect(await done).toEqual([guild.id]);
    expect(traces(dirname(bot.databaseFile), [guild.id, other.id])).toEqual([other.id]);
  });

  test("stays as it was when the bot is added again in time", async () => {
    await using at = await twoGuilds();
    const { clock, discord, guild } = at;
    await using bot = await at.start();
    await at.count(bot, guild);
    discord.removeGuild(guild);
    await discord.taken();
    await clock.advance(20 * DAY);
    discord.guilds.set(guild.id, guild);
    discord.returnGuild(guild);
    await discord.taken();
    await clock.advance(60 * DAY);
    expect(await lifetime(bot, guild)).toBe(1);
    expect(bot.failures).toEqual([]);
  });

  test("is erased at once without days of grace, and counted from zero when the bot is back", async () => {
    await using at = await twoGuilds();
    const { discord, guild } = at;
    await using bot = await at.start({ leftGuildGraceDays: 0 });
    await at.count(bot, guild);
    const done = once(bot.stats, "guildErased");
    discord.removeGuild(guild);
    await done;
    expect(traces(dirname(bot.databaseFile), [guild.id, guild.user(0).id])).toEqual([]);
    discord.guilds.set(guild.id, guild);
    discord.returnGuild(guild);
    await discord.taken();
    await at.count(bot, guild);
    expect(await lifetime(bot, guild)).toBe(1);
  });

  test("is not one that has an outage, however long, from a start on or from later on", async () => {
    await using at = await twoGuilds();
    const { clock, discord, guild, other } = at;
    {
      await using bot = await at.start({ leftGuildGraceDays: 0 });
      await at.count(bot, guild, other);
      discord.removeGuild(guild, { unavailable: true });
      await discord.taken();
      await clock.advance(60 * DAY);
      expect(traces(dirname(bot.databaseFile), [guild.id])).toEqual([guild.id]);
    }
    discord.returnGuild(guild);
    await using bot = await at.start({ leftGuildGraceDays: 0 });
    await clock.advance(2 * 3_600_000);
    expect(await lifetime(bot, guild)).toBe(1);
    expect(bot.failures).toEqual([]);
  });
});
