import { describe, expect, test } from "vitest";
import type { World } from "../../loopback/world.ts";
import { type AdminBot, adminBot, demote, pressed, promote } from "../../support/admin-bot.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { aDiscord } from "../../support/returning-bot.ts";
import type { RunningBot } from "../../support/running-bot.ts";

type Options = NonNullable<Parameters<RunningBot["call"]>[1]>;

const settingsOf = ({ stats, guild }: AdminBot) => stats.settings(guild.id);
const messagesIn = async ({ stats, guild }: AdminBot): Promise<number> =>
  (await stats.query.server(guild.id, { members: "both" })).totals.lifetime.messages;

/** Every command that changes or shows something, with options that it takes. */
const COMMANDS: readonly (readonly [string, (guild: World) => Options])[] = [
  ["enable", () => ({})],
  ["disable", () => ({})],
  ["ignore channel", (guild) => ({ channel: guild.channel("general") })],
  ["ignore category", (guild) => ({ category: guild.channel("Talk") })],
  ["ignore role", (guild) => ({ role: guild.roles[1] ?? "" })],
  ["ignore activity", () => ({ activity: "Chess" })],
  ["unignore channel", () => ({ channel: "general" })],
  ["unignore category", () => ({ category: "Talk" })],
  ["unignore role", () => ({ role: "painters" })],
  ["unignore activity", () => ({ activity: "Chess" })],
  ["ignored", () => ({})],
  ["settings show", () => ({})],
  ["settings time-zone", () => ({ zone: "Asia/Tokyo" })],
  ["settings language", () => ({ language: "ja" })],
  ["settings theme", () => ({ theme: "light" })],
  ["settings accent", () => ({ colour: "#3366CC" })],
  ["settings period", () => ({ period: "7d" })],
  ["settings voice", () => ({})],
  ["settings members", () => ({ who: "self" })],
  ["settings private", () => ({ private: true })],
  ["settings reset", () => ({})],
  ["channels add", (guild) => ({ channel: guild.channel("general") })],
  ["channels remove", (guild) => ({ channel: guild.channel("general") })],
  ["channels clear", () => ({})],
  ["schedule add", (guild) => ({ every: "day", channel: guild.channel("general"), card: "server" })],
  ["schedule list", () => ({})],
  ["schedule remove", () => ({ post: "1" })],
  ["purge messages", () => ({})],
  ["purge voice", () => ({})],
  ["purge activities", () => ({})],
  ["purge departed", () => ({})],
  ["purge everything", () => ({})],
  ["merge", (guild) => ({ from: "old", into: guild.channel("general") })],
];

describe("/guildstats-admin", () => {
  test("answers every command to the admin alone, in words of its own, in requests that Discord takes", async () => {
    await using bot = await adminBot();
    for (const [name, options] of COMMANDS) {
      const answer = await bot.ask(name, options(bot.guild));
      expect(answer.ephemeral, name).toBe(true);
      expect(answer.content, name).not.toMatch(/another version|did not work|^$/);
      expect(answer.content.length, name).toBeLessThanOrEqual(2_000);
    }
    expect(bot.failures).toEqual([]);
    bot.discord.assertClean();
  });

  test("refuses every command to who does not manage the server, and changes nothing", async () => {
    await using bot = await adminBot();
    const before = settingsOf(bot);
    for (const [name, options] of COMMANDS) {
      const answer = await bot.ask(name, options(bot.guild), bot.guild.user(1));
      expect([answer.ephemeral, answer.buttons], name).toEqual([true, []]);
      expect(answer.content, name).toMatch(/Manage Server/);
    }
    expect([settingsOf(bot), await messagesIn(bot)]).toEqual([before, 3]);
    expect(await bot.suggest("settings time-zone", "zone", "tok", bot.guild.user(1))).toEqual([]);
    bot.discord.assertClean();
  });

  test.each([
    "enable now",
    "settings horoscope",
    "ignore toString",
    "purge",
    "channels move",
    "schedule now",
    "astrology",
  ])("%j, which this version does not have, is refused in words", async (name) => {
    await using bot = await adminBot();
    expect((await bot.ask(name)).content).toMatch(/another version/);
    expect(bot.failures).toEqual([]);
  });

  test("disable stops the counting and says how to undo it; enable does", async () => {
    await using bot = await adminBot();
    const off = await bot.ask("disable");
    expect(off.content).toMatch(
      /do not count.*`\/guildstats-admin purge everything`.*`\/guildstats-admin enable`/,
    );
    bot.discord.message(bot.guild, bot.guild.channel("general"), bot.guild.user(1));
    await bot.discord.taken();
    expect((await bot.ask("disable")).content).toMatch(/turned off in this server already/);
    expect((await bot.ask("enable")).content).toMatch(/from now on.*`\/guildstats-admin disable`/);
    bot.discord.message(bot.guild, bot.guild.channel("general"), bot.guild.user(1));
    await bot.discord.taken();
    expect(await messagesIn(bot)).toBe(4);
    expect((await bot.ask("enable")).content).toMatch(/already/);
  });
});

