import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { LoopbackInteraction } from "../loopback/interaction.ts";
import { snowflake } from "../loopback/snowflake.ts";
import { type AdminBot, adminBot, pressed, promote } from "../support/admin-bot.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { aDiscord } from "../support/returning-bot.ts";
import { type RunningBot, runBot } from "../support/running-bot.ts";

const MINUTE_MS = 60_000;

/** Whoever asks manages the server and owns the bot. */
async function mightyBot(options: Parameters<typeof adminBot>[1] = {}): Promise<AdminBot> {
  const bot = await adminBot({}, options);
  bot.discord.ownerId = bot.admin.id;
  return bot;
}

async function speak({ discord, guild }: RunningBot, index: number, count = 1): Promise<void> {
  for (let left = count; left > 0; left--)
    discord.message(guild, guild.channel("general"), guild.user(index));
  await discord.taken();
}

const ownerAsks = (bot: AdminBot, subcommand: string, index: number) =>
  bot.discord
    .call({
      guild: bot.guild,
      user: bot.admin,
      command: "guildstats-owner",
      subcommand,
      options: { user: bot.guild.user(index) },
    })
    .settled();
const messagesOf = async ({ stats, guild }: RunningBot, index: number) =>
  (await stats.query.member(guild.id, guild.user(index).id)).totals.lifetime.messages;
const readings = ({ discord }: AdminBot) =>
  discord.requests.filter(({ path }) => /channels\/\d+\/messages/.test(path)).length;

interface Asking {
  readonly name: string;
  readonly label: string;
  ask(bot: AdminBot): Promise<LoopbackInteraction>;
  /** Makes that what was asked could be done once more; it may be undone. */
  between(bot: AdminBot): Promise<unknown>;
  /** Differs when it is done. */
  state(bot: AdminBot): unknown;
}

const ASKING: readonly Asking[] = [
  {
    name: "purge",
    label: "Delete",
    ask: (bot) => bot.ask("purge messages"),
    between: (bot) => speak(bot, 1),
    state: (bot) => messagesOf(bot, 1),
  },
  {
    name: "forget",
    label: "Erase",
    ask: (bot) => ownerAsks(bot, "forget", 1),
    between: (bot) => speak(bot, 1),
    state: (bot) => messagesOf(bot, 1),
  },
  {
    name: "ignore-user",
    label: "Ignore and erase",
    ask: (bot) => ownerAsks(bot, "ignore-user", 1),
    between: (bot) => bot.stats.privacy.unignore(bot.guild.user(1).id),
    state: (bot) => bot.stats.privacy.isIgnored(bot.guild.user(1).id),
  },
  {
    name: "ignoreme",
    label: "Stop recording me and erase my data",
    ask: (bot) => bot.call("ignoreme").settled(),
    between: (bot) => bot.stats.privacy.optIn(bot.admin.id),
    state: (bot) => bot.stats.privacy.isOptedOut(bot.admin.id),
  },
  {
    name: "eraseme",
    label: "Erase everywhere",
    ask: async (bot) => {
      await speak(bot, 0);
      return await bot.call("eraseme").settled();
    },
    between: (bot) => speak(bot, 0),
    state: (bot) => messagesOf(bot, 0),
  },
  {
    name: "merge",
    label: "Merge",
    ask: async (bot) => {
      const { discord, guild } = bot;
      const old = discord.createChannel(guild, { name: "old" });
      discord.message(guild, old, guild.user(1));
      await discord.taken();
      await bot.stats.flush();
      discord.deleteChannel(guild, old);
      await discord.taken();
      return await bot.ask("merge", { from: "old", into: guild.channel("general") });
    },
    between: async () => undefined,
    state: async ({ stats, guild }) =>
      (await stats.query.channel(guild.id, guild.channel("general").id)).totals.lifetime.messages,
  },
  {
    name: "backfill",
    label: "Import",
    ask: (bot) => bot.ask("backfill"),
    between: async () => undefined,
    state: (bot) => readings(bot),
  },
];

const idOf = (question: LoopbackInteraction, label: string): string =>
  question.buttons.find((button) => button.label === label)?.customId ?? "";

