import { describe, expect, test } from "vitest";
import { snowflake } from "../loopback/snowflake.ts";
import { serverCard } from "../support/card-of.ts";
import { type RunningBot, runBot } from "../support/running-bot.ts";

const EPHEMERAL = 64;

/** A failure that was told the host: its code, and what it says. */
const heard = async ({ stats }: RunningBot, act: () => unknown): Promise<string> => {
  const failed = new Promise<string>((resolve) =>
    stats.once("failure", ({ code, message }) => resolve(`${code}: ${message}`)),
  );
  await act();
  return await failed;
};

describe("an answer that Discord does not take is logged in words of its own, and nothing is thrown", () => {
  test("since its message was deleted", async () => {
    await using bot = await runBot();
    const call = await bot.call("server").settled();
    const heardOf = await heard(bot, () => {
      bot.discord.fault({ match: /^PATCH/, status: 404, code: 10008 });
      call.press("Graph");
    });
    expect(heardOf).toBe("ANSWER_LOST: an answer was not taken: its message was deleted");
    bot.discord.assertClean();
  });

  test.each([
    [10062, /later than Discord waits/],
    [40060, /another process/],
    [10003, /channel was deleted/],
    [50027, /15 minutes/],
    [10015, /does not know of it/],
  ])("with %i", async (code, words) => {
    await using bot = await runBot();
    const heardOf = await heard(bot, () => {
      bot.discord.fault({ match: /^POST .*callback$/, status: 400, code });
      bot.call("server");
    });
    expect(heardOf).toMatch(words);
    expect(heardOf).toMatch(/^ANSWER_LOST/);
    // Nothing more was tried, and it goes on.
    expect((await bot.call("server", { text: true }).settled()).text).not.toBe("");
    expect(bot.failures).toHaveLength(1);
  });

  test("twice: neither the card nor that it failed is taken", async () => {
    await using bot = await runBot();
    bot.discord.fault({ match: /^PATCH/, status: 400, code: 50_001 });
    bot.discord.fault({ match: /^DELETE/, status: 404, code: 10008 });
    const both = new Promise<void>((resolve) =>
      bot.stats.on("failure", () => bot.failures.length === 2 && resolve()),
    );
    bot.call("server", { text: true });
    await both;
    expect(bot.failures.map(({ code }) => code)).toEqual(["UNEXPECTED", "ANSWER_LOST"]);
  });
});

test("coming back with ignoreme is answered in time, however late the store is", async () => {
  await using bot = await runBot();
  await bot.stats.privacy.optOut(bot.guild.user(0).id);
  bot.line.choices = "hangs";
  const call = await bot.call("ignoreme").acked();
  expect(call.state).toBe("deferred");
  bot.line.choices = true;
  bot.letGo();
  expect([(await call.settled()).ephemeral, call.content]).toEqual([true, expect.stringMatching(/again/)]);
  bot.discord.assertClean();
});

