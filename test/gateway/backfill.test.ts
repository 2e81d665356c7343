import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../../src/clock.ts";
import type { GuildStats } from "../../src/guild-stats.ts";
import { snowflakeMs } from "../../src/snowflake.ts";
import type { LoopbackDiscord } from "../loopback/loopback-discord.ts";
import { snowflake } from "../loopback/snowflake.ts";
import type { Message, World } from "../loopback/world.ts";
import { aDiscord } from "../support/returning-bot.ts";

const DAY = 24 * HOUR_MS;
const NOW = Date.now();
const BORN = NOW - 400 * DAY;
const MESSAGES = /channels\/\d+\/messages/;

/** A guild that was there for long before the bot came. */
const OLD = {
  channels: [
    { name: "general", id: snowflake(BORN) },
    { name: "games", id: snowflake(BORN) },
  ],
};

const totalsOf = async (stats: GuildStats, guild: World) =>
  (await stats.query.server(guild.id, { members: "both" })).totals;
const messagesOf = async (stats: GuildStats, guild: World) =>
  (await totalsOf(stats, guild)).lifetime.messages;

/** Messages from `fromDay` to `untilDay` days ago, oldest first, by the first three members in turn. */
function spread(
  discord: LoopbackDiscord,
  guild: World,
  count: number,
  fromDay: number,
  untilDay = 0,
  name = "general",
) {
  return discord.history(guild, guild.channel(name), count, (index) => ({
    atMs: NOW - fromDay * DAY + (index / count) * (fromDay - untilDay) * DAY,
    author: guild.user(index % 3),
  }));
}

