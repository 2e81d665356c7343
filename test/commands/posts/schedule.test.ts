import { describe, expect, test } from "vitest";
import { SERVER_CARDS } from "../../../src/server-card.ts";
import { VIEW_CHANNEL } from "../../loopback/permissions.ts";
import { demote } from "../../support/admin-bot.ts";
import { deny, HOUR_MS, MONDAY_MS, scheduling } from "../../support/scheduling.ts";

const suggestions = async (at: Awaited<ReturnType<typeof scheduling>>, typed: string, user = at.admin) => {
  const call = { guild: at.guild, user, command: "guildstats-admin", subcommand: "schedule remove" };
  const asked = at.discord.call({ ...call, options: { post: typed }, focused: "post" });
  return (await asked.acked()).suggestions;
};

describe("/guildstats-admin schedule", () => {
  test("says what comes, where and when, lists it, suggests it and takes it away", async () => {
    await using at = await scheduling();
    await using bot = await at.start();
    const channel = at.guild.channel("general");
    const none = await at.schedule("list");
    expect([none.ephemeral, none.content]).toEqual([
      true,
      expect.stringMatching(/`\/guildstats-admin schedule add`/),
    ]);
    const weekly = { every: "week", channel, card: "voice", weekday: "friday", hour: 20, members: "both" };
    const friday = (MONDAY_MS + 4 * 24 * HOUR_MS + 12 * HOUR_MS) / 1_000;
    const answer = await at.schedule("add", weekly);
    for (const told of [
      "Voice time · 7 days · people and bots",
      `<#${channel.id}>`,
      "weekly, Friday, 8 PM",
      "UTC",
      `<t:${friday}:F>`,
    ])
      expect(answer.content).toContain(told);
    expect(answer.content).toMatch(/`\/guildstats-admin schedule remove post:1`/);
    const monthly = await at.schedule("add", { every: "month", channel, card: "growth", day: 31 });
    expect(monthly.content).toContain(`<t:${Date.UTC(2026, 2, 31, 9) / 1_000}:F>`);
    await at.schedule("add", { every: "month", channel, card: "top-messages-members", period: "lifetime" });
    const { content } = await at.schedule("list");
    expect(content).toMatch(
      /^\*\*1\.\*\* Voice time.*\n\*\*2\.\*\* Growth · 30 days · monthly, day 31.*\n\*\*3\.\*\* Top members by messages · all time · monthly, day 1, 9 AM/m,
    );
    expect(content).toContain(`next: <t:${friday}:R>`);
    expect(await suggestions(at, "growth")).toEqual([
      { name: "2. Growth · 30 days · monthly, day 31, 9 AM · #general", value: "2" },
    ]);
    const removed = await at.schedule("remove", { post: "2" });
    expect(removed.content).toMatch(/^Done.*Growth.*stays/);
    expect((await suggestions(at, "")).map(({ value }) => value)).toEqual(["1", "3"]);
    expect((await at.schedule("remove", { post: "2" })).content).toMatch(/no such card/);
    expect(bot.failures).toEqual([]);
    at.discord.assertClean();
  });

  test.each(["", "0", "2", "1.5", "-1", "1e0", "00000000000000000001", "__proto__", "<@1>", "`"])(
    "removes nothing for %j, which nobody was offered",
    async (post) => {
      await using at = await scheduling();
      await using bot = await at.start();
      await at.schedule("add", { every: "day", channel: at.guild.channel("general"), card: "server" });
      expect((await at.schedule("remove", { post })).content).toMatch(
        /no such card.*`\/guildstats-admin schedule list`/,
      );
      expect([await suggestions(at, ""), bot.failures]).toEqual([
        [expect.objectContaining({ value: "1" })],
        [],
      ]);
    },
  );

  test("answers what does not go together in words that say what to do, and adds nothing", async () => {
    await using at = await scheduling({
      channels: [
        { name: "general" },
        { name: "secret" },
        { name: "Lobby", type: 2 },
        { name: "forum", type: 15 },
        { name: "thread", type: 11 },
      ],
    });
    const { guild, discord } = at;
    const thread = guild.changeChannel(guild.channel("thread"), { parent_id: guild.channel("general").id });
    await using bot = await at.start();
    const channel = guild.channel("general");
    const secret = guild.channel("secret");
    const hidden = { id: at.admin.id, type: 1, allow: "0", deny: String(VIEW_CHANNEL) } as const;
    discord.updateChannel(guild, secret, { permission_overwrites: [hidden] });
    const connect = 1n << 20n;
    deny(at, guild.channel("Lobby"), connect);
    await discord.taken();
    const card = "server";
    const cases: readonly (readonly [Parameters<typeof at.schedule>[1], RegExp])[] = [
      [{ every: "day", channel, card, weekday: "monday" }, /Choose “weekly”/],
      [{ every: "week", channel, card, day: 3 }, /Choose “monthly”/],
      [{ every: "refresh", channel, card, hour: 3 }, /Leave the hour out/],
      [{ every: "day", channel, card: "activities" }, /Activities are not counted/],
      [{ every: "day", channel: guild.channel("forum"), card }, /Pick a text/],
      [{ every: "day", channel: thread, card }, /Pick a text/],
      [{ every: "day", channel: guild.channel("secret"), card }, /You may not post in/],
      [{ every: "day", channel: guild.channel("Lobby"), card }, /permissions there: Connect$/],
      [{ every: "now", channel, card }, /another version/],
      [{ every: "day", channel, card: "horoscope" }, /another version/],
      [{ every: "day", channel, card, hour: 24 }, /another version/],
      [{ every: "month", channel, card, day: 0 }, /another version/],
      [{ every: "day", channel, card, period: "8d" }, /another version/],
      [{ every: "day", channel: "general", card }, /another version/],
      [{ every: "day", card }, /Pick a text/],
    ];
    for (const [options, words] of cases) {
      const answer = await at.schedule("add", options);
      expect([answer.ephemeral, answer.content], JSON.stringify(options)).toEqual([
        true,
        expect.stringMatching(words),
      ]);
    }
    await bot.stats.configure(guild.id, { enabled: false });
    expect((await at.schedule("add", { every: "day", channel, card })).content).toMatch(/turned off/);
    expect((await at.schedule("list")).content).toMatch(/^No card/);
    expect(bot.failures).toEqual([]);
    discord.assertClean();
  });

  test("holds ten in a server, lists all of them with their trouble, and none beyond", async () => {
    await using at = await scheduling();
    await using _ = await at.start();
    const channel = at.guild.channel("general");
    const cards = SERVER_CARDS.filter((card) => !card.includes("activities")).slice(0, 10);
    for (const card of cards) await at.schedule("add", { every: "month", channel, card, members: "both" });
    const more = await at.schedule("add", { every: "day", channel, card: "server" });
    expect(more.content).toMatch(/^10 cards.*`\/guildstats-admin schedule remove`/);
    deny(at, channel, (1n << 11n) | (1n << 15n));
    await at.discord.taken();
    const list = await at.schedule("list");
    await list.followedUp();
    const messages = [list.content, ...list.followUps.map(({ content }) => content)];
    const all = messages.join("\n");
    expect(all.match(/^\*\*\d+\.\*\*/gm)).toHaveLength(10);
    expect(all.match(/⚠️/g)).toHaveLength(10);
    expect(list.followUps.every(({ flags }) => (flags & 64) !== 0)).toBe(true);
    for (const message of messages) expect(message.length).toBeLessThanOrEqual(2_000);
    at.discord.assertClean();
  });

  test("is asked of who manages the server at each call, and suggests nothing to others", async () => {
    await using at = await scheduling();
    await using _ = await at.start();
    const channel = at.guild.channel("general");
    await at.schedule("add", { every: "day", channel, card: "server" });
    demote(at.guild, at.admin);
    for (const [subcommand, options] of [
      ["add", { every: "day", channel, card: "voice" }],
      ["list", {}],
      ["remove", { post: "1" }],
    ] as const)
      expect((await at.schedule(subcommand, options)).content).toMatch(/Manage Server/);
    expect(await suggestions(at, "")).toEqual([]);
    await at.clock.advance(HOUR_MS);
    expect((await at.discord.posts.posted(1)).message.attachments).toHaveLength(1);
  });

  test("is said in the words of who reads it", async () => {
    await using at = await scheduling();
    await using _ = await at.start();
    const call = { guild: at.guild, user: at.admin, command: "guildstats-admin", locale: "ja" };
    const options = { every: "week", channel: at.guild.channel("general"), card: "server" };
    const answer = await at.discord.call({ ...call, subcommand: "schedule add", options }).settled();
    expect(answer.content).toMatch(/月曜日/);
    expect(answer.content).not.toMatch(/weekly|Done/);
  });
});
