import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../../../src/clock.ts";
import type { GuildStatsOptions } from "../../../src/options.ts";
import type { LoopbackInteraction } from "../../loopback/interaction.ts";
import { snowflake } from "../../loopback/snowflake.ts";
import type { User } from "../../loopback/world.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { type RunningBot, runBot } from "../../support/running-bot.ts";

const DAY = 24 * HOUR_MS;
const NOW = Date.now();
const MANAGE_GUILD = "32";
const PAGES = /channels\/\d+\/messages/;

interface AdminBot extends RunningBot {
  readonly admin: User;
  /** `/guildstats-admin backfill` */
  backfill(options?: Parameters<RunningBot["call"]>[1], user?: User): Promise<LoopbackInteraction>;
}

/** A bot in an old guild with one who manages it, and messages of the last 100 days in `general`. */
async function adminBot(messages = 0, options: Partial<GuildStatsOptions> = {}): Promise<AdminBot> {
  const born = NOW - 400 * DAY;
  const channels = [
    { name: "general", id: snowflake(born) },
    { name: "games", id: snowflake(born) },
  ];
  const roles = [{ name: "moderators", permissions: MANAGE_GUILD }];
  const bot = await runBot({ channels, roles }, options);
  const { discord, guild } = bot;
  const admin = guild.user(0);
  guild.changeMember(admin, { roles: [guild.roles.find(({ name }) => name === "moderators")?.id ?? ""] });
  discord.history(guild, guild.channel("general"), messages, (index) => ({
    atMs: NOW - 100 * DAY + (index / messages) * 100 * DAY,
    author: guild.user(index % 3),
  }));
  return {
    ...bot,
    admin,
    backfill: (callOptions = {}, user = admin) =>
      discord
        .call({ guild, user, command: "guildstats-admin", subcommand: "backfill", options: callOptions })
        .settled(),
  };
}

const importedBy = async ({ stats, guild }: RunningBot) =>
  (await stats.query.server(guild.id, { members: "both" })).totals.lifetime.messages;

/** What an answer says, once it says this. */
async function said(interaction: LoopbackInteraction, what: RegExp): Promise<string> {
  while (!what.test(interaction.original?.content ?? "")) await turn();
  return interaction.content;
}

const readings = (bot: RunningBot): number =>
  bot.discord.requests.filter(({ path }) => PAGES.test(path)).length;

