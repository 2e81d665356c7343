import { loadImage } from "@napi-rs/canvas";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { World } from "../loopback/world.ts";
import { livelyBot, roleOf } from "../support/lively-bot.ts";
import { type RunningBot, runBot } from "../support/running-bot.ts";

type Options = NonNullable<Parameters<RunningBot["call"]>[1]>;

const DENY_VIEW = "1024";
const EPHEMERAL = 64;
const message = z.object({
  content: z.string().nullish(),
  components: z.array(z.unknown()).nullish(),
  allowed_mentions: z.unknown().optional(),
});
/** A request's message: an answer's is in `data`. */
const messageIn = message.extend({ data: message.nullish() }).catch({});

const FORM = ["Graph", "Text", "Reload", "Close"];

describe("/guildstats", () => {
  test.each<[string, string, (guild: World) => Options, { period?: false; members?: false }?]>([
    ["the server", "server", () => ({})],
    ["oneself", "member", () => ({})],
    ["another member", "member", (guild) => ({ member: guild.user(2) })],
    ["a role", "role", (guild) => ({ role: roleOf(guild) })],
    ["the channel here", "channel", () => ({})],
    ["a voice channel", "channel", (guild) => ({ channel: guild.channel("Lobby") })],
    ["a forum", "channel", (guild) => ({ channel: guild.channel("questions") })],
    ["a forum's post", "channel", (guild) => ({ channel: guild.channel("a post") })],
    ["a category", "category", (guild) => ({ category: guild.channel("Talk") })],
    ["messages", "messages", () => ({})],
    ["voice", "voice", () => ({})],
    ["activities", "activities", () => ({})],
    ["a member's activities", "activities", (guild) => ({ member: guild.user(1) })],
    ["an activity", "activity", () => ({ activity: "chess" })],
    ["members by messages", "top", () => ({ metric: "messages", of: "members" })],
    ["members by voice", "top", () => ({ metric: "voice", of: "members" })],
    ["members by activities", "top", () => ({ metric: "activities", of: "members" })],
    ["channels by messages", "top", () => ({ metric: "messages", of: "channels" })],
    ["channels by voice", "top", () => ({ metric: "voice", of: "channels" })],
    ["roles by messages", "top", () => ({ metric: "messages", of: "roles" })],
    ["roles by voice", "top", () => ({ metric: "voice", of: "roles" })],
    ["roles by activities", "top", () => ({ metric: "activities", of: "roles" })],
    ["top activities", "top", () => ({ metric: "activities", of: "activities" })],
    ["growth", "growth", () => ({}), { members: false }],
    ["busy hours", "rhythm", () => ({}), { period: false }],
    ["busy hours of voice", "rhythm", () => ({ metric: "voice" }), { period: false }],
    ["a member beside oneself", "compare members", (guild) => ({ first: guild.user(1) })],
    ["two members", "compare members", (guild) => ({ first: guild.user(1), second: guild.user(2) })],
    ["a channel beside this one", "compare channels", (guild) => ({ first: guild.channel("Lobby") })],
  ])(
    "%s (%s): a picture, its words and what changes it, in requests that Discord takes",
    async (_, name, options, has = {}) => {
      await using bot = await livelyBot();
      const call = await bot.call(name, options(bot.guild)).settled();
      const [file, ...more] = call.files;
      expect(more).toEqual([]);
      const image = await loadImage(file?.data ?? Buffer.alloc(0));
      expect(image.width).toBe(1_200);
      expect(file?.description?.length).toBeGreaterThan(40);
      expect(call.descriptions).toEqual([file?.description]);
      expect(call.buttons.map(({ label }) => label)).toEqual(FORM);
      const selects = call.selects.map(({ placeholder }) => placeholder);
      expect(selects).toEqual([
        "Show something else",
        ...(has.period === false ? [] : ["How far back"]),
        ...(has.members === false ? [] : ["Whose activity counts"]),
      ]);
      // Each says what is shown now.
      expect(call.selects.map(({ shown }) => shown)).not.toContain(undefined);
      expect(call.ephemeral).toBe(false);
      expect(bot.failures).toEqual([]);
      bot.discord.assertClean();
    },
  );

  test.each<[string, string, (guild: World) => Options, RegExp]>([
    [
      "channels by activities",
      "top",
      () => ({ metric: "activities", of: "channels" }),
      /outside of channels/,
    ],
    ["activities by messages", "top", () => ({ metric: "messages", of: "activities" }), /ranked by time/],
    ["what no version ranks", "top", () => ({ metric: "sorrow", of: "members" }), /another version/],
    ["oneself beside oneself", "compare members", (guild) => ({ first: guild.user(0) }), /two different/],
    [
      "a channel beside itself",
      "compare channels",
      (guild) => ({ first: guild.channel("Lobby"), second: guild.channel("Lobby") }),
      /two different/,
    ],
    ["an activity never seen", "activity", () => ({ activity: "Checkers" }), /Nobody here was seen/],
  ])("%s (%s) is refused in words of its own, for the caller alone", async (_, name, options, what) => {
    await using bot = await livelyBot();
    const call = await bot.call(name, options(bot.guild)).acked();
    // A public answer that was promised is taken back, and the words follow it.
    const told = call.state === "answered" ? call.message : await call.followedUp();
    expect(told.content).toMatch(what);
    expect([told.flags & EPHEMERAL, told.attachments.length]).toEqual([EPHEMERAL, 0]);
    expect(bot.failures).toEqual([]);
    bot.discord.assertClean();
  });

  test("a role, a category or a channel that is gone since is refused in words of its own", async () => {
    await using bot = await livelyBot();
    const { discord, guild } = bot;
    const post = guild.channel("a post");
    const calls = [
      await bot.call("role", { role: roleOf(guild) }).settled(),
      await bot.call("category", { category: guild.channel("Talk") }).settled(),
      await bot.call("compare channels", { first: post }).settled(),
      await bot.call("channel", { channel: post }).settled(),
    ];
    discord.deleteRole(guild, roleOf(guild));
    discord.deleteChannel(guild, guild.channel("Talk"));
    discord.deleteChannel(guild, post);
    await discord.taken();
    // Channels that are not known are asked for first: what is said of them comes behind the card.
    const told = await Promise.all(
      calls.map(async (call) => {
        const press = await call.press("Reload").settled();
        return press.followUps[0] ?? press.message;
      }),
    );
    expect(told.map(({ content }) => content)).toEqual(
      ["role", "category", "channel", "channel"].map((what) =>
        expect.stringMatching(new RegExp(`^That ${what} does not exist`)),
      ),
    );
    discord.assertClean();
  });

  test("activities that are not counted are not offered, and who asks is told so", async () => {
    await using bot = await runBot();
    for (const [name, options] of [
      ["activities", {}],
      ["activity", { activity: "Chess" }],
      ["top", { metric: "activities", of: "members" }],
    ] as const) {
      expect((await bot.call(name, options).settled()).content).toMatch(/not counted by this bot/);
    }
    const labels = (await bot.call("server").settled()).selects.flatMap(({ options }) =>
      options.map(({ label }) => label),
    );
    expect(labels.filter((label) => /activities/i.test(label))).toEqual([]);
    expect(labels).toContain("Growth");
  });

  test("an answer pings nobody, whatever the names say", async () => {
    await using bot = await livelyBot({ members: [{ username: "@everyone" }, {}, {}] });
    await (await bot.call("server", { text: true }).settled()).press("Card").settled();
    await bot.call("ignoreme").settled();
    await bot.call("compare members", { first: bot.guild.user(0) }).settled();
    const messages = bot.discord.requests
      .map(({ body }) => messageIn.parse(body ?? {}))
      .flatMap((body) => body.data ?? body)
      .filter(({ content, components }) => content || components);
    expect(messages.length).toBeGreaterThanOrEqual(4);
    for (const { allowed_mentions } of messages) expect(allowed_mentions).toEqual({ parse: [] });
  });

  test("the numbers are those that happened, and not the bot's own answers", async () => {
    await using bot = await runBot();
    for (let index = 0; index < 7; index++)
      bot.discord.message(bot.guild, bot.guild.channel("general"), bot.guild.user(1));
    await (await bot.call("server").settled()).press("Reload").settled();
    await bot.call("server").settled();
    await bot.discord.taken();
    const everyone = await bot.stats.query.server(bot.guild.id, { members: "both" });
    expect(everyone.totals.lifetime).toEqual({ messages: 7, voice: 0 });
    expect((await bot.call("messages").settled()).files[0]?.description).toContain("7 (1 member)");
  });

  test("period, members and graph choose what is shown", async () => {
    await using bot = await runBot({ members: [{}, { bot: true, username: "helper" }] });
    bot.discord.message(bot.guild, bot.guild.channel("general"), bot.guild.user(1));
    const call = await bot.call("server", { period: "24h", members: "bots", graph: true }).settled();
    expect(call.files[0]?.description).toContain("Bots · Last 24 hours");
    expect(call.buttons[0]?.label).toBe("Card");
    expect(call.selects.map(({ shown }) => shown)).toEqual(["Server", "Last 24 hours", "Bots"]);
    const image = await loadImage(call.files[0]?.data ?? Buffer.alloc(0));
    expect(image.height).toBeLessThan(800);
    expect((await bot.stats.query.server(bot.guild.id, { members: "bots" })).totals["24h"].messages).toBe(1);
  });

  test("a private answer is for the caller alone, and its buttons keep it so", async () => {
    await using bot = await runBot();
    const call = await bot.call("server", { private: true }).settled();
    expect(call.ephemeral).toBe(true);
    expect((await call.press("Graph").settled()).ephemeral).toBe(true);
    bot.discord.assertClean();
  });

  test("the first answer does not wait for a CDN that hangs", async () => {
    await using bot = await runBot(
      { icon: "0123456789abcdef0123456789abcdef" },
      { imageFetchTimeoutMs: 200 },
    );
    bot.discord.cdn = "hangs";
    const call = await bot.call("server").settled();
    expect(bot.discord.cdnRequests).toBe(1);
    expect(call.ackMs).toBeLessThan(call.files.length > 0 ? 200 : 0);
    expect(call.files).toHaveLength(1);
  });

  test("a member who left is shown, with the numbers that stay", async () => {
    await using bot = await runBot();
    const gone = bot.guild.user(2);
    bot.discord.message(bot.guild, bot.guild.channel("general"), gone);
    await bot.discord.taken();
    bot.discord.leave(bot.guild, gone);
    const call = await bot.call("member", { member: gone }).settled();
    expect(call.files[0]?.description).toContain(gone.username);
    expect(call.files[0]?.description).toContain("24 hours: 1");
  });

  test.each([
    ["never says", { silence: "hangs" }],
    ["wants to be asked in two minutes", { status: 429, retryAfterSec: 120 }],
  ] as const)(
    "a member who left does not keep a card waiting when Discord %s who that was",
    async (_, fault) => {
      await using bot = await runBot();
      const gone = bot.guild.user(2);
      bot.discord.message(bot.guild, bot.guild.channel("general"), gone);
      await bot.discord.taken();
      bot.discord.leave(bot.guild, gone);
      await bot.discord.taken();
      // As a client that keeps few users has it.
      bot.client.users.cache.delete(gone.id);
      bot.client.guilds.cache.get(bot.guild.id)?.members.cache.delete(gone.id);
      bot.discord.fault({ match: /^GET \/users\//, ...fault });
      const call = await bot.call("top", { metric: "messages", of: "members" }).settled();
      expect(call.files[0]?.description).toContain("1. ");
      expect(bot.discord.requests.filter(({ path }) => path === `/users/${gone.id}`)).toHaveLength(1);
    },
  );

  test("in a disabled guild nothing is counted, and whoever asks is told privately", async () => {
    await using bot = await runBot();
    await bot.stats.configure(bot.guild.id, { enabled: false });
    bot.discord.message(bot.guild, bot.guild.channel("general"), bot.guild.user(1));
    const call = await bot.call("server").settled();
    expect([call.ephemeral, call.files.length]).toEqual([true, 0]);
    expect(call.content).toMatch(/turned off/);
    await bot.stats.configure(bot.guild.id, { enabled: true });
    expect((await bot.stats.query.server(bot.guild.id)).totals.lifetime.messages).toBe(0);
  });

  test("a channel that the caller cannot see is refused, and not named on others' cards", async () => {
    const id = "100000000000000001";
    const hidden = { id, type: 0, allow: "0", deny: DENY_VIEW } as const;
    await using bot = await runBot({
      id,
      channels: [{ name: "general" }, { name: "secret", permission_overwrites: [hidden] }],
    });
    const secret = bot.guild.channel("secret");
    bot.discord.message(bot.guild, secret, bot.guild.user(1));
    await bot.discord.taken();
    const refused = await bot.call("channel", { channel: secret }).settled();
    expect([refused.ephemeral, refused.files.length]).toEqual([true, 0]);
    expect(refused.content).toMatch(/cannot see/);
    const server = await bot.call("server").settled();
    expect(server.files[0]?.description).not.toContain("secret");
    expect(server.files[0]?.description).toContain("30 days: 1");
  });

  test("while the store is away, the caller is told with a code, and no count is lost", async () => {
    await using bot = await runBot();
    bot.discord.message(bot.guild, bot.guild.channel("general"), bot.guild.user(1));
    await bot.discord.taken();
    bot.line.loads = false;
    const call = bot.call("server");
    const message = await call.followedUp();
    expect(message.content).toContain("STORE_FAILED");
    expect(bot.failures.map(({ code }) => code)).toEqual(["STORE_FAILED"]);
    bot.line.loads = true;
    expect((await bot.stats.query.server(bot.guild.id)).totals.lifetime.messages).toBe(1);
    bot.discord.assertClean();
  });
});

describe("interactions that cannot be answered", () => {
  test("one that arrives too late is reported, and counting goes on", async () => {
    await using bot = await runBot();
    bot.discord.lateBy(3_500);
    const failed = new Promise((resolve) => bot.stats.once("failure", resolve));
    bot.call("server");
    await expect(failed).resolves.toMatchObject({ code: "ANSWER_LOST" });
    bot.discord.lateBy(0);
    bot.discord.message(bot.guild, bot.guild.channel("general"), bot.guild.user(1));
    expect((await bot.call("messages").settled()).files[0]?.description).toContain("24 hours: 1");
  });

  test("one whose token ran out before the card was there is reported, and nothing is thrown at the host", async () => {
    await using bot = await runBot(
      { icon: "0123456789abcdef0123456789abcdef" },
      { imageFetchTimeoutMs: 300 },
    );
    bot.discord.cdn = "hangs";
    const failed = new Promise((resolve) => bot.stats.once("failure", resolve));
    await bot.call("server").acked();
    bot.discord.lateBy(15 * 60_000);
    await expect(failed).resolves.toMatchObject({ code: "ANSWER_LOST" });
  });

  test("a subcommand that this version does not have gets an answer", async () => {
    await using bot = await runBot();
    const call = await bot.call("horoscope").settled();
    expect([call.ephemeral, call.content.includes("another version")]).toEqual([true, true]);
  });
});
