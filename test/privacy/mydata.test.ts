import { once } from "node:events";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hourOf } from "../../src/clock.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { playing } from "../loopback/activities.ts";
import { LoopbackDiscord } from "../loopback/loopback-discord.ts";
import { batchOf } from "../store/batches.ts";
import { PRIVILEGED_INTENTS } from "../support/connected-client.ts";
import { readExport } from "../support/export.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { runBot, startBot } from "../support/running-bot.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const MINUTE = 60_000;

const sum = (rows: readonly { readonly messages: number; readonly durationMs: number }[] = []) =>
  rows.reduce((total, { messages, durationMs }) => [total[0] + messages, total[1] + durationMs] as const, [
    0, 0,
  ] as readonly [messages: number, durationMs: number]);

describe("/guildstats mydata", () => {
  test("gives who asks a file, for them alone, whose sums are those of the queries, unflushed ones included", async () => {
    const clock = new ManualClock(Date.now());
    await using bot = await runBot({}, { clock, activities: true }, PRIVILEGED_INTENTS);
    const { discord, guild, stats } = bot;
    const [ann, ben] = [guild.user(0), guild.user(1)];
    const second = discord.guild({ name: "Second", members: [ann] });
    for (let index = 0; index < 7; index++) discord.message(guild, guild.channel("general"), ann);
    discord.message(guild, guild.channel("general"), ben);
    discord.message(second, second.channel("general"), ann);
    discord.voice(guild, ann, guild.channel("Lobby"));
    discord.presence(guild, ann, { activities: [playing("Chess", { startMs: clock.nowMs() })] });
    await discord.taken();
    clock.pass(25 * MINUTE);
    await stats.flush();
    discord.message(guild, guild.channel("general"), ann);
    await discord.taken();
    clock.pass(5 * MINUTE);

    const answer = await bot.call("mydata").settled();
    expect(answer.ephemeral).toBe(true);
    expect(answer.content).toMatch(/Everything recorded about you/);
    const [file, ...others] = answer.files;
    expect(others).toEqual([]);
    if (!file) throw new Error("no file");
    expect(file.name).toBe(`guildstats-${ann.id}.json`);
    const data = readExport(file);
    expect(data).toMatchObject({ file: 1, userId: ann.id, createdMs: clock.nowMs(), waitingMessages: 0 });
    expect(data.optedOut).toEqual({ byYou: false, byTheBotsOwner: false });
    expect(data.servers.map(({ guildId, name }) => [guildId, name])).toEqual([
      [guild.id, "Loopback"],
      [second.id, "Second"],
    ]);
    for (const [index, where] of [guild, second].entries()) {
      const server = data.servers[index];
      const view = await stats.query.member(where.id, ann.id, { period: "30d" });
      const channels = server?.totals?.filter(({ kind }) => kind !== "activity");
      expect(sum(channels)).toEqual([view.totals.lifetime.messages, view.totals.lifetime.voice]);
      expect(sum(server?.hours?.filter(({ kind }) => kind !== "activity"))).toEqual([
        view.totals["30d"].messages,
        view.totals["30d"].voice,
      ]);
      expect(server?.since).toBe(new Date(server?.sinceMs ?? 0).toISOString());
    }
    const here = data.servers[0];
    expect(sum(here?.totals?.filter(({ place }) => place === "0:Chess"))).toEqual([0, 30 * MINUTE]);
    expect(here?.openVoice).toMatchObject({ place: guild.channel("Lobby").id, name: "Lobby" });
    expect(here?.openActivities).toMatchObject([{ place: "0:Chess", uncountedSinceMs: null }]);
    expect(here?.hours?.[0]?.hourIndex).toBe(hourOf(Date.parse(here?.hours?.[0]?.hour ?? "")));
    const text = file.data.toString();
    expect(text).not.toContain(ben.id);
    // Every integer of the file that is larger than a double is text.
    expect(text).not.toMatch(/[^"\d]\d{17,}[^"\d]/);
    expect(bot.failures).toEqual([]);
    discord.assertClean();
  });

  test("is made once at a time for each: who asks again meanwhile is told so, and others get theirs", async () => {
    await using bot = await runBot();
    const { discord, guild } = bot;
    const [ann, ben] = [guild.user(0), guild.user(1)];
    discord.message(guild, guild.channel("general"), ann);
    await discord.taken();
    // The file begins with what is written first, and that takes a while.
    bot.faults.push("hangs");
    const first = await bot.call("mydata").acked();
    const second = await bot.call("mydata").settled();
    expect([second.ephemeral, second.content, second.files]).toEqual([
      true,
      expect.stringMatching(/being gathered already/),
      [],
    ]);
    const others = bot.call("mydata", {}, ben);
    bot.letGo();
    expect((await first.settled()).files).toHaveLength(1);
    expect((await others.settled()).files).toHaveLength(1);
    expect((await bot.call("mydata").settled()).files).toHaveLength(1);
    expect(bot.failures).toEqual([]);
    discord.assertClean();
  });

  test("names no channel that its reader cannot see, and says who wished them not to be recorded", async () => {
    await using bot = await runBot();
    const { discord, guild, stats } = bot;
    const ann = guild.user(0);
    discord.message(guild, guild.channel("general"), ann);
    await discord.taken();
    discord.updateChannel(guild, guild.channel("general"), {
      name: "secret-plans",
      permission_overwrites: [{ id: guild.id, type: 0, allow: "0", deny: "1024" }],
    });
    await discord.taken();
    const read = async () => {
      const [file] = await stats.privacy.export(ann.id);
      if (!file) throw new Error("no file");
      expect(file.data.toString()).not.toContain("secret-plans");
      return readExport(file);
    };
    expect((await read()).servers[0]?.totals).toMatchObject([{ name: null, kind: "channel", messages: 1 }]);
    await stats.privacy.optOut(ann.id);
    await stats.privacy.ignore(ann.id);
    expect(await read()).toMatchObject({ optedOut: { byYou: true, byTheBotsOwner: true }, servers: [] });
    await expect(stats.privacy.export("nobody")).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
  });

  test("names no channel to who left the server, whatever everyone there can see", async () => {
    await using bot = await runBot();
    const { discord, guild, stats } = bot;
    const ann = guild.user(0);
    discord.message(guild, guild.channel("general"), ann);
    await discord.taken();
    const names = async () => {
      const [file] = await stats.privacy.export(ann.id);
      return file && readExport(file).servers.flatMap(({ totals = [] }) => totals.map(({ name }) => name));
    };
    expect(await names()).toEqual(["general"]);
    // No intent tells the client of it.
    discord.leave(guild, ann);
    expect(await names()).toEqual([null]);
    discord.assertClean();
  });

  test("is divided where Discord takes no larger file; no row is lost or told twice, and each file can be read alone", async () => {
    using folder = temporaryFolder();
    const file = folder.file("stats.db");
    await using discord = await LoopbackDiscord.start();
    const guild = discord.guild({ members: 4 });
    const ann = guild.user(0);
    const firstHour = hourOf(Date.UTC(2023, 10, 1));
    const rows = Array.from({ length: 9_000 }, (_, index) => ({
      guild: guild.id,
      hour: firstHour + 2 * index,
      place: guild.channel("general").id,
      member: ann.id,
      messages: 1 + ((index * 7_919) % 97),
      durationMs: (index * 104_729) % 3_600_000,
    }));
    const store = sqlite(file);
    await store.open();
    await store.apply(batchOf("w", 1, rows));
    await store.close();
    await using bot = await startBot(discord, guild, file, { hourlyRetentionDays: 3_650 });
    const expected = sum(rows);
    const whole = await bot.stats.privacy.export(ann.id);
    expect(sum(whole.map(readExport)[0]?.servers[0]?.hours)).toEqual(expected);

    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 12_000, max: 300_000 }), async (maxFileBytes) => {
        const files = await bot.stats.privacy.export(ann.id, { maxFileBytes });
        expect(new Set(files.map(({ name }) => name)).size).toBe(files.length);
        for (const { data } of files) expect(data.byteLength).toBeLessThanOrEqual(maxFileBytes);
        const parts = files.map(readExport);
        expect(parts.map(({ file }) => file)).toEqual(parts.map((_, index) => index + 1));
        // What is told once is in the first.
        expect(parts.map(({ optedOut }) => optedOut !== undefined)).toEqual(
          parts.map((_, index) => index === 0),
        );
        for (const { servers } of parts) for (const server of servers) expect(server.guildId).toBe(guild.id);
        const hours = parts.flatMap(({ servers }) => servers.flatMap((server) => server.hours ?? []));
        expect(sum(hours)).toEqual(expected);
        expect(new Set(hours.map(({ hourIndex }) => hourIndex)).size).toBe(rows.length);
        expect(sum(parts.flatMap(({ servers }) => servers.flatMap(({ totals }) => totals ?? [])))).toEqual(
          expected,
        );
      }),
      { numRuns: 6 },
    );
    await expect(bot.stats.privacy.export(ann.id, { maxFileBytes: 1_000 })).rejects.toMatchObject({
      code: "EXPORT_TOO_LARGE",
    });

    discord.attachmentSizeLimit = 20_000;
    const answer = bot.call("mydata");
    await answer.settled();
    const count = Number(/(\d+) files/.exec(answer.content)?.[1]);
    expect(count).toBeGreaterThan(3);
    while (answer.followUps.length < count - 1) await once(answer, "change");
    expect(answer.content).toMatch(/compressed/);
    discord.attachmentSizeLimit = 500;
    expect((await bot.call("mydata").settled()).content).toMatch(/owner can give it to you/);
    expect(bot.failures).toEqual([]);
    discord.assertClean();
  });
});