describe("/guildstats-admin backfill", () => {
  test("asks first, imports, and says what it did; only the caller sees it", async () => {
    await using bot = await adminBot(250);
    const question = await bot.backfill();
    expect(question.ephemeral).toBe(true);
    expect(question.content).toMatch(/2 channels.*from the beginning up to where counting began/);
    expect(question.buttons.map(({ label }) => label)).toEqual(["Import", "Cancel"]);
    expect(await importedBy(bot)).toBe(0);
    const answer = question.press("Import");
    expect(await said(answer, /^Done/)).toContain("imported: **250**");
    expect(answer.buttons).toEqual([]);
    expect(await importedBy(bot)).toBe(250);
    expect(bot.failures).toEqual([]);
    bot.discord.assertClean();
  });

  test("Cancel below the question changes nothing", async () => {
    await using bot = await adminBot(20);
    const answer = (await bot.backfill()).press("Cancel");
    expect(await said(answer, /Nothing was changed/)).not.toBe("");
    expect([await importedBy(bot), readings(bot)]).toEqual([0, 0]);
  });

  test("days are the server's, and the last one is included", async () => {
    await using bot = await adminBot();
    await bot.stats.configure(bot.guild.id, { timeZone: "Asia/Tokyo" });
    const at = (iso: string) => ({ atMs: Date.parse(iso) });
    const general = bot.guild.channel("general");
    for (const iso of [
      "2026-05-31T14:59:00Z",
      "2026-05-31T15:00:00Z",
      "2026-06-02T14:59:00Z",
      "2026-06-02T15:00:00Z",
    ])
      bot.discord.history(bot.guild, general, 1, () => at(iso));
    const question = await bot.backfill({ channel: general, since: "2026-06-01", until: "2026-06-02" });
    expect(question.content).toMatch(/1 channel\*\*.*from 2026-06-01 through 2026-06-02/);
    await said(question.press("Import"), /^Done/);
    expect(await importedBy(bot)).toBe(2);
    bot.discord.assertClean();
  });

  test.each([
    [{ since: "31.03.2024" }, /no date/],
    [{ until: "2024-02-30" }, /no date/],
    [{ since: "2024-05-02", until: "2024-05-01" }, /behind the last one/],
    [{ since: "2999-01-01" }, /future/],
  ])("%j is refused with what is wrong about it", async (options, what) => {
    await using bot = await adminBot();
    const answer = await bot.backfill(options);
    expect(answer.content).toMatch(what);
    expect([answer.ephemeral, answer.buttons.length]).toEqual([true, 0]);
  });

  test("is for those who manage the server: at the call, and at each press, forged ones too", async () => {
    await using bot = await adminBot(20);
    const member = bot.guild.user(1);
    const refused = await bot.backfill({}, member);
    expect([refused.ephemeral, refused.buttons.length]).toEqual([true, 0]);
    expect(refused.content).toMatch(/Manage Server/);
    const question = await bot.backfill();
    for (const { customId } of question.buttons) {
      const forged = question.forge(customId, { user: member });
      await forged.acked();
      expect(forged.original?.content ?? "").not.toMatch(/Done|is running|Nothing/);
    }
    // Whoever lost the permission meanwhile has it no more.
    bot.guild.changeMember(bot.admin, { roles: [] });
    await question.press("Import").acked();
    expect([await importedBy(bot), readings(bot)]).toEqual([0, 0]);
  });

  test("called while an import runs, says how far it is; any admin can stop it there, and start it again", async () => {
    const clock = new ManualClock(NOW);
    await using bot = await adminBot(500, { clock });
    const other = bot.guild.user(2);
    bot.guild.changeMember(other, { roles: bot.guild.members.get(bot.admin.id)?.roles ?? [] });
    const question = await bot.backfill();
    const answer = question.press("Import");
    // Some pages come; the next one fails, and is waited for on a clock that stands still.
    while ((await importedBy(bot)) < 200) await turn();
    bot.discord.fault({ match: PAGES, silence: "cut", times: 100 });
    const status = await bot.backfill({}, other);
    expect(status.content).toMatch(
      /is running. Channels: \*\*\d of 2\*\*. Messages so far: \*\*\d00\*\*, back to <t:\d+:D>/,
    );
    expect(status.buttons.map(({ label }) => label)).toEqual(["Cancel the import"]);
    const stopping = status.press("Cancel the import");
    expect(await said(stopping, /being stopped/)).not.toBe("");
    expect(await said(answer, /^Stopped/)).toMatch(/They stay counted/);
    bot.discord.clearFaults();
    await said((await bot.backfill({}, other)).press("Import"), /^Done/);
    expect(await importedBy(bot)).toBe(500);
    expect(await said(status.press("Cancel the import"), /No import/)).not.toBe("");
    bot.discord.assertClean();
  });

  test("edits its progress in at a humane rate", async () => {
    const clock = new ManualClock(NOW);
    await using bot = await adminBot(1_200, { clock });
    const question = await bot.backfill();
    bot.discord.fault({ match: PAGES, delayMs: 15, times: 20 });
    const seen: string[] = [];
    const answer = question.press("Import");
    answer.on("change", () => seen.push(answer.original?.content ?? ""));
    for (let pages = 0; !/^Done/.test(answer.original?.content ?? ""); ) {
      await turn();
      if (readings(bot) === pages) continue;
      pages = readings(bot);
      clock.pass(2_000);
    }
    const progress = seen.filter((content) => content.startsWith("An import is running"));
    const secondsPassed = readings(bot) * 2;
    expect(progress.length).toBeGreaterThan(2);
    // The first one comes at once.
    expect(new Set(progress).size).toBeLessThanOrEqual(1 + secondsPassed / 5);
  });

  test("goes on in silence when its answer cannot be edited any more, and can be looked at with another call", async () => {
    const clock = new ManualClock(NOW);
    await using bot = await adminBot(700, { clock });
    const answer = (await bot.backfill()).press("Import");
    bot.discord.fault({ match: PAGES, delayMs: 10, times: 20 });
    await said(answer, /is running/);
    clock.pass(15 * 60_000);
    bot.discord.lateBy(15 * 60_000);
    while ((await importedBy(bot)) < 700) await turn();
    bot.discord.lateBy(0);
    expect((await bot.backfill()).content).toMatch(/^Read the past|is running/);
    expect(answer.content).toMatch(/is running/);
    expect(bot.failures).toEqual([]);
    bot.discord.assertClean();
  });

  test("names the channels that could not be read", async () => {
    await using bot = await adminBot(20);
    const games = bot.guild.channel("games");
    bot.discord.unreadable.add(games.id);
    const answer = (await bot.backfill()).press("Import");
    expect(await said(answer, /^Done/)).toContain(`could not be read to the beginning: <#${games.id}>`);
  });

  test("in a server that is turned off says so", async () => {
    await using bot = await adminBot(20);
    await bot.stats.configure(bot.guild.id, { enabled: false });
    expect((await bot.backfill()).content).toMatch(/turned off/);
  });
});