describe("the past of a server", () => {
  test("is imported with each message at its own time, for its author and channel, as a brute-force count has it", async () => {
    await using away = await aDiscord(OLD);
    const { discord, guild } = away;
    const past = [...spread(discord, guild, 730, 120), ...spread(discord, guild, 250, 40, 2, "games")];
    await using bot = await away.start();
    discord.message(guild, guild.channel("general"), guild.user(0));
    await discord.taken();
    // Loaded before: what is imported must reach the window in memory, too.
    expect(await messagesOf(bot.stats, guild)).toBe(1);
    const seen: number[] = [];
    const report = await bot.stats.backfill(guild.id, { onProgress: ({ messages }) => seen.push(messages) });
    expect(report).toMatchObject({
      messages: 980,
      channels: 2,
      channelsDone: 2,
      failures: [],
      isCancelled: false,
    });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    const within = (hours: number, messages: readonly Message[]) =>
      messages.filter(
        ({ id }) => Math.floor(snowflakeMs(id) / HOUR_MS) > Math.floor(Date.now() / HOUR_MS) - hours,
      );
    const check = async (stats: GuildStats): Promise<void> => {
      for (const [period, hours] of [
        ["24h", 24],
        ["7d", 168],
        ["30d", 720],
        ["lifetime", 1e6],
      ] as const) {
        const expected = within(hours, past);
        expect((await totalsOf(stats, guild))[period].messages).toBe(expected.length + 1);
        const games = await stats.query.channel(guild.id, guild.channel("games").id, { members: "both" });
        const inGames = expected.filter((message) => message["channel_id"] === guild.channel("games").id);
        expect(games.totals[period].messages).toBe(inGames.length);
        const member = await stats.query.member(guild.id, guild.user(1).id);
        const own = expected.filter(({ author }) => author.id === guild.user(1).id);
        expect(member.totals[period].messages).toBe(own.length);
      }
      const { sinceMs } = await stats.query.server(guild.id);
      expect(sinceMs).toBe(snowflakeMs(guild.channel("general").id));
    };
    await check(bot.stats);
    await bot.stats.stop();
    await using again = await away.start();
    await check(again.stats);
    discord.assertClean();
  });

  test("is imported once, however often it is asked for", async () => {
    await using away = await aDiscord(OLD);
    const { discord, guild } = away;
    spread(discord, guild, 321, 50);
    await using bot = await away.start();
    expect((await bot.stats.backfill(guild.id)).messages).toBe(321);
    expect((await bot.stats.backfill(guild.id)).messages).toBe(0);
    const general = guild.channel("general").id;
    expect((await bot.stats.backfill(guild.id, { channelId: general })).messages).toBe(0);
    expect(await messagesOf(bot.stats, guild)).toBe(321);
  });

  test("is imported in pieces that overlap, and each message once", async () => {
    await using away = await aDiscord(OLD);
    const { discord, guild } = away;
    const past = spread(discord, guild, 400, 100);
    const between = (fromDay: number, untilDay: number) =>
      past.filter(
        ({ id }) => snowflakeMs(id) >= NOW - fromDay * DAY && snowflakeMs(id) < NOW - untilDay * DAY,
      ).length;
    await using bot = await away.start();
    const part = (fromDay: number, untilDay: number) =>
      bot.stats.backfill(guild.id, { sinceMs: NOW - fromDay * DAY, untilMs: NOW - untilDay * DAY });
    expect((await part(60, 40)).messages).toBe(between(60, 40));
    expect((await part(50, 20)).messages).toBe(between(40, 20));
    expect((await part(90, 10)).messages).toBe(between(90, 60) + between(20, 10));
    await bot.stats.backfill(guild.id);
    expect(await messagesOf(bot.stats, guild)).toBe(400);
  });

  test("does not hold up messages that are written meanwhile, and takes none of them twice", async () => {
    await using away = await aDiscord(OLD);
    const { discord, guild } = away;
    spread(discord, guild, 450, 30);
    await using bot = await away.start();
    discord.fault({ match: MESSAGES, delayMs: 20, times: 4 });
    const done = bot.stats.backfill(guild.id);
    for (let index = 0; index < 60; index++) {
      discord.message(guild, guild.channel(index % 2 ? "general" : "games"), guild.user(index % 3));
      await discord.taken();
    }
    await done;
    await bot.stats.backfill(guild.id);
    await discord.taken();
    expect(await messagesOf(bot.stats, guild)).toBe(450 + 60);
  });

  test("stays half imported when it is called off, and the next import goes on from there", async () => {
    await using away = await aDiscord(OLD);
    const { discord, guild } = away;
    spread(discord, guild, 1_000, 50);
    await using bot = await away.start();
    const cancel = new AbortController();
    const first = await bot.stats.backfill(guild.id, {
      signal: cancel.signal,
      onProgress: ({ messages }) => messages >= 300 && cancel.abort(),
    });
    expect(first).toMatchObject({ isCancelled: true, messages: 300 });
    expect(await messagesOf(bot.stats, guild)).toBe(300);
    expect(await bot.stats.backfill(guild.id)).toMatchObject({ isCancelled: false, messages: 700 });
    expect(await messagesOf(bot.stats, guild)).toBe(1_000);
  });

  test("loses nothing and repeats nothing when the bot stops in the middle of it", async () => {
    await using away = await aDiscord(OLD);
    const { discord, guild } = away;
    spread(discord, guild, 600, 50);
    {
      await using bot = await away.start();
      discord.fault({ match: MESSAGES, silence: "hangs", times: 1 });
      discord.fault({ match: MESSAGES, silence: "hangs", times: 1 });
      const running = bot.stats.backfill(guild.id);
      while (discord.requests.filter(({ path }) => MESSAGES.test(path)).length < 2) await turn();
      await bot.stats.stop();
      expect(await running).toMatchObject({ isCancelled: true });
    }
    discord.clearFaults();
    await using bot = await away.start();
    await bot.stats.backfill(guild.id);
    expect(await messagesOf(bot.stats, guild)).toBe(600);
  });

  test("of opted-out users, of webhooks, and in ignored channels is not counted", async () => {
    await using away = await aDiscord(OLD);
    const { discord, guild } = away;
    spread(discord, guild, 30, 20);
    spread(discord, guild, 30, 20, 0, "games");
    discord.history(guild, guild.channel("general"), 5, () => ({ atMs: NOW - DAY, webhook_id: "7" }));
    discord.history(guild, guild.channel("general"), 5, () => ({ atMs: NOW - DAY, author: discord.me }));
    discord.history(guild, guild.channel("general"), 5, () => ({ atMs: NOW - DAY, type: 7 }));
    await using bot = await away.start();
    await bot.stats.privacy.optOut(guild.user(1).id);
    const ignored = { channels: [guild.channel("games").id], categories: [], roles: [], activities: [] };
    await bot.stats.configure(guild.id, { ignored });
    expect(await bot.stats.backfill(guild.id)).toMatchObject({ channels: 1, messages: 20 });
    expect((await bot.stats.query.member(guild.id, guild.user(1).id)).totals.lifetime.messages).toBe(0);
    // Once the channel is not ignored any more, its past can be had.
    await bot.stats.configure(guild.id, { ignored: { ...ignored, channels: [] } });
    expect((await bot.stats.backfill(guild.id)).messages).toBe(20);
  });

  test("of threads counts for them and for their channel, archived threads included", async () => {
    await using away = await aDiscord({
      channels: [...OLD.channels, { name: "forum", type: 15, id: snowflake(BORN) }],
    });
    const { discord, guild } = away;
    const thread = (name: string, parent: string, archived: boolean) =>
      discord.createChannel(guild, {
        name,
        type: 11,
        id: snowflake(NOW - 100 * DAY),
        parent_id: guild.channel(parent).id,
        thread_metadata: { archived },
      });
    thread("active", "general", false);
    thread("old", "general", true);
    thread("post", "forum", true);
    for (const [index, name] of ["active", "old", "post"].entries())
      spread(discord, guild, 110 + index, 20, 0, name);
    await using bot = await away.start();
    expect(await bot.stats.backfill(guild.id)).toMatchObject({ channels: 5, messages: 333, failures: [] });
    // Nobody writes there until the bot has come back: what a thread belongs to is known from the import alone.
    await bot.stats.stop();
    await using again = await away.start();
    const lifetime = async (name: string) =>
      (await again.stats.query.channel(guild.id, guild.channel(name).id)).totals.lifetime.messages;
    expect(await lifetime("old")).toBe(111);
    expect(await lifetime("general")).toBe(221);
    expect(await lifetime("forum")).toBe(112);
    discord.assertClean();
  });

  test("in a channel that cannot be read is missing, and the report names the channel; others are imported", async () => {
    await using away = await aDiscord(OLD);
    const { discord, guild } = away;
    spread(discord, guild, 50, 20);
    spread(discord, guild, 50, 20, 0, "games");
    discord.unreadable.add(guild.channel("games").id);
    await using bot = await away.start();
    const report = await bot.stats.backfill(guild.id);
    expect(report).toMatchObject({ messages: 50, channelsDone: 2 });
    expect(new Set(report.failures.map(({ channelId }) => channelId))).toEqual(
      new Set([guild.channel("games").id]),
    );
    expect(report.failures[0]?.error.code).toBe("BACKFILL_INCOMPLETE");
    discord.unreadable.clear();
    expect((await bot.stats.backfill(guild.id)).messages).toBe(50);
  });

  test("is not taken for read to its end when the permission to read it is taken away meanwhile", async () => {
    await using away = await aDiscord(OLD);
    const { discord, guild } = away;
    spread(discord, guild, 300, 20);
    await using bot = await away.start();
    const deny = (bits: string) =>
      discord.updateChannel(guild, guild.channel("general"), {
        permission_overwrites: [{ id: guild.id, type: 0, allow: "0", deny: bits }],
      });
    const report = await bot.stats.backfill(guild.id, {
      onProgress: ({ messages }) => messages === 100 && deny("65536"),
    });
    expect(report.failures.map(({ channelId }) => channelId)).toEqual([guild.channel("general").id]);
    deny("0");
    await discord.taken();
    await bot.stats.backfill(guild.id);
    expect(await messagesOf(bot.stats, guild)).toBe(300);
  });

  test("is imported by one import at a time in a guild", async () => {
    await using away = await aDiscord(OLD);
    const { discord, guild } = away;
    spread(discord, guild, 10, 20);
    await using bot = await away.start();
    const running = bot.stats.backfill(guild.id);
    await expect(bot.stats.backfill(guild.id)).rejects.toMatchObject({ code: "BACKFILL_RUNNING" });
    await running;
    expect((await bot.stats.backfill(guild.id)).messages).toBe(0);
  });

  test("leaves alone what is read back after the bot was away", async () => {
    await using away = await aDiscord(OLD);
    const { discord, guild } = away;
    const general = guild.channel("general");
    spread(discord, guild, 150, 20, 1);
    {
      await using bot = await away.start();
      discord.message(guild, general, guild.user(0));
      await discord.taken();
      await bot.stats.backfill(guild.id, { sinceMs: NOW - 10 * DAY });
    }
    discord.history(guild, general, 40, () => ({ author: guild.user(1) }));
    await using bot = await away.start();
    await bot.stats.backfill(guild.id);
    while ((await messagesOf(bot.stats, guild)) < 191) await turn();
    await bot.stats.backfill(guild.id);
    expect(await messagesOf(bot.stats, guild)).toBe(150 + 1 + 40);
  });

  test("that is asked for with bounds that make no sense is refused with what is wrong", async () => {
    await using away = await aDiscord(OLD);
    await using bot = await away.start();
    const { stats } = bot;
    await expect(stats.backfill("x")).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
    await expect(stats.backfill(away.guild.id, { sinceMs: 2, untilMs: 1 })).rejects.toThrow(
      /untilMs must be later/,
    );
    await stats.configure(away.guild.id, { enabled: false });
    await expect(stats.backfill(away.guild.id)).rejects.toMatchObject({ code: "STATE_INVALID" });
    await stats.stop();
    await expect(stats.backfill(away.guild.id)).rejects.toMatchObject({ code: "STATE_INVALID" });
  });
});
