import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { RecoveryProgress } from "../../src/counting/recovery.ts";
import { GuildStatsError } from "../../src/errors.ts";
import type { GuildStats } from "../../src/guild-stats.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import type { World } from "../loopback/world.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { aDiscord, type ReturningBot } from "../support/returning-bot.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const MINUTE = 60_000;

/** A bot that counts one message in each channel, and stops. */
async function firstLife(
  { discord, guild, start }: ReturningBot,
  channels: readonly World["channels"][number][],
): Promise<void> {
  await using _first = await start();
  for (const channel of channels) discord.message(guild, channel, guild.user(0));
  await discord.taken();
}

/** The guild's gaps are closed, whichever had any. */
async function recovered(stats: GuildStats): Promise<RecoveryProgress> {
  for (;;) {
    const [progress]: RecoveryProgress[] = await once(stats, "recovery");
    if (progress?.isDone) return progress;
  }
}

const messagesOf = async (stats: GuildStats, guild: World) =>
  (await stats.query.server(guild.id, { members: "both" })).totals.lifetime.messages;

describe("messages that were missed", () => {
  test("while the bot was stopped are read back, each once, at their own time and for their author", async () => {
    await using away = await aDiscord();
    const { discord, guild } = away;
    const general = guild.channel("general");
    {
      await using bot = await away.start();
      discord.message(guild, general, guild.user(0));
      await discord.taken();
      expect(await messagesOf(bot.stats, guild)).toBe(1);
    }
    discord.history(guild, general, 250, (index) => ({ author: guild.user(index % 2) }));
    await using bot = await away.start();
    expect(await recovered(bot.stats)).toMatchObject({ messages: 250, channelsIncomplete: 0 });
    expect(await messagesOf(bot.stats, guild)).toBe(251);
    const view = await bot.stats.query.member(guild.id, guild.user(1).id, { period: "24h" });
    expect(view.totals["24h"].messages).toBe(125);
    expect(bot.failures).toEqual([]);
    discord.assertClean();
  });

  test("are counted once even while live ones arrive in the same channel", async () => {
    await using away = await aDiscord();
    const { discord, guild } = away;
    const general = guild.channel("general");
    await firstLife(away, [general]);
    discord.history(guild, general, 320, () => ({ author: guild.user(1) }));
    discord.fault({ match: /channels\/\d+\/messages/, delayMs: 30, times: 3 });
    await using bot = await away.start();
    const done = recovered(bot.stats);
    for (let index = 0; index < 40; index++) {
      discord.message(guild, general, guild.user(2));
      await discord.taken();
    }
    await done;
    await discord.taken();
    expect(await messagesOf(bot.stats, guild)).toBe(1 + 320 + 40);
  });

  test("are not lost when the bot is stopped in the middle of reading, nor read twice", async () => {
    await using away = await aDiscord();
    const { discord, guild } = away;
    const general = guild.channel("general");
    await firstLife(away, [general]);
    discord.history(guild, general, 500, () => ({ author: guild.user(1) }));
    {
      await using bot = await away.start();
      // Two pages come, the third never does.
      while (discord.requests.filter(({ path }) => path.endsWith("/messages")).length < 2) await turn();
      discord.fault({ match: /channels\/\d+\/messages/, silence: "cut", times: 100 });
      discord.message(guild, general, guild.user(2));
      await discord.taken();
      void bot;
    }
    discord.clearFaults();
    await using bot = await away.start();
    await recovered(bot.stats);
    expect(await messagesOf(bot.stats, guild)).toBe(1 + 500 + 1);
  });

  test("while a gateway session was lost are read back too; a resumed one has told them itself", async () => {
    await using away = await aDiscord();
    const { discord, guild } = away;
    const general = guild.channel("general");
    await using bot = await away.start();
    discord.message(guild, general, guild.user(0));
    await discord.taken();
    const done = recovered(bot.stats);
    discord.kick("op 9");
    discord.history(guild, general, 30, () => ({ author: guild.user(1) }));
    await done;
    expect(await messagesOf(bot.stats, guild)).toBe(31);
    const resumed = discord.next("resume");
    discord.kick("cut");
    discord.message(guild, general, guild.user(1));
    await resumed;
    await discord.taken();
    expect(await messagesOf(bot.stats, guild)).toBe(32);
  });

  test("of opted-out users, webhooks and the bot itself stay uncounted", async () => {
    await using away = await aDiscord();
    const { discord, guild } = away;
    const general = guild.channel("general");
    {
      await using bot = await away.start();
      discord.message(guild, general, guild.user(0));
      await discord.taken();
      await bot.stats.privacy.optOut(guild.user(1).id);
    }
    discord.history(guild, general, 3, () => ({ author: guild.user(1) }));
    discord.history(guild, general, 3, () => ({ author: guild.user(0), webhook_id: "7" }));
    discord.history(guild, general, 3, () => ({ author: discord.me }));
    discord.history(guild, general, 2, () => ({ author: guild.user(2) }));
    await using bot = await away.start();
    await recovered(bot.stats);
    expect(await messagesOf(bot.stats, guild)).toBe(1 + 2);
  });

  test("before the rules changed stay as they were decided: opting in again does not bring them back", async () => {
    await using away = await aDiscord();
    const { discord, guild } = away;
    const general = guild.channel("general");
    const shy = guild.user(1);
    {
      await using bot = await away.start();
      await bot.stats.privacy.optOut(shy.id);
      discord.message(guild, general, guild.user(0));
      discord.message(guild, general, shy);
      await discord.taken();
      await bot.stats.privacy.optIn(shy.id);
    }
    discord.history(guild, general, 1, () => ({ author: shy }));
    await using bot = await away.start();
    await recovered(bot.stats);
    const view = await bot.stats.query.member(guild.id, shy.id);
    expect(view.totals.lifetime.messages).toBe(1);
  });

  test("are read back up to the bounds of age and number, and the report says what is incomplete", async () => {
    await using away = await aDiscord();
    const { discord, guild } = away;
    const general = guild.channel("general");
    await firstLife(away, [general]);
    discord.history(guild, general, 450, () => ({ author: guild.user(1) }));
    await using bot = await away.start({ recoverMessagesPerChannel: 200 });
    expect(await recovered(bot.stats)).toMatchObject({ messages: 200, channelsIncomplete: 1 });
    discord.message(guild, general, guild.user(1));
    await discord.taken();
    expect(await messagesOf(bot.stats, guild)).toBe(1 + 200 + 1);
  });

  test("in a channel that cannot be read are given up for good; other channels are not held up", async () => {
    await using away = await aDiscord({ channels: [{ name: "general" }, { name: "closed" }] });
    const { discord, guild } = away;
    const [general, closed] = [guild.channel("general"), guild.channel("closed")];
    await firstLife(away, [general, closed]);
    for (const channel of [general, closed])
      discord.history(guild, channel, 5, () => ({ author: guild.user(1) }));
    discord.unreadable.add(closed.id);
    await using bot = await away.start();
    expect(await recovered(bot.stats)).toMatchObject({ messages: 5, channels: 2, channelsIncomplete: 1 });
    discord.message(guild, closed, guild.user(1));
    await discord.taken();
    expect(await messagesOf(bot.stats, guild)).toBe(2 + 5 + 1);
    expect(bot.failures).toEqual([]);
  });

  test("come back after errors and rate limits of Discord", async () => {
    await using away = await aDiscord();
    const { discord, guild } = away;
    const general = guild.channel("general");
    await firstLife(away, [general]);
    discord.history(guild, general, 150, () => ({ author: guild.user(1) }));
    discord.fault({ match: /channels\/\d+\/messages/, status: 429, retryAfterSec: 0.05, times: 3 });
    discord.fault({ match: /channels\/\d+\/messages/, status: 502, times: 1 });
    await using bot = await away.start();
    expect(await recovered(bot.stats)).toMatchObject({ messages: 150, channelsIncomplete: 0 });
  });

  test("wait for a store that is away for long: nothing newer is counted before it is known what is missing", async () => {
    using folder = temporaryFolder();
    await using away = await aDiscord();
    const { discord, guild } = away;
    const general = guild.channel("general");
    const store = sqlite(folder.file("stats.db"));
    const { countedMessages } = store;
    const clock = new ManualClock(Date.now());
    const start = () => away.start({ store, clock });
    {
      await using _first = await start();
      discord.message(guild, general, guild.user(0));
      await discord.taken();
    }
    discord.history(guild, general, 20, () => ({ author: guild.user(1) }));
    let isAway = true;
    store.countedMessages = async (guildId) => {
      if (isAway) throw new GuildStatsError("STORE_UNREACHABLE", "the store is away (test)");
      return await countedMessages.call(store, guildId);
    };
    await using bot = await start();
    const done = recovered(bot.stats);
    for (let minutes = 0; minutes < 10; minutes++) await clock.advance(MINUTE);
    expect(bot.failures.length).toBeGreaterThan(5);
    expect(bot.failures.every(({ code }) => code === "STORE_UNREACHABLE")).toBe(true);
    discord.message(guild, general, guild.user(2));
    await discord.taken();
    isAway = false;
    await clock.advance(MINUTE);
    // The one that came meanwhile is read back, or waited.
    expect(await done).toMatchObject({ channelsIncomplete: 0 });
    expect(await messagesOf(bot.stats, guild)).toBe(1 + 20 + 1);
  });
});

describe("voice that went on", () => {
  test("while the bot was stopped is counted for who is found in the same session, and for nobody else", async () => {
    await using away = await aDiscord();
    const { discord, guild } = away;
    const clock = new ManualClock();
    const lobby = guild.channel("Lobby");
    const [stays, leaves, returns] = [guild.user(0), guild.user(1), guild.user(2)];
    {
      await using _first = await away.start({ clock });
      for (const user of [stays, leaves, returns]) discord.voice(guild, user, lobby);
      await discord.taken();
      clock.pass(10 * MINUTE);
    }
    clock.pass(60 * MINUTE);
    guild.setVoice(leaves, null);
    guild.setVoice(returns, null);
    guild.setVoice(returns, lobby);
    await using bot = await away.start({ clock });
    await discord.taken();
    clock.pass(5 * MINUTE);
    const voiceOf = async (user: { id: string }) =>
      (await bot.stats.query.member(guild.id, user.id)).totals.lifetime.voice;
    expect(await voiceOf(stays)).toBe(75 * MINUTE);
    expect(await voiceOf(leaves)).toBe(10 * MINUTE);
    expect(await voiceOf(returns)).toBe(15 * MINUTE);
  });
});
