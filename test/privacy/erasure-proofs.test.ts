import { once } from "node:events";
import { copyFileSync } from "node:fs";
import { dirname } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { optOutHash } from "../../src/store/opt-out-hash.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { batchOf } from "../store/batches.ts";
import { GUILD, startCounting } from "../support/counting.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { aDiscord } from "../support/returning-bot.ts";
import { runBot } from "../support/running-bot.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { traces } from "../support/traces.ts";

const [ANN, BEN, GENERAL] = ["1099511627776000123", "1099511627776000456", "1200000000000000789"];

describe("an erased user does not come back", () => {
  test.each(["refused", "unanswered", "hangs"] as const)("with a batch that is late: %s", async (fault) => {
    using folder = temporaryFolder();
    const file = folder.file("stats.db");
    await using counting = await startCounting(file);
    const { counter, faults, letGo } = counting;
    counting.message(ANN, GENERAL);
    counting.message(BEN, GENERAL);
    counting.voice(ANN, GENERAL);
    faults.push(fault);
    const flushed = counter.flush().catch(() => undefined);
    if (fault !== "hangs") await flushed;
    else while (counting.writes.length === 0) await turn();
    const forgotten = counter.erasures.forget(ANN);
    letGo();
    await Promise.all([flushed, forgotten]);
    // Erased twice is erased once.
    expect(await counter.erasures.forget(ANN)).toEqual({ rows: 0 });
    await counter.flush();
    expect((await counting.queries.server(GUILD)).totals.lifetime.messages).toBe(1);
    expect(traces(folder.path, [ANN, BEN])).toEqual([BEN]);
  });

  test("with a message of before that the gateway tells of afterwards", async () => {
    using folder = temporaryFolder();
    await using counting = await startCounting(folder.file("stats.db"));
    counting.message(ANN, GENERAL);
    await counting.counter.erasures.forget(ANN);
    counting.message(ANN, GENERAL, 1_000);
    counting.message(BEN, GENERAL, 1_000);
    await counting.counter.flush();
    expect((await counting.queries.server(GUILD)).totals.lifetime.messages).toBe(1);
    expect(traces(folder.path, [ANN])).toEqual([]);
    // What is said from now on is counted: it is no opting out.
    counting.message(ANN, GENERAL, -1);
    expect((await counting.queries.server(GUILD)).totals.lifetime.messages).toBe(2);
  });

  test("while the guild is being loaded", async () => {
    using folder = temporaryFolder();
    const file = folder.file("stats.db");
    const store = sqlite(file);
    await store.open();
    const members = Array.from({ length: 3_000 }, (_, index) => String(BigInt(BEN) + BigInt(index)));
    const rows = [ANN, ...members].map((member) => ({
      guild: GUILD,
      hour: 490_000,
      place: GENERAL,
      member,
      messages: 1,
    }));
    await store.apply(batchOf("w", 1, rows));
    await store.close();
    await using counting = await startCounting(file);
    const loading = counting.counter.reader.record(GUILD);
    await turn();
    await counting.counter.erasures.forget(ANN);
    await loading;
    const view = await counting.queries.server(GUILD);
    expect(view.totals.lifetime.messages).toBe(3_000);
    expect((await counting.counter.reader.record(GUILD)).members.find(ANN)).toBeUndefined();
    expect(traces(folder.path, [ANN])).toEqual([]);
  });

  test("in any of 500 guilds", async () => {
    using folder = temporaryFolder();
    const store = sqlite(folder.file("stats.db"));
    await store.open();
    const guilds = Array.from({ length: 500 }, (_, index) => String(BigInt(GUILD) + BigInt(index)));
    await store.apply(
      batchOf(
        "w",
        1,
        guilds.flatMap((guild) =>
          [ANN, BEN].map((member) => ({ guild, hour: 490_000, place: GENERAL, member, messages: 1 })),
        ),
      ),
    );
    expect(await store.forget(ANN)).toEqual({ rows: 1_000 });
    expect(traces(folder.path, [ANN, BEN])).toEqual([BEN]);
    for (const guild of guilds) expect(await store.memberIds(guild)).toEqual([BEN]);
    await store.close();
    expect(traces(folder.path, [ANN])).toEqual([]);
  });

  test("who leaves voice while they are looked for, since another process erased them", async () => {
    using folder = temporaryFolder();
    await using counting = await startCounting(folder.file("stats.db"));
    const { counter, store } = counting;
    for (let turns = 0; turns < 60; turns++) {
      // A server and a user of their own: nothing else is known of them.
      const guildId = String(BigInt(GUILD) + BigInt(turns));
      const userId = String(BigInt(ANN) + BigInt(turns));
      counting.message(BEN, GENERAL, 0, guildId);
      // Who is looked at behind whoever is known of the server.
      for (let user = 0; user < 5; user++)
        counting.message(String(BigInt(BEN) + BigInt(10 * turns + user + 1)), GENERAL, 0, `9${guildId}`);
      counting.voice(userId, GENERAL, { guildId });
      counting.clock.pass(1_000);
      const hash = counter.admission.hashOf(userId);
      const erased = counter.erasures.takeUsersErased([{ hash, guildId: null }]);
      // At every step of the search.
      for (let turn = 0; turn < turns; turn++) await null;
      counting.voice(userId, null, { guildId });
      await erased;
      await counter.flush();
      expect([turns, await store.memberIds(guildId)]).toEqual([turns, [BEN]]);
    }
  });

  test("with messages that are being read back", async () => {
    await using away = await aDiscord();
    const { discord, guild } = away;
    const general = guild.channel("general");
    const [ann, ben] = [guild.user(0), guild.user(1)];
    {
      await using bot = await away.start();
      discord.message(guild, general, ben);
      await discord.taken();
      await bot.stats.flush();
    }
    discord.history(guild, general, 150, (index) => ({ author: index % 2 ? ann : ben }));
    discord.fault({ match: /channels\/\d+\/messages/, delayMs: 40, times: 2 });
    await using bot = await away.start();
    const recovered = once(bot.stats, "recovery");
    await bot.stats.privacy.forget(ann.id);
    await recovered;
    await bot.stats.flush();
    const of = async (id: string) => (await bot.stats.query.member(guild.id, id)).totals.lifetime.messages;
    expect([await of(ann.id), await of(ben.id)]).toEqual([0, 76]);
    expect(traces(dirname(bot.databaseFile), [ann.id])).toEqual([]);
    expect(bot.failures).toEqual([]);
  });

  test("with what was said while the erasure waited for its turn, though the process is killed right behind it", async () => {
    await using away = await aDiscord();
    using folder = temporaryFolder();
    const { discord, guild } = away;
    const general = guild.channel("general");
    const [ann, ben] = [guild.user(0), guild.user(1)];
    const parts = ["stats.db", "stats.db-wal"];
    let files = "";
    {
      await using bot = await away.start();
      files = bot.databaseFile;
      for (const user of [ann, ben]) discord.message(guild, general, user);
      await discord.taken();
      await bot.stats.flush();
      discord.message(guild, general, ben);
      await discord.taken();
      bot.faults.push("hangs");
      const flushed = bot.stats.flush();
      while (bot.stats.metrics().writesWaiting === 0) await turn();
      const forgotten = bot.stats.privacy.forget(ann.id);
      const askedMs = Date.now();
      while (Date.now() < askedMs + 5) await turn();
      discord.message(guild, general, ann);
      await discord.taken();
      bot.letGo();
      await Promise.all([flushed, forgotten]);
      // What a kill leaves.
      for (const name of parts) copyFileSync(files.replace("stats.db", name), folder.file(name));
    }
    for (const name of parts) copyFileSync(folder.file(name), files.replace("stats.db", name));
    await using bot = await away.start();
    discord.message(guild, general, ben);
    await discord.taken();
    while ((await bot.stats.query.member(guild.id, ben.id)).totals.lifetime.messages < 3) await turn();
    await bot.stats.flush();
    expect((await bot.stats.query.member(guild.id, ann.id)).totals.lifetime.messages).toBe(0);
    expect(traces(dirname(files), [ann.id])).toEqual([]);
  });

  test("with an import of the past that runs meanwhile", async () => {
    await using bot = await runBot({}, { registerCommands: false });
    const { discord, guild, stats } = bot;
    const general = guild.channel("general");
    const [ann, ben] = [guild.user(0), guild.user(1)];
    discord.history(guild, general, 250, (index) => ({ author: index % 2 ? ann : ben }));
    let forgotten: Promise<unknown> | null = null;
    await stats.backfill(guild.id, {
      onProgress: () => {
        forgotten ??= stats.privacy.forget(ann.id);
      },
    });
    expect(forgotten).not.toBeNull();
    await forgotten;
    await stats.flush();
    expect((await stats.query.member(guild.id, ann.id)).totals.lifetime.messages).toBe(0);
    expect((await stats.query.member(guild.id, ben.id)).totals.lifetime.messages).toBe(125);
    expect(traces(dirname(bot.databaseFile), [ann.id])).toEqual([]);
  });
});

