import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { GatewayIntentBits } from "discord.js";
import { describe, expect, test } from "vitest";
import { UNSET_SETTINGS } from "../../src/store/store.ts";
import { competing, customStatus, playing, spotify, streaming } from "../loopback/activities.ts";
import { LoopbackDiscord } from "../loopback/loopback-discord.ts";
import type { Activity } from "../loopback/payloads.ts";
import type { GuildOptions, User, World } from "../loopback/world.ts";
import { INTENTS, PRIVILEGED_INTENTS } from "../support/connected-client.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { type RunningBot, runBot, startBot } from "../support/running-bot.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const MINUTE = 60_000;
const WITH_PRESENCES = [...INTENTS, GatewayIntentBits.GuildPresences];

async function watching(guild: GuildOptions = {}, intents = WITH_PRESENCES) {
  const clock = new ManualClock();
  const bot = await runBot(guild, { clock, activities: true, registerCommands: false }, intents);
  return { ...bot, clock, doing: doing(bot) };
}

/** Somebody's presence in the bot's guild, taken by the client. */
function doing({ discord, guild }: Pick<RunningBot, "discord" | "guild">) {
  return async (
    user: User,
    activities: readonly Activity[],
    status: "online" | "idle" | "offline" = "online",
    where: World = guild,
  ): Promise<void> => {
    discord.presence(where, user, { status, activities });
    await discord.taken();
  };
}

/** Milliseconds by "type name" in a guild. */
async function times(
  { stats, guild }: Pick<RunningBot, "stats" | "guild">,
  options: Parameters<RunningBot["stats"]["query"]["activities"]>[1] = {},
  where: World = guild,
) {
  const { topActivities } = await stats.query.activities(where.id, options);
  return Object.fromEntries(topActivities.map(({ type, name, value }) => [`${type} ${name}`, value]));
}

/** Whether any file of the database holds the text. */
function holds(databaseFile: string, text: string): boolean {
  return readdirSync(dirname(databaseFile))
    .filter((name) => name.startsWith(basename(databaseFile)))
    .some((name) => readFileSync(join(dirname(databaseFile), name)).includes(text));
}

