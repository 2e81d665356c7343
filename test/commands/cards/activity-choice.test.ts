import { GatewayIntentBits } from "discord.js";
import { describe, expect, test } from "vitest";
import { suggestions, typedActivity } from "../../../src/commands/cards/activity-choice.ts";
import { playing } from "../../loopback/activities.ts";
import { INTENTS } from "../../support/connected-client.ts";
import { livelyBot } from "../../support/lively-bot.ts";
import { type RunningBot, runBot } from "../../support/running-bot.ts";

const HOUR_MS = 3_600_000;
const LONG = `The ${"Very ".repeat(20)}Long Game of the Year`;

const suggest = (bot: RunningBot, typed: string) =>
  bot.discord
    .call({
      guild: bot.guild,
      user: bot.guild.user(0),
      command: "guildstats",
      subcommand: "activity",
      options: { activity: typed },
      focused: "activity",
    })
    .settled();

describe("an activity's name", () => {
  test("is suggested from what the guild has counted, and what was picked is shown", async () => {
    await using bot = await livelyBot();
    const startMs = Date.now() - 3 * HOUR_MS;
    bot.discord.presence(bot.guild, bot.guild.user(2), {
      activities: [playing(LONG, { startMs }), playing("Rocket Chess", { startMs })],
    });
    await bot.discord.taken();
    const names = async (typed: string) => (await suggest(bot, typed)).suggestions.map(({ name }) => name);
    // Of most time first, and what begins with what is typed before all.
    expect((await names("")).slice(-1)).toEqual(["Chess"]);
    expect(await names("CHES")).toEqual(["Chess", "Rocket Chess"]);
    expect(await names("checkers")).toEqual([]);
    const [long] = (await suggest(bot, "the very")).suggestions;
    const card = await bot.call("activity", { activity: long?.value ?? "" }).settled();
    expect(card.files).toHaveLength(1);
    expect(card.files[0]?.description).toContain("The Very Very");
    bot.discord.assertClean();
  });

  test("is suggested neither where activities are not counted nor in a server that is turned off", async () => {
    await using off = await runBot();
    expect((await suggest(off, "")).suggestions).toEqual([]);
    await using bot = await livelyBot();
    await bot.stats.configure(bot.guild.id, { enabled: false });
    expect((await suggest(bot, "")).suggestions).toEqual([]);
    expect(bot.failures).toEqual([]);
    bot.discord.assertClean();
  });

  test("while the store is away there is no suggestion, and the failure is reported", async () => {
    const intents = [...INTENTS, GatewayIntentBits.GuildPresences];
    await using bot = await runBot({}, { activities: true }, intents);
    bot.line.loads = false;
    const failed = new Promise((resolve) => bot.stats.once("failure", resolve));
    await suggest(bot, "a");
    await expect(failed).resolves.toMatchObject({ code: "STORE_FAILED" });
  });

  test("that was suggested too late is an answer that was lost, and no error of the bot's", async () => {
    await using bot = await livelyBot();
    bot.discord.fault({ match: /callback$/, status: 404, code: 10062 });
    const failed = new Promise((resolve) => bot.stats.once("failure", resolve));
    bot.discord.call({
      guild: bot.guild,
      user: bot.guild.user(0),
      command: "guildstats",
      subcommand: "activity",
      options: { activity: "a" },
      focused: "activity",
    });
    await expect(failed).resolves.toMatchObject({ code: "ANSWER_LOST" });
  });

  test("is found in any case of letters, and by what stands for a name that is too long", () => {
    expect(typedActivity(" CHESS ")).toBe(typedActivity("chess"));
    const [long] = suggestions([LONG], "");
    expect([(long?.name.length ?? 0) <= 100, (long?.value.length ?? 0) <= 100]).toEqual([true, true]);
    expect(typedActivity(long?.value ?? "")).toBe(typedActivity(LONG));
  });

  test("is cut between two characters where it is too long for a choice", () => {
    const [long] = suggestions([`${"x".repeat(98)}😀${"y".repeat(20)}`], "");
    expect(long?.name).toBe(`${"x".repeat(98)}…`);
  });

  test("at most 25 are suggested", () => {
    const names = Array.from({ length: 40 }, (_, index) => `Game ${index}`);
    expect(suggestions(names, "game").map(({ name }) => name)).toEqual(names.slice(0, 25));
  });
});
