import { describe, expect, test } from "vitest";
import { GUILD, inVoice, snowflakeAt, startCounting } from "../support/counting.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const AN = "300000000000000001";
const BO = "300000000000000002";
const CHAT = "200000000000000001";
const LOBBY = "200000000000000002";

/** What a fresh process reads from the file. */
async function stored(file: string, period: "24h" | "lifetime" = "lifetime") {
  await using reader = await startCounting(file);
  const { totals } = await reader.queries.server(GUILD, { members: "both" });
  return totals[period];
}

describe("flushing", () => {
  test("an idle flush writes nothing", async () => {
    using folder = temporaryFolder();
    await using bot = await startCounting(folder.file("a.db"));
    await bot.counter.flush();
    await bot.clock.advance(300_000);
    expect(bot.writes).toEqual([]);
    expect(bot.flushes).toEqual([]);
  });

  test("only what changed is written: a thousand messages of one member in one channel and hour are one row", async () => {
    using folder = temporaryFolder();
    await using bot = await startCounting(folder.file("a.db"));
    for (let index = 0; index < 1_000; index++) bot.message(AN, CHAT);
    expect(await bot.counter.flush()).toMatchObject({ rows: 1, batches: 1 });
    bot.message(BO, CHAT);
    expect(await bot.counter.flush()).toMatchObject({ rows: 1, batches: 1 });
    expect((await bot.queries.server(GUILD)).totals.lifetime.messages).toBe(1_001);
  });

  test("the period flushes by itself", async () => {
    using folder = temporaryFolder();
    await using bot = await startCounting(folder.file("a.db"));
    bot.message(AN, CHAT);
    await bot.clock.advance(30_000);
    await bot.counter.flush();
    expect(bot.writes).toHaveLength(1);
  });

  test("a failed flush loses nothing, and is tried again sooner than the period", async () => {
    using folder = temporaryFolder();
    const file = folder.file("a.db");
    {
      await using bot = await startCounting(file);
      bot.faults.push("refused");
      bot.message(AN, CHAT);
      await expect(bot.counter.flush()).rejects.toMatchObject({ code: "STORE_FULL" });
      expect(bot.failures).toHaveLength(1);
      bot.message(AN, CHAT);
      expect((await bot.queries.server(GUILD)).totals["24h"].messages).toBe(2);
      await bot.counter.flush();
    }
    expect(await stored(file)).toEqual({ messages: 2, voice: 0 });
  });

  test("a write whose answer was lost is sent again under its number and counted once", async () => {
    using folder = temporaryFolder();
    const file = folder.file("a.db");
    {
      await using bot = await startCounting(file);
      bot.faults.push("unanswered", "unanswered");
      bot.message(AN, CHAT);
      await expect(bot.counter.flush()).rejects.toMatchObject({ code: "STORE_FAILED" });
      // Loaded between the two sendings, the guild must not add the batch to a snapshot that has it already.
      expect((await bot.queries.server(GUILD)).totals.lifetime.messages).toBe(1);
      await expect(bot.counter.flush()).rejects.toMatchObject({ code: "STORE_FAILED" });
      await bot.counter.flush();
      expect(new Set(bot.writes.map(({ sequence }) => sequence))).toEqual(new Set([1]));
    }
    expect(await stored(file)).toEqual({ messages: 1, voice: 0 });
  });

  test("who leaves voice and comes back while a flush is under way and an admin purges is in voice in the store", async () => {
    using folder = temporaryFolder();
    await using bot = await startCounting(folder.file("a.db"), { batchRows: 3 });
    bot.voice(AN, LOBBY);
    await bot.counter.flush();
    bot.clock.pass(1_000);
    bot.voice(AN, null);
    for (const userId of [BO, "300000000000000003", "300000000000000004"]) bot.message(userId, CHAT);
    // The messages are the first batch. That An left waits for the next one.
    bot.faults.push("hangs");
    const flushed = bot.counter.flush();
    await expect.poll(() => bot.writes.length).toBe(2);
    bot.voice(AN, LOBBY, { sessionId: "another session" });
    const purged = bot.counter.stored.purge(GUILD, { placeId: CHAT });
    bot.letGo();
    await Promise.all([flushed, purged]);
    expect(await bot.store.openVoice()).toMatchObject([{ userId: AN, sessionId: "another session" }]);
  });

  test("a flush is cut into batches of bounded size", async () => {
    using folder = temporaryFolder();
    await using bot = await startCounting(folder.file("a.db"), { batchRows: 10 });
    for (let channel = 0; channel < 95; channel++)
      bot.message(AN, String(200000000000000000n + BigInt(channel)));
    expect(await bot.counter.flush()).toMatchObject({ rows: 95, batches: 10 });
    for (const { guilds } of bot.writes) {
      const rows = guilds.reduce((sum, delta) => sum + delta.rows.hour.length, 0);
      expect(rows).toBeLessThanOrEqual(10);
    }
  });

  test("stopping writes what is open: a member still in voice is counted to the last moment", async () => {
    using folder = temporaryFolder();
    const file = folder.file("a.db");
    {
      await using bot = await startCounting(file);
      bot.voice(AN, LOBBY);
      await bot.clock.advance(12_345);
    }
    expect(await stored(file)).toEqual({ messages: 0, voice: 12_345 });
  });

  test("a stop that takes long says that it counted up to where it ceased to listen, also where nobody is in voice", async () => {
    using folder = temporaryFolder();
    await using bot = await startCounting(folder.file("a.db"));
    bot.counter.memberChange(GUILD, 1, 5);
    const lostMs = bot.clock.nowMs();
    bot.counter.loseAll();
    bot.clock.pass(5_000);
    await bot.counter.stop();
    expect(bot.writes.map(({ settledMs }) => settledMs.get(GUILD))).toEqual([lostMs]);
  });

  test("a store that stays away while stopping gives an error that says how much was not written", async () => {
    using folder = temporaryFolder();
    await using bot = await startCounting(folder.file("a.db"));
    bot.faults.push("refused", "refused", "refused", "refused");
    bot.message(AN, CHAT);
    const stopped = expect(bot.counter.stop()).rejects.toMatchObject({
      code: "STORE_FAILED",
      details: { rows: 1 },
    });
    while (bot.failures.length < 4) await bot.clock.advance(10_000);
    await stopped;
  });

  test("a store that was away for long does not keep a stop waiting for long", async () => {
    using folder = temporaryFolder();
    await using bot = await startCounting(folder.file("a.db"));
    bot.faults.push(...Array.from({ length: 10 }, () => "refused" as const));
    bot.message(AN, CHAT);
    while (bot.failures.length < 10) await bot.clock.advance(60_000);
    bot.faults.push("refused", "refused", "refused", "refused");
    const beganMs = bot.clock.elapsedMs();
    const ended = { afterMs: Number.NaN };
    const stopped = bot.counter.stop().then(
      () => null,
      (error: unknown) => {
        ended.afterMs = bot.clock.elapsedMs() - beganMs;
        return error;
      },
    );
    while (bot.failures.length < 14) await bot.clock.advance(1_000);
    expect(await stopped).toMatchObject({ code: "STORE_FAILED", details: { rows: 1 } });
    // The clock is moved by whole seconds, and a failure takes some turns.
    expect(ended.afterMs).toBeLessThan(30_000);
  });

  test("a message delivered again is not counted again", async () => {
    using folder = temporaryFolder();
    await using bot = await startCounting(folder.file("a.db"));
    const message = {
      messageId: snowflakeAt(bot.clock.nowMs()),
      guildId: GUILD,
      channelId: CHAT,
      parentId: null,
      userId: AN,
      bot: false,
    };
    bot.counter.message(message);
    bot.counter.message(message);
    expect((await bot.queries.server(GUILD)).totals.lifetime.messages).toBe(1);
  });

  test("a guild beyond the byte budget leaves memory and comes back from the store with the same numbers", async () => {
    using folder = temporaryFolder();
    await using bot = await startCounting(folder.file("a.db"), { memoryBudgetBytes: 1 });
    const other = "100000000000000002";
    bot.message(AN, CHAT);
    bot.message(BO, CHAT, 0, other);
    await bot.counter.flush();
    const before = await bot.queries.server(GUILD);
    expect(bot.counter.metrics().guildsLoaded).toBe(1);
    await bot.queries.server(other);
    expect(bot.counter.metrics().guildsLoaded).toBe(1);
    const after = await bot.queries.server(GUILD);
    expect({ ...after, sinceMs: 0 }).toEqual({ ...before, sinceMs: 0 });
  });

  test("what is counted while a guild is being loaded is in its numbers once, flushes in between or not", async () => {
    using folder = temporaryFolder();
    const file = folder.file("a.db");
    const members = 3_000;
    {
      await using bot = await startCounting(file, { batchRows: 5_000 });
      for (let index = 0; index < members; index++) {
        const userId = String(400000000000000000n + BigInt(index));
        bot.message(userId, CHAT);
        bot.message(userId, CHAT, 7_200_000);
        bot.clock.pass(1);
      }
    }
    await using bot = await startCounting(file);
    const asked = bot.queries.server(GUILD);
    let isAnswered = false;
    const answered = asked.then(() => {
      isAnswered = true;
    });
    let counted = 0;
    for (let turns = 0; !isAnswered; turns++) {
      bot.message(AN, CHAT);
      counted++;
      if (turns % 3 === 1) void bot.counter.flush();
      // There are 4,096 ids a millisecond, and the side thread takes its time.
      if (turns % 1_000 === 999) bot.clock.pass(1);
      await bot.clock.turn();
    }
    await answered;
    expect(counted).toBeGreaterThan(4);
    const { totals } = await bot.queries.server(GUILD);
    expect(totals["24h"].messages).toBe(2 * members + counted);
    expect(totals.lifetime.messages).toBe(2 * members + counted);
  });

  test("a bot stopped while the gateway is away bridges voice from the moment the gateway went", async () => {
    using folder = temporaryFolder();
    const file = folder.file("a.db");
    const clock = new ManualClock();
    {
      await using bot = await startCounting(file, { clock });
      bot.voice(AN, LOBBY);
      clock.pass(10_000);
      bot.counter.loseGuild(GUILD);
      clock.pass(60_000);
      await bot.counter.flush();
      clock.pass(5_000);
    }
    await using bot = await startCounting(file, { clock });
    clock.pass(1_000);
    bot.counter.reconcileVoice(GUILD, [inVoice(AN, LOBBY)], [[LOBBY, 2]]);
    expect((await bot.queries.server(GUILD)).totals.lifetime.voice).toBe(76_000);
  });
});