describe("activities on the gateway", () => {
  test("count from Discord's start, once they last for ten minutes; nothing shorter does", async () => {
    await using bot = await watching();
    const { clock, guild } = bot;
    await bot.doing(guild.user(0), [playing("Chess", { startMs: clock.nowMs() - 8 * MINUTE })]);
    await bot.doing(guild.user(1), [playing("Go")]);
    clock.pass(2 * MINUTE - 1);
    expect(await times(bot)).toEqual({});
    clock.pass(1);
    expect(await times(bot)).toEqual({ "playing Chess": 10 * MINUTE });
    await bot.doing(guild.user(1), []);
    clock.pass(60 * MINUTE);
    expect(await times(bot)).toEqual({ "playing Chess": 70 * MINUTE });
    const server = await bot.stats.query.server(guild.id);
    expect(server.totals.lifetime).toEqual({ messages: 0, voice: 0 });
  });

  test("run on their own clocks: songs, statuses and other activities come and go beside them", async () => {
    await using bot = await watching();
    const { clock, guild } = bot;
    const an = guild.user(0);
    const chess = playing("Chess");
    const seen = [
      [chess],
      [chess, spotify("One song", "A", clock.nowMs() + 4 * MINUTE)],
      [spotify("Another", "B", clock.nowMs() + 8 * MINUTE), { ...chess, details: "Move 12" }],
      [
        playing("Go"),
        { ...chess, timestamps: { start: clock.nowMs() + 9 * MINUTE } },
        spotify("A third", "C", 0),
      ],
      [chess, spotify("A fourth", "D", 0)],
    ];
    for (const [index, activities] of seen.entries()) {
      await bot.doing(an, activities, index % 2 === 0 ? "online" : "idle");
      clock.pass(4 * MINUTE);
    }
    await bot.doing(an, [], "offline");
    clock.pass(60 * MINUTE);
    expect(await times(bot)).toEqual({ "playing Chess": 20 * MINUTE, "listening Spotify": 16 * MINUTE });
  });

  test("are told apart by type, and bots' from people's; a custom status leaves no byte in the file", async () => {
    await using bot = await watching({ members: [{ username: "an" }, { username: "helper", bot: true }] });
    const { clock, guild } = bot;
    const secret = "out for a very private lunch";
    await bot.doing(guild.user(0), [
      customStatus(secret),
      playing("Chess"),
      { ...streaming("Live!", "Chess"), name: "Chess" },
      competing("A cup"),
      spotify("A private song", "Someone", clock.nowMs()),
    ]);
    await bot.doing(guild.user(1), [playing("/help")]);
    clock.pass(15 * MINUTE);
    await bot.stats.flush();
    expect(await times(bot)).toEqual({
      "playing Chess": 15 * MINUTE,
      "streaming Chess": 15 * MINUTE,
      "competing A cup": 15 * MINUTE,
      "listening Spotify": 15 * MINUTE,
    });
    expect(await times(bot, { members: "bots" })).toEqual({ "playing /help": 15 * MINUTE });
    expect(holds(bot.databaseFile, "Spotify")).toBe(true);
    for (const text of [secret, "Custom Status", "A private song", "Live!"])
      expect(holds(bot.databaseFile, text)).toBe(false);
    expect(bot.failures).toEqual([]);
  });

  test("count once in each of two guilds that share a member, as each is told", async () => {
    await using bot = await watching();
    const { clock, discord, guild } = bot;
    const an = guild.user(0);
    const other = discord.guild({ members: [an] });
    await discord.taken();
    const chess = playing("Chess", { startMs: clock.nowMs() });
    for (const where of [guild, other]) await bot.doing(an, [chess], "online", where);
    clock.pass(20 * MINUTE);
    for (const where of [guild, other]) await bot.doing(an, [chess, playing("Go")], "online", where);
    clock.pass(5 * MINUTE);
    await bot.doing(an, [], "offline", other);
    clock.pass(5 * MINUTE);
    expect(await times(bot)).toMatchObject({ "playing Chess": 30 * MINUTE });
    expect(await times(bot, {}, other)).toEqual({ "playing Chess": 25 * MINUTE });
  });

  test("of a member who leaves end then", async () => {
    await using bot = await watching({}, PRIVILEGED_INTENTS);
    const { clock, discord, guild } = bot;
    await bot.doing(guild.user(0), [playing("Chess")]);
    clock.pass(20 * MINUTE);
    discord.leave(guild, guild.user(0));
    await discord.taken();
    clock.pass(20 * MINUTE);
    expect(await times(bot)).toEqual({ "playing Chess": 20 * MINUTE });
  });

  test("end with a presence of whom the client has let go of; whoever it still knows as a member goes on", async () => {
    await using bot = await watching({}, PRIVILEGED_INTENTS);
    const { client, clock, guild } = bot;
    const [ann, ben] = [guild.user(0), guild.user(1)];
    await bot.doing(ann, [playing("Chess")]);
    await bot.doing(ben, [playing("Go")]);
    clock.pass(20 * MINUTE);
    client.sweepers.sweepUsers(({ id }) => id === ann.id || id === ben.id);
    client.sweepers.sweepGuildMembers(({ id }) => id === ann.id);
    await bot.doing(ann, [], "offline");
    await bot.doing(ben, [playing("Go")], "idle");
    clock.pass(20 * MINUTE);
    expect(await times(bot)).toEqual({ "playing Chess": 20 * MINUTE, "playing Go": 40 * MINUTE });
  });

  test("are counted as far as they were allowed", async () => {
    await using bot = await watching();
    const { clock, guild, stats } = bot;
    await bot.doing(guild.user(0), [playing("Chess", { startMs: clock.nowMs() }), playing("Go")]);
    clock.pass(15 * MINUTE);
    const { ignored } = UNSET_SETTINGS;
    await stats.configure(guild.id, { ignored: { ...ignored, activities: ["cHESS"] } });
    clock.pass(60 * MINUTE);
    expect(await times(bot)).toEqual({ "playing Chess": 15 * MINUTE, "playing Go": 75 * MINUTE });
    await stats.configure(guild.id, { ignored });
    clock.pass(10 * MINUTE);
    await stats.configure(guild.id, { enabled: false });
    clock.pass(60 * MINUTE);
    expect(await times(bot)).toEqual({ "playing Chess": 25 * MINUTE, "playing Go": 85 * MINUTE });
  });

  test("of those who have an ignored role are not counted, from the moment that they have it until they lose it", async () => {
    await using bot = await watching({}, PRIVILEGED_INTENTS);
    const { clock, discord, guild, stats } = bot;
    const role = discord.createRole(guild, { name: "unseen" });
    await stats.configure(guild.id, { ignored: { ...UNSET_SETTINGS.ignored, roles: [role.id] } });
    await bot.doing(guild.user(0), [playing("Chess", { startMs: clock.nowMs() })]);
    clock.pass(15 * MINUTE);
    discord.changeMember(guild, guild.user(0), { roles: [role.id] });
    await discord.taken();
    clock.pass(60 * MINUTE);
    discord.changeMember(guild, guild.user(0), { roles: [] });
    await discord.taken();
    clock.pass(12 * MINUTE);
    expect(await times(bot)).toEqual({ "playing Chess": 27 * MINUTE });
  });

  test("of an erased user do not come back, although Discord still tells when they began", async () => {
    await using bot = await watching();
    const { clock, guild, stats } = bot;
    const chess = playing("Chess", { startMs: clock.nowMs() });
    await bot.doing(guild.user(0), [chess]);
    clock.pass(30 * MINUTE);
    await stats.flush();
    await stats.privacy.forget(guild.user(0).id);
    await bot.doing(guild.user(0), [chess], "idle");
    clock.pass(11 * MINUTE);
    expect(await times(bot)).toEqual({ "playing Chess": 11 * MINUTE });
    await stats.privacy.optOut(guild.user(0).id);
    await bot.doing(guild.user(0), [chess]);
    clock.pass(30 * MINUTE);
    await stats.flush();
    expect(await times(bot)).toEqual({});
    expect(bot.stats.metrics().activitySessions).toBe(0);
  });
});

