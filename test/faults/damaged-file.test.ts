import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { batchOf } from "../store/batches.ts";
import { GUILD, startCounting } from "../support/counting.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const AN = "300000000000000001";
const CHAT = "200000000000000001";
const OTHER_GUILD = "100000000000000002";
const PAGE_BYTES = 4_096;

describe("a database that another program has locked", () => {
  test("is written once it is let go; until then counting and reading go on", async () => {
    using folder = temporaryFolder();
    const file = folder.file("a.db");
    {
      await using bot = await startCounting(file);
      bot.message(AN, CHAT);
      await bot.counter.flush();
      const other = fork(join(import.meta.dirname, "locking-process.ts"), [file], {
        execArgv: ["--import", "tsx"],
      });
      await once(other, "message");
      for (let attempt = 1; attempt <= 3; attempt++) {
        bot.message(AN, CHAT);
        await expect(bot.counter.flush()).rejects.toMatchObject({ code: "STORE_LOCKED" });
        expect(bot.counter.metrics().consecutiveFlushFailures).toBe(attempt);
        expect(bot.counter.metrics().dirtyRows).toBeLessThanOrEqual(2);
        // Not in memory at first: it is read beside the other program.
        expect((await bot.queries.server(GUILD)).totals.lifetime.messages).toBe(1 + attempt);
      }
      other.send("let go");
      await once(other, "exit");
      await bot.counter.flush();
      expect(bot.counter.metrics()).toMatchObject({ dirtyRows: 0, consecutiveFlushFailures: 0 });
    }
    await using reader = await startCounting(file);
    expect((await reader.queries.server(GUILD)).totals.lifetime.messages).toBe(4);
  });
});

describe("a page that is found to be damaged", () => {
  test("is told of by the query that meets it; counting, other guilds and memory go on as they were", async () => {
    using folder = temporaryFolder();
    const file = folder.file("a.db");
    const store = sqlite(file);
    await store.open();
    const rows = Array.from({ length: 20_000 }, (_, index) => ({
      guild: GUILD,
      hour: 490_000,
      place: CHAT,
      member: `4${String(index).padStart(17, "0")}`,
      messages: 1,
    }));
    await store.apply(batchOf("w", 1, rows));
    await store.close();

    // Not disposed of: a second stop would wait for the damage as the first does.
    const bot = await startCounting(file);
    expect((await bot.queries.server(OTHER_GUILD)).totals.lifetime.messages).toBe(0);
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 20 * PAGE_BYTES);
    writeFileSync(file, bytes);
    await expect(bot.queries.server(GUILD)).rejects.toMatchObject({
      code: "STORE_CORRUPT",
      details: { path: file },
    });
    for (let minute = 1; minute <= 20; minute++) {
      for (const guild of [GUILD, OTHER_GUILD]) bot.message(AN, CHAT, 0, guild);
      await bot.clock.advance(60_000);
      expect((await bot.queries.server(OTHER_GUILD)).totals.lifetime.messages).toBe(minute);
      // Whether these writes meet the damage or not: a batch in flight, and the cells counted since.
      expect(bot.counter.metrics().dirtyRows).toBeLessThanOrEqual(4);
    }
    expect(bot.failures.filter(({ code }) => code !== "STORE_CORRUPT")).toEqual([]);
    const stopping = bot.counter.stop().then(
      () => 0,
      (error: { details: { rows: number } }) => error.details.rows,
    );
    const ended = { yet: false };
    void stopping.finally(() => {
      ended.yet = true;
    });
    while (!ended.yet) await bot.clock.advance(10_000);
    expect(await stopping).toBe(bot.counter.metrics().dirtyRows);
    await bot.store.close();
  });
});
