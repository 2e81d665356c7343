import { describe, expect, test } from "vitest";
import { MOST_HELD } from "../../src/counting/held-messages.ts";
import { SILENCE_MS } from "../../src/silence.ts";
import { GUILD, startCounting } from "../support/counting.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { runBot } from "../support/running-bot.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const AN = "300000000000000001";
const BO = "300000000000000002";
const CHAT = "200000000000000001";
const LOBBY = "200000000000000002";

/** What a fresh process reads from the file. */
async function stored(file: string) {
  await using reader = await startCounting(file);
  return (await reader.queries.server(GUILD, { members: "both" })).totals.lifetime;
}

describe("a store that answers late", () => {
  test("holds up neither counting nor queries of loaded guilds, and gets everything once", async () => {
    using folder = temporaryFolder();
    const file = folder.file("a.db");
    {
      await using bot = await startCounting(file);
      const totals = async () => (await bot.queries.server(GUILD)).totals.lifetime;
      bot.message(AN, CHAT);
      bot.voice(BO, LOBBY);
      expect((await totals()).messages).toBe(1);
      bot.faults.push("hangs");
      for (let minute = 1; minute <= 20; minute++) {
        for (let message = 0; message < 50; message++) bot.message(AN, CHAT);
        await bot.clock.advance(60_000);
        expect(await totals()).toEqual({ messages: 1 + minute * 50, voice: minute * 60_000 });
      }
      expect(bot.writes).toHaveLength(1);
      bot.letGo();
      await bot.counter.flush();
      expect(bot.counter.metrics().dirtyRows).toBe(0);
      expect(bot.writes.map(({ sequence }) => sequence)).toEqual(bot.writes.map((_, index) => index + 1));
      expect(bot.failures).toEqual([]);
    }
    expect(await stored(file)).toEqual({ messages: 1 + 20 * 50, voice: 20 * 60_000 });
  });

  test("costs memory by what is counted apart, not by how much or how long", async () => {
    using folder = temporaryFolder();
    await using bot = await startCounting(folder.file("a.db"));
    const hourOfLife = async (): Promise<void> => {
      for (let minute = 0; minute < 20; minute++) {
        for (let member = 0; member < 100; member++)
          for (let channel = 0; channel < 3; channel++)
            bot.message(String(300000000000000000n + BigInt(member)), `20000000000000000${channel}`);
        await bot.clock.advance(60_000);
      }
    };
    bot.faults.push("hangs");
    bot.message(AN, CHAT);
    await bot.clock.advance(30_000);
    await hourOfLife();
    const before = bot.counter.metrics();
    expect(before.dirtyRows).toBe(1 + 300);
    await hourOfLife();
    // A second hour of the clock has begun meanwhile: each cell is at most twice there.
    expect(bot.counter.metrics().dirtyRows).toBeLessThanOrEqual(1 + 600);
    expect(bot.writes).toHaveLength(1);
    bot.letGo();
  });

  test("refusing for half an hour, it is sent one batch, again and again, and then the rest once", async () => {
    using folder = temporaryFolder();
    const file = folder.file("a.db");
    {
      await using bot = await startCounting(file);
      bot.faults.push(...Array.from({ length: 40 }, () => "refused" as const));
      for (let minute = 0; minute < 25; minute++) {
        bot.message(AN, CHAT);
        await bot.clock.advance(60_000);
        expect(bot.counter.metrics().dirtyRows).toBeLessThanOrEqual(2);
      }
      expect(bot.writes).toEqual([]);
      while (bot.faults.length > 0) await bot.clock.advance(60_000);
      await bot.counter.flush();
      expect(bot.counter.metrics()).toMatchObject({ dirtyRows: 0, consecutiveFlushFailures: 0 });
    }
    expect((await stored(file)).messages).toBe(25);
  });
});

describe("a store that never answers", () => {
  test("lets the counter stop, with an error that says how many rows were not written", async () => {
    using folder = temporaryFolder();
    await using bot = await startCounting(folder.file("a.db"));
    bot.faults.push("hangs");
    for (const member of [AN, BO]) bot.message(member, CHAT);
    const stopped = expect(bot.counter.stop()).rejects.toMatchObject({
      code: "STORE_FAILED",
      message: expect.stringContaining("has not answered"),
      details: { rows: 2 },
    });
    while (bot.writes.length === 0) await bot.clock.advance(0);
    await bot.clock.advance(SILENCE_MS);
    await stopped;
    bot.letGo();
  });

  test("lets the plugin stop too, although it cannot be closed", async () => {
    const clock = new ManualClock();
    await using bot = await runBot({}, { clock });
    bot.discord.message(bot.guild, bot.guild.channel("general"), bot.guild.user(0));
    await bot.discord.taken();
    bot.faults.push("hangs");
    const stopped = expect(bot.stats.stop()).rejects.toMatchObject({ code: "STORE_FAILED" });
    const ended = { yet: false };
    void stopped.finally(() => {
      ended.yet = true;
    });
    while (!ended.yet) await clock.advance(SILENCE_MS);
    await stopped;
    expect(bot.failures.at(-1)?.message).toContain("left open");
    bot.letGo();
  });

  test("is found closed by what the stop did not wait for, and nobody is told of that", async () => {
    const clock = new ManualClock();
    await using bot = await runBot({}, { clock });
    const { discord, guild, stats } = bot;
    discord.message(guild, guild.channel("general"), guild.user(0));
    await discord.taken();
    bot.faults.push("hangs");
    const first = stats.flush();
    while (bot.faults.length > 0) await clock.advance(0);
    discord.message(guild, guild.channel("general"), guild.user(1));
    await discord.taken();
    const second = expect(stats.flush()).rejects.toMatchObject({ code: "STORE_CLOSED" });
    const ended = { yet: false };
    const stopped = expect(stats.stop()).rejects.toMatchObject({ code: "STORE_FAILED" });
    void stopped.finally(() => {
      ended.yet = true;
    });
    while (!ended.yet) await clock.advance(SILENCE_MS);
    await stopped;
    bot.letGo();
    await Promise.all([first, second]);
    expect(bot.failures.filter(({ code }) => code === "STORE_CLOSED")).toEqual([]);
  });

  test("while it is asked what was missed, keeps a bounded number of live messages waiting, and none is lost", async () => {
    using folder = temporaryFolder();
    const file = folder.file("a.db");
    const most = MOST_HELD + 50;
    {
      await using bot = await startCounting(file);
      bot.message(AN, CHAT);
      await bot.queries.server(GUILD);
      bot.faults.push("hangs");
      bot.counter.recoverGuild(GUILD);
      while (bot.writes.length === 0) await bot.clock.advance(0);
      const counted = () => bot.counter.metrics().messagesCounted;
      for (let message = 0; message < most; message++) {
        bot.message(AN, CHAT);
        bot.clock.pass(1);
        expect(counted()).toBe(message < MOST_HELD ? 1 : 2 + message);
      }
      bot.letGo();
      while (bot.failures.length === 0) await bot.clock.advance(0);
      expect(bot.failures).toMatchObject([{ code: "RECOVERY_INCOMPLETE", details: { guildId: GUILD } }]);
    }
    expect((await stored(file)).messages).toBe(1 + most);
  });
});