describe("a wish to be erased", () => {
  test("that fails is kept, says so, and is fulfilled within the hour", async () => {
    const clock = new ManualClock();
    await using bot = await runBot({}, { clock });
    const { discord, guild, stats } = bot;
    const ann = guild.user(0);
    discord.message(guild, guild.channel("general"), ann);
    await discord.taken();
    await stats.flush();
    // Another program reads the file, so that its log cannot be emptied.
    const reader = new Database(bot.databaseFile, { readonly: true });
    reader.exec("BEGIN");
    reader.prepare("SELECT count(*) FROM member").get();
    const question = await bot.call("ignoreme").settled();
    const answer = await question.press("Stop recording me and erase my data").settled();
    expect(answer.content).toMatch(/has stopped, but erasing did not finish \(STORE_LOCKED\)/);
    expect(stats.privacy.isOptedOut(ann.id)).toBe(true);
    expect(traces(dirname(bot.databaseFile), [ann.id])).toEqual([ann.id]);
    reader.close();
    await clock.advance(3_600_000);
    while (traces(dirname(bot.databaseFile), [ann.id]).length > 0) await turn();
    expect(bot.failures.map(({ code }) => code)).toEqual(["STORE_LOCKED"]);
  });

  test("that fails lets nothing be counted of who opted out, also when what was stored is read anew", async () => {
    using folder = temporaryFolder();
    await using counting = await startCounting(folder.file("stats.db"));
    const { counter, line, queries } = counting;
    counting.message(ANN, GENERAL);
    await counter.flush();
    await counter.admission.optOut(ANN);
    line.erasures = false;
    await expect(counter.erasures.forget(ANN)).rejects.toMatchObject({ code: "STORE_FULL" });
    expect((await queries.server(GUILD)).totals.lifetime.messages).toBe(1);
    counting.message(ANN, GENERAL, -1_000);
    counting.message(BEN, GENERAL, -1_000);
    expect((await queries.server(GUILD)).totals.lifetime.messages).toBe(2);
  });

  test("is kept when the process dies before it is done: recording has stopped, and the next start erases", async () => {
    await using away = await aDiscord();
    using folder = temporaryFolder();
    const { discord, guild } = away;
    const ann = guild.user(0);
    let files = "";
    {
      await using bot = await away.start();
      discord.message(guild, guild.channel("general"), ann);
      await discord.taken();
      await bot.stats.flush();
      files = bot.databaseFile;
    }
    // What a kill between the two halves of an opt-out leaves: the choice is stored, the counts are there still.
    const store = sqlite(files);
    await store.open();
    await store.addOptOut(optOutHash((await store.optOuts()).key, ann.id), "self");
    for (const name of ["stats.db", "stats.db-wal"])
      copyFileSync(files.replace("stats.db", name), folder.file(name));
    await store.close();
    expect(traces(folder.path, [ann.id])).toEqual([ann.id]);

    for (const name of ["stats.db", "stats.db-wal"])
      copyFileSync(folder.file(name), files.replace("stats.db", name));
    await using bot = await away.start();
    expect(bot.stats.privacy.isOptedOut(ann.id)).toBe(true);
    expect(traces(dirname(files), [ann.id])).toEqual([]);
    discord.message(guild, guild.channel("general"), ann);
    await discord.taken();
    expect((await bot.stats.query.server(guild.id)).totals.lifetime.messages).toBe(0);
  });
});