describe.each(ASKING)("a question of $name", ({ label, ask, between, state }) => {
  test("is answered once: a press that was captured does nothing again, below whichever message", async () => {
    await using bot = await mightyBot();
    const before = [await state(bot)];
    const question = await ask(bot);
    const [confirm, cancel] = [idOf(question, label), idOf(question, "Cancel")];
    const asked = await state(bot);
    const answer = await pressed(question, label);
    while (/is running/.test(answer.content)) await turn();
    expect(await state(bot), String(before)).not.toEqual(asked);
    await between(bot);
    const after = await state(bot);
    const other = await bot.ask("settings show");
    for (const id of [confirm, cancel])
      for (const below of [question, other]) {
        const told = await below.forge(id).followedUp();
        expect(told.content).toMatch(/answered already/);
      }
    expect(await state(bot)).toEqual(after);
    expect(bot.failures).toEqual([]);
    bot.discord.assertClean();
  });

  test("that was called off stays so", async () => {
    await using bot = await mightyBot();
    const question = await ask(bot);
    const [before, confirm] = [await state(bot), idOf(question, label)];
    expect((await pressed(question, "Cancel")).content).toBe("Nothing was changed.");
    expect((await question.forge(confirm).followedUp()).content).toMatch(/answered already/);
    expect(await state(bot)).toEqual(before);
    bot.discord.assertClean();
  });

  test("is good for five minutes", async () => {
    const clock = new ManualClock(Date.now());
    await using bot = await mightyBot({ clock });
    const question = await ask(bot);
    const before = await state(bot);
    clock.pass(5 * MINUTE_MS + 1);
    const late = await pressed(question, label);
    expect([late.content, late.buttons]).toEqual([expect.stringMatching(/too old/), []]);
    expect(await state(bot)).toEqual(before);
    bot.discord.assertClean();
  });

  test("is answered once by two presses at once", async () => {
    await using bot = await mightyBot();
    const question = await ask(bot);
    const presses = [question.press(label), question.press(label), question.press("Cancel")];
    await Promise.all(presses.map((press) => press.settled()));
    await Promise.all(presses.slice(1).map((press) => press.followedUp()));
    expect(presses.map(({ followUps }) => followUps[0]?.content ?? "")).toEqual([
      "",
      expect.stringMatching(/answered already/),
      expect.stringMatching(/answered already/),
    ]);
    expect(bot.failures).toEqual([]);
    bot.discord.assertClean();
  });
});

describe("a question", () => {
  test("does not outlive its process, which knows what was answered", async () => {
    await using at = await aDiscord({ roles: [{ name: "moderators", permissions: "32" }] });
    const { discord, guild } = at;
    const user = guild.user(0);
    promote(guild, user);
    const ask = (subcommand: string) =>
      discord.call({ guild, user, command: "guildstats-admin", subcommand, options: {} }).settled();
    const bot = await at.start({ registerCommands: true });
    discord.message(guild, guild.channel("general"), guild.user(1));
    await discord.taken();
    const [answered, open] = [await ask("purge messages"), await ask("purge everything")];
    await pressed(answered, "Delete");
    discord.message(guild, guild.channel("general"), guild.user(1));
    await discord.taken();
    await bot[Symbol.asyncDispose]();
    await using again = await at.start();
    for (const question of [answered, open]) {
      const { customId = "" } = question.buttons[0] ?? {};
      expect((await question.forge(customId).settled()).content).toMatch(/too old/);
    }
    expect((await again.stats.query.server(guild.id)).totals.lifetime.messages).toBe(1);
    discord.assertClean();
  });

  test("that failed may be answered again", async () => {
    await using bot = await mightyBot();
    await speak(bot, 1);
    const question = await bot.ask("purge messages");
    await speak(bot, 2);
    bot.faults.push("refused");
    const failed = question.press("Delete");
    expect((await failed.followedUp()).content).toMatch(/did not work/);
    expect(await messagesOf(bot, 1)).toBe(4);
    expect((await pressed(question, "Delete")).content).toMatch(/^Done/);
    expect(await messagesOf(bot, 1)).toBe(0);
    bot.discord.assertClean();
  });

  test("that who lost the permission presses stays open for who has it", async () => {
    await using bot = await mightyBot();
    const question = await ownerAsks(bot, "forget", 1);
    bot.discord.ownerId = bot.guild.user(3).id;
    expect((await question.press("Erase").followedUp()).content).toMatch(/owner/);
    bot.discord.ownerId = bot.admin.id;
    expect((await pressed(question, "Erase")).content).toMatch(/^Done/);
  });

  test("about rows that have become far more is asked again, with what would go now; about some more it is not", async () => {
    await using bot = await runBot({
      roles: [{ name: "moderators", permissions: "32" }],
      channels: [{ name: "general", id: snowflake(Date.now() - 400 * 86_400_000) }],
    });
    const { discord, guild, stats } = bot;
    const general = guild.channel("general");
    promote(guild, guild.user(0));
    const call = { guild, user: guild.user(0), command: "guildstats-admin", subcommand: "purge messages" };
    await speak(bot, 1);
    const question = await discord.call(call).settled();
    await speak(bot, 2, 3);
    // An hour each: as many rows.
    discord.history(guild, general, 1_100, (index) => ({
      atMs: Date.now() - (index + 2) * 3_600_000,
      author: guild.user(1),
    }));
    await stats.backfill(guild.id);
    const again = await pressed(question, "Delete");
    expect(again.content).toMatch(/^By now far more would go[\s\S]*Rows: \*\*[12],\d+\*\*/);
    expect(await messagesOf(bot, 1)).toBeGreaterThan(1_000);
    await speak(bot, 3);
    expect((await pressed(again, "Delete")).content).toMatch(/^Done/);
    expect(await messagesOf(bot, 1)).toBe(0);
    expect(bot.failures).toEqual([]);
    discord.assertClean();
  });
});
