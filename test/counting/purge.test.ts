import { describe, expect, test } from "vitest";
import { GUILD, startCounting } from "../support/counting.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const [AN, BO] = ["300000000000000001", "300000000000000002"];
const [CHAT, LOBBY] = ["200000000000000001", "200000000000000002"];
const OTHER = "100000000000000002";

describe("purging a guild", () => {
  test("takes what is stored, in flight and not yet written; another guild keeps all of it", async () => {
    using folder = temporaryFolder();
    await using bot = await startCounting(folder.file("a.db"));
    const count = (): void => {
      bot.message(AN, CHAT);
      bot.message(AN, CHAT, 0, OTHER);
    };
    count();
    await bot.counter.flush();
    count();
    bot.faults.push("refused");
    await expect(bot.counter.flush()).rejects.toMatchObject({ code: "STORE_FULL" });
    count();
    const others = (await bot.queries.server(OTHER)).totals;
    expect(await bot.counter.stored.purge(GUILD, "all")).toEqual({ rows: 2 });
    expect((await bot.queries.server(GUILD)).totals.lifetime).toEqual({ messages: 0, voice: 0 });
    expect((await bot.queries.server(OTHER)).totals).toEqual(others);
    await bot.counter.flush();
    expect((await bot.queries.server(GUILD)).totals.lifetime.messages).toBe(0);
  });

  test("a batch whose answer was lost does not come back after it", async () => {
    using folder = temporaryFolder();
    await using bot = await startCounting(folder.file("a.db"));
    bot.message(AN, CHAT);
    bot.faults.push("unanswered");
    await expect(bot.counter.flush()).rejects.toMatchObject({ code: "STORE_FAILED" });
    await bot.counter.stored.purge(GUILD, { placeId: CHAT });
    await bot.counter.flush();
    expect((await bot.queries.server(GUILD)).totals.lifetime.messages).toBe(0);
  });

  test("while the store is away it fails, and nothing is lost or deleted", async () => {
    using folder = temporaryFolder();
    await using bot = await startCounting(folder.file("a.db"));
    bot.message(AN, CHAT);
    await bot.counter.flush();
    bot.message(BO, CHAT);
    bot.faults.push("refused");
    await expect(bot.counter.stored.purge(GUILD, "all")).rejects.toMatchObject({ code: "STORE_FULL" });
    expect((await bot.queries.server(GUILD)).totals.lifetime.messages).toBe(2);
    await bot.counter.flush();
    expect((await bot.queries.server(GUILD)).totals.lifetime.messages).toBe(2);
  });

  test("who is in voice is counted on from now, and tracking begins anew", async () => {
    using folder = temporaryFolder();
    await using bot = await startCounting(folder.file("a.db"));
    bot.voice(AN, LOBBY);
    await bot.clock.advance(10_000);
    await bot.queries.server(GUILD);
    await bot.counter.stored.purge(GUILD, "all");
    const purgedMs = bot.clock.nowMs();
    await bot.clock.advance(5_000);
    await bot.counter.flush();
    const { totals, sinceMs } = await bot.queries.server(GUILD);
    expect(totals.lifetime.voice).toBe(5_000);
    expect(sinceMs).toBeGreaterThanOrEqual(purgedMs);
  });

  test("what is counted while it runs is kept", async () => {
    using folder = temporaryFolder();
    await using bot = await startCounting(folder.file("a.db"));
    bot.message(AN, CHAT);
    await bot.counter.flush();
    bot.message(AN, CHAT);
    const purged = bot.counter.stored.purge(GUILD, "all");
    // The write that goes before has reached the store: the purge is under way.
    while (bot.writes.length < 2) await bot.clock.turn();
    bot.message(BO, CHAT);
    await purged;
    expect((await bot.queries.server(GUILD)).totals.lifetime.messages).toBe(1);
    await bot.counter.flush();
    expect((await bot.queries.server(GUILD)).topMembers.messages.map(({ id }) => id)).toEqual([BO]);
  });
});

describe("merging channels", () => {
  test("moves what is not yet written too, and a loaded guild shows it", async () => {
    using folder = temporaryFolder();
    await using bot = await startCounting(folder.file("a.db"));
    bot.message(AN, CHAT);
    await bot.counter.flush();
    bot.message(BO, CHAT);
    bot.message(AN, LOBBY);
    const before = (await bot.queries.server(GUILD)).totals;
    expect(await bot.counter.stored.mergePlaces(GUILD, CHAT, LOBBY)).toEqual({ rows: 4 });
    expect((await bot.queries.channel(GUILD, LOBBY)).totals.lifetime.messages).toBe(3);
    expect((await bot.queries.channel(GUILD, CHAT)).totals.lifetime.messages).toBe(0);
    expect((await bot.queries.server(GUILD)).totals).toEqual(before);
  });

  test("is refused for a channel that was never counted, and counts go on", async () => {
    using folder = temporaryFolder();
    await using bot = await startCounting(folder.file("a.db"));
    bot.message(AN, CHAT);
    await expect(bot.counter.stored.mergePlaces(GUILD, CHAT, LOBBY)).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
    });
    bot.message(AN, CHAT);
    expect((await bot.queries.channel(GUILD, CHAT)).totals.lifetime.messages).toBe(2);
  });
});