describe("what Discord refuses, the user hears of in words of its own", () => {
  test.each([
    ["missing access", 403, 50001, /not allowed to answer here/],
    ["missing permissions", 403, 50013, /not allowed to answer here/],
    ["a picture that is too large", 413, 40005, /did not take the picture/],
    ["a form that is wrong", 400, 50035, /did not work \(DiscordAPIError/],
  ])("%s", async (_, status, code, words) => {
    await using bot = await runBot();
    bot.discord.fault({ match: /^PATCH/, status, code });
    const call = bot.call("server");
    const told = await call.followedUp();
    expect([told.flags & EPHEMERAL, told.content]).toEqual([EPHEMERAL, expect.stringMatching(words)]);
    expect(bot.failures).toHaveLength(1);
    // The card that never came is not left "thinking".
    expect(call.state).toBe("deleted");
  });

  test("a card that is one too many", async () => {
    await using bot = await runBot();
    // One or two are drawn, 64 wait; no two are equal.
    const others = Array.from({ length: 66 }, (_, accent) =>
      bot.stats.render(serverCard({ accent, mode: "graph" })),
    );
    const all = Promise.allSettled(others);
    const call = bot.call("server");
    const told = await call.followedUp();
    expect([told.flags & EPHEMERAL, told.content, call.state]).toEqual([
      EPHEMERAL,
      "Many cards are being drawn right now. Please try again in a moment.",
      "deleted",
    ]);
    const drawn = (await all).filter(({ status }) => status === "fulfilled");
    expect(drawn.length).toBeGreaterThanOrEqual(65);
    expect((await bot.call("server").settled()).files).toHaveLength(1);
    expect(bot.failures).toEqual([]);
    bot.discord.assertClean();
  });

  test("a server in an outage", async () => {
    await using bot = await runBot();
    const { discord, guild } = bot;
    const card = await bot.call("server").settled();
    discord.removeGuild(guild, { unavailable: true });
    await discord.taken();
    const told = await bot.call("server").settled();
    expect([told.ephemeral, told.content]).toEqual([true, expect.stringMatching(/trouble with this server/)]);
    expect((await card.press("Reload").settled()).content).toMatch(/trouble with this server/);
    discord.returnGuild(guild);
    await discord.taken();
    expect((await card.press("Reload").settled()).files).toHaveLength(1);
    expect(bot.failures).toEqual([]);
  });

  test("a server out of which the bot was thrown while it answered", async () => {
    await using bot = await runBot();
    const { discord, guild } = bot;
    discord.fault({ match: /callback$/, delayMs: 200 });
    const call = bot.call("server", { private: true });
    await discord.taken();
    // Its channels are still there for the answer's sake: a token outlives its bot's place.
    guild.isOut = true;
    discord.tellRemoved(guild);
    expect((await call.settled()).content).toBe("I am not in this server any more.");
    expect(bot.failures).toEqual([]);
  });

  test("options of another version's command", async () => {
    await using bot = await runBot();
    for (const [subcommand, options] of [
      ["member", { member: "a name" }],
      ["channel", { channel: bot.guild.user(1) }],
      ["server", { private: "yes" }],
      ["compare members", {}],
      ["compare", {}],
      ["role", {}],
      ["compare channels", { first: "general" }],
    ] as const) {
      const call = await bot.call(subcommand, options).settled();
      expect([call.ephemeral, call.content]).toEqual([true, expect.stringMatching(/another version/)]);
    }
    expect(bot.failures).toEqual([]);
    bot.discord.assertClean();
  });

  test.each(["tlh", "x", "", "zz_ZZ!", "en_US", "__proto__", "a".repeat(300)])(
    "a language that is none, such as %j",
    async (locale) => {
      await using bot = await runBot({ roles: [{ name: "managers", permissions: String(1 << 5) }] });
      const { discord, guild } = bot;
      discord.changeMember(guild, guild.user(0), { roles: guild.roles.slice(1).map(({ id }) => id) });
      await discord.taken();
      const call = { guild, user: guild.user(0), locale };
      const card = {
        ...call,
        command: "guildstats",
        subcommand: "server",
        options: { private: true, text: true },
      };
      expect((await discord.call(card).settled()).text).toContain("Server statistics");
      const past = { ...call, command: "guildstats-admin", subcommand: "backfill" };
      expect((await discord.call(past).settled()).content).toMatch(/Read the past messages/);
      expect(bot.failures).toEqual([]);
    },
  );
});

describe("names that would be more than names", () => {
  test("ping nobody, format nothing and break no line in an answer of words", async () => {
    const nasty = [
      "@everyone",
      "**bold**",
      "[a](https://example.invalid)",
      "<@&1>",
      "a\u202Eb\u0000\nc",
      "`code`",
    ];
    await using bot = await runBot({
      id: snowflake(),
      members: nasty.map((username) => ({ username, global_name: username })),
    });
    const { discord, guild } = bot;
    for (const user of guild.users) discord.message(guild, guild.channel("general"), user);
    await discord.taken();
    const call = await bot.call("top", { metric: "messages", of: "members", text: true }).settled();
    for (const raw of ["**bold**", "](https", "`code`", "\u202E", "\u0000"])
      expect(call.text).not.toContain(raw);
    const answers = discord.requests.filter(({ path }) => /^\/(interactions|webhooks)\//.test(path));
    const told = answers.map(({ body }) => JSON.stringify(body)).filter((body) => body.includes("everyone"));
    expect(told).toEqual([expect.stringContaining('"allowed_mentions":{"parse":[]}')]);
    discord.assertClean();
  });
});