describe("what is ignored", () => {
  test("is not counted from then on, is listed by name, and counts again once it is taken off", async () => {
    await using bot = await adminBot();
    const general = bot.guild.channel("general");
    const say = async () => {
      bot.discord.message(bot.guild, general, bot.guild.user(1));
      await bot.discord.taken();
    };
    const done = await bot.ask("ignore channel", { channel: general });
    expect(done.content).toMatch(new RegExp(`nothing is counted of <#${general.id}>.*unignore channel`));
    await say();
    expect(await messagesIn(bot)).toBe(3);
    expect((await bot.ask("ignore channel", { channel: general })).content).toMatch(/already/);
    await bot.ask("ignore activity", { activity: "cHESS" });
    await bot.ask("ignore role", { role: bot.guild.roles[1] ?? "" });
    const list = (await bot.ask("ignored")).content;
    expect(list).toContain(`<#${general.id}>`);
    expect(list).toContain("“Chess”");
    expect(list).toContain(`<@&${bot.guild.roles[1]?.id}>`);
    const [suggestion] = await bot.suggest("unignore channel", "channel", "gen");
    expect(suggestion).toEqual({ name: "#general", value: general.id });
    await bot.ask("unignore channel", { channel: suggestion?.value ?? "" });
    await bot.ask("unignore activity", { activity: "CHESS" });
    await bot.ask("unignore role", { role: "painters" });
    expect((await bot.ask("ignored")).content).toMatch(/Nothing is ignored/);
    await say();
    expect(await messagesIn(bot)).toBe(4);
    bot.discord.assertClean();
  });

  test("is named and taken off when Discord has it no more", async () => {
    await using bot = await adminBot();
    const general = bot.guild.channel("general");
    await bot.ask("ignore channel", { channel: general });
    await bot.stats.flush();
    bot.discord.deleteChannel(bot.guild, general);
    await bot.discord.taken();
    const channel = bot.guild.channel("Lobby");
    const call = { guild: bot.guild, user: bot.admin, channel, command: "guildstats-admin" };
    const list = await bot.discord.call({ ...call, subcommand: "ignored" }).settled();
    expect(list.content).toMatch(/#general \(deleted\)/);
    const options = { channel: "gen" };
    const typing = await bot.discord
      .call({ ...call, subcommand: "unignore channel", options, focused: "channel" })
      .acked();
    expect(typing.suggestions).toEqual([{ name: "#general (deleted)", value: general.id }]);
    const undone = await bot.discord
      .call({ ...call, subcommand: "unignore channel", options: { channel: general.id } })
      .settled();
    expect(undone.content).toMatch(/counts again/);
    expect(settingsOf(bot).ignored.channels).toEqual([]);
  });

  test("comes in pages when it is long; a page is refused to who does not manage the server", async () => {
    await using bot = await adminBot();
    const activities = Array.from({ length: 60 }, (_, index) => `Game ${index} ${"x".repeat(90)}`);
    await bot.stats.configure(bot.guild.id, { ignored: { ...settingsOf(bot).ignored, activities } });
    const seen = new Set<string>();
    let page = await bot.ask("ignored");
    const { buttons } = page;
    for (;;) {
      expect(page.content.length).toBeLessThanOrEqual(2_000);
      for (const [name] of page.content.matchAll(/Game \d+/g)) seen.add(name);
      if (page.buttons.at(-1)?.isDisabled) break;
      page = await pressed(page, "Next page");
    }
    expect(seen.size).toBe(60);
    const refused = await page.forge(buttons[1]?.customId ?? "", { user: bot.guild.user(1) }).acked();
    expect(refused.content).toMatch(/Manage Server/);
    bot.discord.assertClean();
  });

  test("@everyone, an activity without a name and what is on no list are refused in words", async () => {
    await using bot = await adminBot();
    expect((await bot.ask("ignore role", { role: bot.guild.roles[0] ?? "" })).content).toMatch(/disable/);
    expect((await bot.ask("ignore activity", { activity: "  " })).content).toMatch(/name/);
    expect((await bot.ask("unignore channel", { channel: "general" })).content).toMatch(/not ignored/);
    expect(Object.values(settingsOf(bot).ignored).flat()).toEqual([]);
  });

  test("two admins at once lose nothing of what the other one ignores", async () => {
    await using bot = await adminBot();
    await Promise.all(
      Array.from({ length: 8 }, (_, index) => bot.ask("ignore activity", { activity: `Game ${index}` })),
    );
    expect(settingsOf(bot).ignored.activities).toHaveLength(8);
  });
});

describe("settings", () => {
  test.each<[string, Options, object, RegExp, RegExp]>([
    [
      "time-zone",
      { zone: "asia/tokyo" },
      { timeZone: "Asia/Tokyo" },
      /Asia\/Tokyo \(now /,
      /time-zone zone:default/,
    ],
    ["time-zone", { zone: "Asia/Kolkata" }, { timeZone: "Asia/Kolkata" }, /Asia\/Kolkata/, /zone:default/],
    ["language", { language: "deutsch" }, { locale: "de" }, /Deutsch/, /language language:default/],
    ["theme", { theme: "contrast" }, { theme: "contrast" }, /strong contrast/, /theme theme:default/],
    ["accent", { colour: "e0569b" }, { accent: 0xe0569b }, /#E0569B/, /accent colour:default/],
    ["accent", { colour: "icon" }, { accent: "icon" }, /server’s icon/, /accent colour:default/],
    ["period", { period: "7d" }, { defaultPeriod: "7d" }, /7 days/, /period period:default/],
    [
      "members",
      { who: "self" },
      { visibility: "self" },
      /themselves only/,
      /members who:everyone at everyone/,
    ],
    ["private", { private: true }, { privateByDefault: true }, /yes/, /private private:False/],
  ])("%s %j says what is so now and how to undo it", async (name, options, change, now, undo) => {
    await using bot = await adminBot();
    const answer = await bot.ask(`settings ${name}`, options);
    expect(settingsOf(bot)).toMatchObject(change);
    expect(answer.content).toMatch(now);
    expect(answer.content).toMatch(undo);
    expect((await bot.ask("settings show")).content).toMatch(now);
    expect((await bot.ask(`settings ${name}`, options)).content).toMatch(/nothing was changed/);
    expect(bot.failures).toEqual([]);
    bot.discord.assertClean();
  });

  test.each<[string, Options]>([
    ["time-zone", { zone: "Mars/Olympus" }],
    ["time-zone", { zone: "" }],
    ["language", { language: "Klingon" }],
    ["theme", { theme: "pink" }],
    ["accent", { colour: "blueish" }],
    ["period", { period: "900y" }],
    ["members", { who: "nobody" }],
    ["private", { private: "maybe" }],
  ])("%s %j is refused in words, and changes nothing", async (name, options) => {
    await using bot = await adminBot();
    const before = settingsOf(bot);
    expect((await bot.ask(`settings ${name}`, options)).content).toMatch(/know|speak|colour/);
    expect(settingsOf(bot)).toEqual(before);
    expect(bot.failures).toEqual([]);
  });

  test("are suggested while they are typed: zones by any part of their name, with the time there", async () => {
    await using bot = await adminBot();
    const zones = await bot.suggest("settings time-zone", "zone", "new york");
    expect(zones).toEqual([
      { name: expect.stringMatching(/^America\/New_York \(now \d/), value: "America/New_York" },
    ]);
    expect((await bot.suggest("settings time-zone", "zone", "")).length).toBe(25);
    expect((await bot.suggest("settings time-zone", "zone", "kolk"))[0]?.value).toBe("Asia/Kolkata");
    const languages = await bot.suggest("settings language", "language", "");
    expect([languages.length, languages[0]?.name]).toEqual([17, "as Discord says"]);
    expect((await bot.suggest("settings language", "language", "japan"))[0]?.name).toBe("日本語");
    expect(await bot.suggest("settings accent", "colour", "3366cc")).toEqual([
      { name: "#3366CC", value: "#3366CC" },
    ]);
    bot.discord.assertClean();
  });

  test("what voice counts is chosen below the question, reaches back, and can be taken back", async () => {
    await using bot = await adminBot();
    const question = await bot.ask("settings voice");
    expect(question.content).toMatch(/all counts but: In the AFK channel \(default\)[\s\S]*reaches back/);
    const [select] = question.selects;
    const chosen = await question.forge(select?.customId ?? "", { values: ["alone", "selfMuted"] }).settled();
    expect(settingsOf(bot).uncountedVoice).toEqual(["alone", "selfMuted"]);
    expect(chosen.content).toMatch(/Alone, Muted/);
    const all = await chosen.forge(select?.customId ?? "", { values: [] }).settled();
    expect([settingsOf(bot).uncountedVoice, all.content]).toEqual([
      [],
      expect.stringMatching(/all of it counts/),
    ]);
    await pressed(all, "Back to the default");
    expect(settingsOf(bot).uncountedVoice).toBeNull();
    const nonsense = await question.forge(select?.customId ?? "", { values: ["asleep"] }).settled();
    expect(nonsense.content).toMatch(/do not know that choice/);
    demote(bot.guild, bot.admin);
    const refused = await question.forge(select?.customId ?? "", { values: ["alone"] }).acked();
    expect(refused.content).toMatch(/Manage Server/);
    expect(settingsOf(bot).uncountedVoice).toBeNull();
    bot.discord.assertClean();
  });

  test("survive a restart", async () => {
    await using at = await aDiscord({ roles: [{ name: "moderators", permissions: "32" }] });
    const { discord, guild } = at;
    const user = guild.user(0);
    promote(guild, user);
    const ask = (subcommand: string, options: Options = {}) =>
      discord.call({ guild, user, command: "guildstats-admin", subcommand, options }).settled();
    const bot = await at.start({ registerCommands: true });
    discord.message(guild, guild.channel("general"), guild.user(1));
    await discord.taken();
    await ask("settings members", { who: "admins" });
    await ask("settings period", { period: "lifetime" });
    await ask("settings private", { private: true });
    await ask("channels add", { channel: guild.channel("general") });
    const before = bot.stats.settings(guild.id);
    await bot[Symbol.asyncDispose]();
    await using again = await at.start();
    expect(again.stats.settings(guild.id)).toEqual(before);
    discord.assertClean();
  });

  test("reset takes all back but what is ignored, and says how each was", async () => {
    await using bot = await adminBot();
    await bot.ask("ignore activity", { activity: "Chess" });
    await bot.ask("settings theme", { theme: "light" });
    await bot.ask("channels add", { channel: bot.guild.channel("general") });
    const answer = (await bot.ask("settings reset")).content;
    expect(answer).toMatch(/Theme\*\*: light · `\/guildstats-admin settings theme theme:light`/);
    expect(answer).toContain(`<#${bot.guild.channel("general").id}>`);
    expect(settingsOf(bot)).toMatchObject({
      theme: null,
      commandChannels: [],
      ignored: { activities: ["Chess"] },
    });
    expect((await bot.ask("settings reset")).content).toMatch(/Nothing was changed/);
  });
});

describe("purge", () => {
  test.each([
    ["messages", 0],
    ["voice", 3],
    ["activities", 3],
    ["everything", 0],
  ] as const)("%s: tells figures, asks, deletes, reports, in this server only", async (kind, left) => {
    const clock = new ManualClock(Date.now());
    await using bot = await adminBot({}, { clock });
    const other = bot.discord.guild({ members: 2 });
    bot.discord.message(other, other.channel("general"), other.user(0));
    const lobby = bot.guild.channel("Lobby");
    bot.discord.voice(bot.guild, bot.guild.user(2), lobby);
    await bot.discord.taken();
    clock.pass(60_000);
    bot.discord.voice(bot.guild, bot.guild.user(2), null);
    await bot.discord.taken();
    const question = await bot.ask(`purge ${kind}`);
    expect(question.content).toMatch(
      /Rows: \*\*\d+\*\*. Members with such counts: \*\*\d\*\*. Counted since: <t:\d+:D>/,
    );
    expect(question.buttons.map(({ label }) => label)).toEqual(["Delete", "Cancel"]);
    expect(await messagesIn(bot)).toBe(3);
    const told = /Rows: \*\*(\d+)/.exec(question.content)?.[1];
    expect((await pressed(question, "Delete")).content).toContain(`changed: **${told}**`);
    expect(await messagesIn(bot)).toBe(left);
    expect((await bot.stats.query.server(other.id)).totals.lifetime.messages).toBe(1);
    bot.discord.assertClean();
  });

  test("departed takes those who left, and nobody else", async () => {
    await using bot = await adminBot();
    bot.discord.message(bot.guild, bot.guild.channel("general"), bot.guild.user(2));
    const [stays, gone] = [bot.guild.user(1), bot.guild.user(2)];
    await bot.discord.taken();
    bot.discord.leave(bot.guild, gone);
    await bot.discord.taken();
    const question = await bot.ask("purge departed");
    expect(question.content).toMatch(/Members with such counts: \*\*1\*\*/);
    await pressed(question, "Delete");
    const countsOf = async (id: string) =>
      (await bot.stats.query.member(bot.guild.id, id)).totals.lifetime.messages;
    expect([await countsOf(gone.id), await countsOf(stays.id)]).toEqual([0, 3]);
    expect((await bot.ask("purge departed")).content).toMatch(/nothing of that/);
  });

  test("a question is refused when it is old, elsewhere, or pressed by who lost the permission; Cancel changes nothing", async () => {
    const clock = new ManualClock(Date.now());
    await using bot = await adminBot({}, { clock });
    const question = await bot.ask("purge everything");
    const id = question.buttons[0]?.customId ?? "";
    const other = bot.discord.guild({ members: 2, roles: [{ name: "moderators", permissions: "32" }] });
    promote(other, other.user(0));
    await bot.discord.taken();
    const elsewhere = await bot.discord
      .call({ guild: other, user: other.user(0), command: "guildstats-admin", subcommand: "ignored" })
      .settled();
    expect((await elsewhere.forge(id).acked()).content).toMatch(/did not make/);
    const stranger = await question.forge(id, { user: bot.guild.user(1) }).acked();
    expect(stranger.content).toMatch(/Manage Server/);
    demote(bot.guild, bot.admin);
    expect((await question.forge(id).acked()).content).toMatch(/Manage Server/);
    promote(bot.guild, bot.admin);
    expect(await messagesIn(bot)).toBe(3);
    const again = await bot.ask("purge everything");
    expect((await pressed(again, "Cancel")).content).toMatch(/Nothing was changed/);
    clock.pass(6 * 60_000);
    const late = await (await bot.ask("ignored")).forge(id).settled();
    expect(late.content).toMatch(/too old/);
    expect(await messagesIn(bot)).toBe(3);
    bot.discord.assertClean();
  });
});

describe("merge", () => {
  test("suggests a name that is too long for a choice without half a character", async () => {
    await using bot = await adminBot();
    bot.discord.createChannel(bot.guild, { name: `${"x".repeat(97)}😀` });
    await bot.discord.taken();
    const old = bot.guild.channel(`${"x".repeat(97)}😀`);
    bot.discord.message(bot.guild, old, bot.guild.user(2));
    await bot.discord.taken();
    await bot.stats.flush();
    bot.discord.deleteChannel(bot.guild, old);
    await bot.discord.taken();
    expect(await bot.suggest("merge", "from", "x")).toEqual([{ name: `#${"x".repeat(97)}…`, value: old.id }]);
  });

  test("adds a deleted channel's counts to another one's, after a question", async () => {
    await using bot = await adminBot();
    bot.discord.createChannel(bot.guild, { name: "old" });
    await bot.discord.taken();
    const from = bot.guild.channel("old");
    const general = bot.guild.channel("general");
    for (let count = 0; count < 4; count++) bot.discord.message(bot.guild, from, bot.guild.user(2));
    await bot.discord.taken();
    await bot.stats.flush();
    const alive = await bot.ask("merge", { from: from.id, into: general });
    expect(alive.content).toMatch(/still exists/);
    bot.discord.deleteChannel(bot.guild, from);
    await bot.discord.taken();
    expect(await bot.suggest("merge", "from", "ol")).toEqual([
      { name: "#old (messages: 4; voice: 0 s)", value: from.id },
    ]);
    const lobby = await bot.ask("merge", { from: from.id, into: bot.guild.channel("Lobby") });
    expect(lobby.content).toMatch(/Nothing was counted in/);
    const question = await bot.ask("merge", { from: "#OLD", into: general });
    expect(question.content).toMatch(/\*\*#old\*\*.*Messages: \*\*4\*\*/);
    expect((await pressed(question, "Merge")).content).toMatch(/^Done/);
    const { totals } = await bot.stats.query.channel(bot.guild.id, general.id);
    expect(totals.lifetime.messages).toBe(6);
    // Captured, and pressed once more.
    const replayed = (await bot.ask("ignored")).forge(question.buttons[0]?.customId ?? "");
    expect((await replayed.followedUp()).content).toMatch(/answered already/);
    expect(bot.failures).toEqual([]);
    bot.discord.assertClean();
  });
});
