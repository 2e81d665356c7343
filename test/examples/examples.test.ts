import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { startCounting } from "../support/counting.ts";
import { type ExampleBot, startExample } from "./example-bot.ts";

/** On Windows a process cannot be asked to end: there nothing is written at the end. */
const CAN_ASK_TO_END = process.platform !== "win32";

async function say(bot: ExampleBot, times: number): Promise<void> {
  const { discord, guild } = bot;
  for (let index = 0; index < times; index++) discord.message(guild, guild.channel("general"), guild.user(1));
  await discord.taken();
}

function call(bot: ExampleBot, command: string, subcommand?: string) {
  const { discord, guild } = bot;
  return discord
    .call({ guild, user: guild.user(1), command, ...(subcommand ? { subcommand } : {}) })
    .settled();
}

/** What every example must do, beside its own: count, answer with a card, and lose nothing when it is stopped. */
async function countsAndAnswers(
  bot: ExampleBot,
  andThen: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  await say(bot, 3);
  await andThen();
  const card = await call(bot, "guildstats", "member");
  expect(card.files).toHaveLength(1);
  bot.discord.assertClean();
  await bot.stop();
  if (!CAN_ASK_TO_END) return;
  await using reader = await startCounting(bot.databaseFile);
  expect((await reader.queries.server(bot.guild.id)).totals.lifetime.messages).toBe(3);
}

describe("an example, started as its user would,", () => {
  test("minimal: counts, answers, and loses nothing when it is stopped", async () => {
    await using bot = await startExample("minimal/bot.js");
    await countsAndAnswers(bot);
  });

  test("minimal: is what the README shows", () => {
    const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
    expect(read("README.md")).toContain(`\`\`\`js\n${read("examples/minimal/bot.js")}\`\`\``);
  });

  test("own-commands: its own commands stay beside GuildStats's, and ask for numbers", async () => {
    await using bot = await startExample("own-commands/bot.js", { own: ["ping", "busiest"] });
    expect((await call(bot, "ping")).content).toBe("Pong!");
    expect((await call(bot, "busiest")).content).toBe("Nobody yet");
    await countsAndAnswers(bot, async () => {
      expect((await call(bot, "busiest")).content).toBe(`<@${bot.guild.user(1).id}>, with 3 messages`);
    });
  });

  test.each([
    ["own-commands/bot.js", ["ping", "busiest"], "ping"],
    ["custom-card/bot.js", ["champions"], "champions"],
  ])("%s: an answer that Discord does not take ends no bot", async (file, own, command) => {
    await using bot = await startExample(file, { own });
    const { discord, guild } = bot;
    const { id } = discord.call({ guild, user: guild.user(1), command });
    discord.fault({ match: new RegExp(id), status: 404, code: 10062 });
    const ended = bot.ended.then((how) => `ended with ${how}`);
    const answers = call(bot, "guildstats", "member").then(({ files }) => `answers with ${files.length}`);
    expect(await Promise.race([ended, answers])).toBe("answers with 1");
  });

  test("sapphire: its own command works, and GuildStats counts and answers", async () => {
    await using bot = await startExample("sapphire/bot.js", { own: ["ping"] });
    expect((await call(bot, "ping")).content).toBe("Pong!");
    await countsAndAnswers(bot);
  });

  test("custom-card: draws a card of its own, which is told in words as well", async () => {
    await using bot = await startExample("custom-card/bot.js", { own: ["champions"] });
    await say(bot, 5);
    const { files } = await call(bot, "champions");
    expect(files).toEqual([
      expect.objectContaining({ description: expect.stringMatching(/^Champions of the week: 1\. .+, 5$/) }),
    ]);
    bot.discord.assertClean();
  });

  test("custom-store: tells of each call that took long", async () => {
    await using bot = await startExample("custom-store/bot.ts", { env: { SLOW_MS: "0" } });
    await countsAndAnswers(bot);
    expect(bot.lines).toContainEqual(expect.stringMatching(/^store\.open took \d+ ms$/));
  });
});
