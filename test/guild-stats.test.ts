import { once } from "node:events";
import { writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { Client, GatewayIntentBits } from "discord.js";
import { describe, expect, test } from "vitest";
import { GuildStats } from "../src/guild-stats.ts";
import { sqlite } from "../src/store/sqlite/index.ts";
import { LoopbackDiscord } from "./loopback/loopback-discord.ts";
import { connect, makeClient } from "./support/connected-client.ts";
import { ManualClock } from "./support/manual-clock.ts";
import { runBot } from "./support/running-bot.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

describe("starting", () => {
  test("a client without a needed intent is refused, by name, and nothing is touched", async () => {
    using folder = temporaryFolder();
    const client = new Client({ intents: [GatewayIntentBits.Guilds] });
    const stats = new GuildStats(client, { store: sqlite(folder.file("a.db")) });
    await expect(stats.start()).rejects.toMatchObject({
      code: "INTENT_MISSING",
      details: { missing: ["GuildMessages", "GuildVoiceStates"] },
    });
    expect(client.listenerCount("messageCreate")).toBe(0);
  });

  test("the intents it names are enough", async () => {
    using folder = temporaryFolder();
    const client = new Client({ intents: [...GuildStats.intents] });
    await using stats = new GuildStats(client, { store: sqlite(folder.file("a.db")), drainOnSignals: false });
    await stats.start();
  });

  test("a second start is refused", async () => {
    using folder = temporaryFolder();
    const client = new Client({ intents: [...GuildStats.intents] });
    await using stats = new GuildStats(client, { store: sqlite(folder.file("a.db")), drainOnSignals: false });
    await stats.start();
    await expect(stats.start()).rejects.toMatchObject({ code: "STATE_INVALID" });
  });

  test("a second one on the same client is refused while the first one listens", async () => {
    using folder = temporaryFolder();
    const client = new Client({ intents: [...GuildStats.intents] });
    const over = (file: string) =>
      new GuildStats(client, { store: sqlite(folder.file(file)), drainOnSignals: false });
    const first = over("a.db");
    await first.start();
    await using second = over("b.db");
    await expect(second.start()).rejects.toMatchObject({ code: "STATE_INVALID" });
    await first.stop();
    await second.start();
  });

  test.each([
    [
      "a file that is no database",
      "STORE_CORRUPT",
      (file: string) => writeFileSync(file, "This is not a database. ".repeat(400)),
    ],
    [
      "another program's database",
      "STORE_FOREIGN",
      (file: string) => new Database(file).exec("CREATE TABLE t (x)").close(),
    ],
  ])(
    "%s gives a coded error and is left as it was; a start with a good file works afterwards",
    async (_, code, spoil) => {
      using folder = temporaryFolder();
      spoil(folder.file("a.db"));
      const client = new Client({ intents: [...GuildStats.intents] });
      const stats = new GuildStats(client, { store: sqlite(folder.file("a.db")), drainOnSignals: false });
      await expect(stats.start()).rejects.toMatchObject({ code });
      await using good = new GuildStats(client, {
        store: sqlite(folder.file("b.db")),
        drainOnSignals: false,
      });
      await good.start();
    },
  );

  test("started after login, it counts who is in voice already", async () => {
    using folder = temporaryFolder();
    await using discord = await LoopbackDiscord.start();
    const guild = discord.guild();
    discord.voice(guild, guild.user(0), guild.channel("Lobby"));
    const client = await connect(makeClient(discord), discord);
    {
      await using stats = new GuildStats(client, {
        store: sqlite(folder.file("a.db")),
        drainOnSignals: false,
        registerCommands: false,
      });
      await stats.start();
      expect(stats.metrics().voiceSessions).toBe(1);
    }
    await client.destroy();
  });
});

describe("configuring", () => {
  test("leaves as it is what is undefined", async () => {
    await using bot = await runBot();
    const { id } = bot.guild;
    const ignored = {
      channels: [bot.guild.channel("general").id],
      categories: [],
      roles: [],
      activities: [],
    };
    const chosen = await bot.stats.configure(id, { timeZone: "Asia/Tokyo", locale: "ja", ignored });
    // As JavaScript lets it, and TypeScript without exactOptionalPropertyTypes.
    const change = {};
    for (const setting of ["timeZone", "locale", "ignored", "commandChannels"])
      Reflect.set(change, setting, undefined);
    expect(await bot.stats.configure(id, change)).toEqual(chosen);
    expect(bot.stats.settings(id)).toEqual(chosen);
  });

  test("that a store refuses changes nothing: a guild that is still on goes on counting voice", async () => {
    const clock = new ManualClock();
    await using bot = await runBot({}, { clock });
    const { discord, guild, stats } = bot;
    discord.voice(guild, guild.user(0), guild.channel("Lobby"));
    await discord.taken();
    await clock.advance(10_000);
    bot.line.choices = false;
    await expect(stats.configure(guild.id, { enabled: false })).rejects.toMatchObject({
      code: "STORE_FAILED",
    });
    await clock.advance(20_000);
    expect((await stats.query.server(guild.id, { members: "both" })).totals.lifetime.voice).toBe(30_000);
  });
});

describe("stopping", () => {
  test("everything counted is on disk, nothing listens any more, and stopping twice is the same as once", async () => {
    using folder = temporaryFolder();
    await using discord = await LoopbackDiscord.start();
    const guild = discord.guild();
    const client = makeClient(discord);
    const file = folder.file("a.db");
    const stats = new GuildStats(client, {
      store: sqlite(file),
      drainOnSignals: false,
      registerCommands: false,
    });
    await stats.start();
    await connect(client, discord);
    for (let index = 0; index < 5; index++) discord.message(guild, guild.channel("general"), guild.user(0));
    await discord.taken();
    await Promise.all([stats.stop(), stats.stop()]);
    for (const event of ["messageCreate", "voiceStateUpdate", "guildCreate", "interactionCreate"]) {
      expect(client.listenerCount(event), event).toBe(0);
    }
    await client.destroy();

    const reader = new GuildStats(client, { store: sqlite(file), drainOnSignals: false });
    await reader.start();
    expect((await reader.query.server(guild.id)).totals.lifetime.messages).toBe(5);
    await reader.stop();
  });

  test("nothing is counted beyond the moment when listening ended, however late the last flush is", async () => {
    const clock = new ManualClock();
    await using bot = await runBot({}, { clock });
    const { discord, guild } = bot;
    discord.voice(guild, guild.user(0), guild.channel("Lobby"));
    await discord.taken();
    await clock.advance(10_000);
    bot.faults.push("refused");
    const stopped = bot.stats.stop();
    // Nobody hears it.
    discord.voice(guild, guild.user(0), null);
    while (bot.failures.length === 0) await clock.turn();
    await clock.advance(5_000);
    await stopped;
    const file = new Database(bot.databaseFile, { readonly: true });
    expect(file.prepare("SELECT sum(duration_ms) FROM hourly").pluck().get()).toBe(10_000);
    file.close();
  });

  test("a query after stop is refused with a code", async () => {
    await using bot = await runBot();
    await bot.stats.stop();
    await expect(bot.stats.query.server(bot.guild.id)).rejects.toMatchObject({ code: "STORE_CLOSED" });
  });
});

describe("the public surface", () => {
  test("malformed arguments are refused with a code", async () => {
    await using bot = await runBot();
    const invalid = { code: "ARGUMENT_INVALID" };
    await expect(bot.stats.query.server("general")).rejects.toMatchObject(invalid);
    await expect(bot.stats.query.member(bot.guild.id, "me")).rejects.toMatchObject(invalid);
    await expect(bot.stats.privacy.forget("")).rejects.toMatchObject(invalid);
    await expect(bot.stats.privacy.optOut("12x")).rejects.toMatchObject(invalid);
    await expect(bot.stats.configure(bot.guild.id, { timeZone: "Mars/Olympus" })).rejects.toMatchObject(
      invalid,
    );
    await expect(bot.stats.configure(bot.guild.id, { accent: -1 })).rejects.toMatchObject(invalid);
    await expect(bot.stats.configure(bot.guild.id, { locale: "tlh" })).rejects.toMatchObject(invalid);
    await expect(bot.stats.configure(bot.guild.id, { commandChannels: ["general"] })).rejects.toMatchObject(
      invalid,
    );
    await expect(bot.stats.purgeable("general", "all")).rejects.toMatchObject(invalid);
  });

  test("changes of settings at once lose nothing of each other", async () => {
    await using bot = await runBot();
    const changes = [
      { theme: "light" },
      { accent: 7 },
      { visibility: "self" },
      { defaultPeriod: "7d" },
    ] as const;
    await Promise.all(changes.map((change) => bot.stats.configure(bot.guild.id, change)));
    expect(bot.stats.settings(bot.guild.id)).toMatchObject(Object.assign({}, ...changes));
  });

  test("a guild's time zone cuts its days", async () => {
    await using bot = await runBot();
    await bot.stats.configure(bot.guild.id, { timeZone: "Asia/Tokyo" });
    expect((await bot.stats.query.server(bot.guild.id)).daily.timeZone).toBe("Asia/Tokyo");
  });

  test("an unheard failure does not end the process, and is logged", async () => {
    const logged: string[] = [];
    const note = (_: object, message: string): void => void logged.push(message);
    await using bot = await runBot({}, { logger: { info: () => undefined, warn: note, error: note } });
    bot.stats.removeAllListeners("failure");
    bot.line.loads = false;
    await bot.call("server").followedUp();
    expect(logged).toEqual([expect.stringContaining("store is away")]);
  });
});

describe("what a listener of the host's throws", () => {
  const thrower = (): never => {
    throw new TypeError("the host stumbled (test)");
  };
  const stumbled = { code: "UNEXPECTED", message: expect.stringContaining("the host stumbled") };

  test("fails no flush, and keeps no other listener from hearing of it", async () => {
    await using bot = await runBot();
    const { discord, guild, stats } = bot;
    const heard: string[] = [];
    stats.once("flush", thrower);
    stats.on("flush", () => heard.push("flush"));
    discord.message(guild, guild.channel("general"), guild.user(0));
    await discord.taken();
    expect(await stats.flush()).toMatchObject({ rows: 1 });
    expect(heard).toEqual(["flush"]);
    expect(bot.failures).toEqual([expect.objectContaining({ ...stumbled, details: { event: "flush" } })]);
    expect(stats.metrics().consecutiveFlushFailures).toBe(0);
  });

  test("ends no process where it is an async function: its rejection is a failure as well", async () => {
    await using bot = await runBot();
    const { discord, guild, stats } = bot;
    const failed = once(stats, "failure");
    stats.once("flush", async () => thrower());
    discord.message(guild, guild.channel("general"), guild.user(0));
    await discord.taken();
    await stats.flush();
    expect(await failed).toMatchObject([{ ...stumbled, details: { event: "flush" } }]);
  });

  test("makes no erasure seem to have failed", async () => {
    await using bot = await runBot();
    bot.stats.on("forgotten", thrower);
    await expect(bot.stats.privacy.forget(bot.guild.user(0).id)).resolves.toEqual({ rows: 0 });
    expect(bot.failures).toMatchObject([stumbled]);
  });

  test("about a failure comes to no listener again, is logged, and the user is answered", async () => {
    const logged: string[] = [];
    const note = (_: object, message: string): void => void logged.push(message);
    await using bot = await runBot({}, { logger: { info: () => undefined, warn: note, error: note } });
    bot.stats.prependListener("failure", thrower);
    bot.line.loads = false;
    const call = await bot.call("server").followedUp();
    expect(call.content).toMatch(/STORE_FAILED/);
    expect(bot.failures).toMatchObject([{ code: "STORE_FAILED" }]);
    expect(logged).toEqual([
      expect.stringContaining("store is away"),
      expect.stringContaining("the host stumbled"),
    ]);
  });
});