describe("activities over a gap", () => {
  test("after a lost session, who went offline unseen is not taken for playing; who plays on is counted", async () => {
    await using bot = await watching();
    const { clock, discord, guild, stats } = bot;
    const [stays, leaves] = [guild.user(0), guild.user(1)];
    const chess = playing("Chess", { startMs: clock.nowMs() });
    for (const user of [stays, leaves]) await bot.doing(user, [chess]);
    clock.pass(20 * MINUTE);
    const back = discord.next("identify");
    discord.kick("op 9");
    guild.presences.delete(leaves.id);
    await back;
    await discord.taken();
    clock.pass(20 * MINUTE);
    // Looked at anew, the client's cache would still say that both play.
    await stats.configure(guild.id, { timeZone: "Asia/Tokyo" });
    clock.pass(20 * MINUTE);
    const of = async ({ id }: User) => (await stats.query.memberActivities(guild.id, id)).totals.lifetime;
    expect(await of(stays)).toBe(60 * MINUTE);
    expect(await of(leaves)).toBe(20 * MINUTE);
    await bot.doing(leaves, [playing("Chess", { startMs: clock.nowMs() })]);
    clock.pass(10 * MINUTE);
    expect(await of(leaves)).toBe(30 * MINUTE);
  });

  test("while the bot was stopped go on if Discord says so, short ones too, and nothing counts twice", async () => {
    using folder = temporaryFolder();
    await using discord = await LoopbackDiscord.start();
    const guild = discord.guild({ members: 4 });
    const clock = new ManualClock();
    const start = () =>
      startBot(
        discord,
        guild,
        folder.file("stats.db"),
        { clock, activities: true, registerCommands: false },
        WITH_PRESENCES,
      );
    const chess = playing("Chess", { startMs: clock.nowMs() });
    const go = playing("Go", { startMs: clock.nowMs() + 15 * MINUTE });
    {
      await using bot = await start();
      await doing(bot)(guild.user(0), [chess]);
      await doing(bot)(guild.user(1), [chess]);
      await doing(bot)(guild.user(2), [chess]);
      clock.pass(15 * MINUTE);
      await doing(bot)(guild.user(1), [chess, go]);
      await doing(bot)(guild.user(2), [], "offline");
      clock.pass(5 * MINUTE);
    }
    clock.pass(30 * MINUTE);
    // This one went offline while the bot was stopped, and is back with a new game.
    const anew = playing("Chess", { startMs: clock.nowMs() - 10 * MINUTE });
    discord.presence(guild, guild.user(0), { activities: [anew] });
    // Whereas this one only was invisible, and is back with the old one.
    discord.presence(guild, guild.user(2), { activities: [chess] });
    await using bot = await start();
    await discord.taken();
    clock.pass(10 * MINUTE);
    const of = async (index: number) =>
      (await bot.stats.query.memberActivities(guild.id, guild.user(index).id)).topActivities.map(
        ({ name, value }) => [name, value / MINUTE],
      );
    expect(await of(0)).toEqual([["Chess", 20 + 20]]);
    expect(await of(1)).toEqual([
      ["Chess", 60],
      ["Go", 45],
    ]);
    expect(await of(2)).toEqual([["Chess", 15 + 10]]);
  });
});

describe("activities that are not asked for", () => {
  test("are not counted, though the client is told of them", async () => {
    const clock = new ManualClock();
    await using bot = await runBot({}, { clock, registerCommands: false }, WITH_PRESENCES);
    await doing(bot)(bot.guild.user(0), [playing("Chess")]);
    clock.pass(60 * MINUTE);
    await bot.stats.flush();
    expect(await times(bot)).toEqual({});
    expect(holds(bot.databaseFile, "Chess")).toBe(false);
  });

  test("or that no intent tells of give one warning, and everything else works", async () => {
    const warnings: string[] = [];
    const logger = {
      info: () => undefined,
      warn: (_details: object, message: string) => void warnings.push(message),
      error: () => undefined,
    };
    await using bot = await runBot({}, { activities: true, registerCommands: false, logger });
    bot.discord.message(bot.guild, bot.guild.channel("general"), bot.guild.user(0));
    await bot.discord.taken();
    expect(bot.failures).toMatchObject([
      { code: "INTENT_MISSING", details: { missing: ["GuildPresences"], option: "activities" } },
    ]);
    expect(warnings).toEqual([expect.stringMatching(/activities are not counted.*GuildPresences/)]);
    expect((await bot.stats.query.server(bot.guild.id)).totals.lifetime.messages).toBe(1);
  });
});
