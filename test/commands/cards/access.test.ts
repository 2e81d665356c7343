import { describe, expect, test, vi } from "vitest";
import type { LoopbackInteraction } from "../../loopback/interaction.ts";
import { type AdminBot, adminBot, demote } from "../../support/admin-bot.ts";
import { roleOf } from "../../support/lively-bot.ts";

const altOf = (interaction: LoopbackInteraction): string => interaction.files[0]?.description ?? "";

/** A server with some members who wrote: 1 most, then 2, then 3. */
async function talkative(visibility: "everyone" | "self" | "admins"): Promise<AdminBot> {
  const bot = await adminBot();
  for (const [user, count] of [
    [2, 2],
    [3, 1],
  ] as const)
    for (let index = 0; index < count; index++)
      bot.discord.message(bot.guild, bot.guild.channel("general"), bot.guild.user(user));
  await bot.discord.taken();
  await bot.ask("settings members", { who: visibility });
  return bot;
}

describe("who may look at whom", () => {
  test("'self': one's own card, and none of another member's, by any way that leads there", async () => {
    await using bot = await talkative("self");
    const [, writer, viewer] = bot.guild.users;
    if (!writer || !viewer) throw new Error("the guild has members");
    const own = await bot.call("member", {}, viewer).settled();
    expect(altOf(own)).toContain(viewer.username);
    expect(altOf(own)).not.toContain(writer.username);
    for (const [name, options] of [
      ["member", { member: writer }],
      ["activities", { member: writer }],
      ["compare members", { first: writer }],
      ["role", { role: roleOf(bot.guild) }],
      ["top", { metric: "messages", of: "roles" }],
    ] as const) {
      const refused = await bot.call(name, options, viewer).settled();
      expect([refused.ephemeral, refused.files], name).toEqual([true, []]);
      expect(refused.content, name).toMatch(/their own statistics only/);
    }
    // A press on someone's own card, by someone else, and a choice that was not offered.
    for (const press of [
      own.press("Reload", { user: writer }),
      own.forge(own.selects[0]?.customId ?? "", { values: ["top-messages-roles"] }),
    ])
      expect((await press.settled()).content).toMatch(/their own statistics only/);
    expect(bot.failures).toEqual([]);
    bot.discord.assertClean();
  });

  test.each(["self", "admins"] as const)(
    "%j: figures of the whole server stay, without names of others, and a list says so",
    async (visibility) => {
      await using bot = await talkative(visibility);
      const [, writer, viewer, third] = bot.guild.users;
      for (const [name, options] of [
        ["server", {}],
        ["messages", {}],
        ["channel", {}],
        ["activities", {}],
        ["activity", { activity: "Chess" }],
        ["top", { metric: "messages", of: "members" }],
      ] as const) {
        const call = await bot.call(name, { ...options, text: true }, viewer).settled();
        expect(call.text, name).not.toContain(writer?.username);
        expect(call.text, name).not.toContain(third?.username);
        const isListed = visibility === "self" && !["activities", "activity"].includes(name);
        if (isListed) expect(call.text, name).toContain(viewer?.username);
        else expect(call.text, name).toMatch(/does not list members here/);
      }
      const top = await bot.call("top", { metric: "messages", of: "members", text: true }, viewer).settled();
      // The place is the real one, and there is nothing to turn to.
      if (visibility === "self") expect(top.text).toMatch(/2\\?\. /);
      expect(top.buttons.map(({ label }) => label)).not.toContain("Next page");
      expect(bot.failures).toEqual([]);
    },
  );

  test("'admins': nobody's card but to who manages the server, in a private answer", async () => {
    await using bot = await talkative("admins");
    const [admin, writer, viewer] = bot.guild.users;
    const own = await bot.call("member", {}, viewer).settled();
    expect(own.content).toMatch(/only those who manage it/);
    const shown = await bot.call("member", { member: writer ?? "" }, admin).settled();
    expect([shown.ephemeral, shown.files.length]).toEqual([true, 1]);
    const list = await bot.call("server", { private: true, text: true }, admin).settled();
    expect(list.text).toContain(writer?.username);
    // What everyone reads has no names, and leads to none.
    const open = await bot.call("server", { text: true }, admin).settled();
    expect([open.ephemeral, open.text.includes(writer?.username ?? "")]).toEqual([false, false]);
    expect(open.selects[0]?.options.map(({ label }) => label)).not.toContain("Me");
    const me = await open.forge(open.selects[0]?.customId ?? "", { values: ["me"] }).settled();
    expect([me.ephemeral, me.content]).toEqual([true, expect.stringMatching(/to you alone/)]);
    // Whoever manages the server no more does not see more than others.
    demote(bot.guild, bot.admin);
    expect((await shown.press("Reload").settled()).content).toMatch(/only those who manage it/);
    expect((await list.press("Reload").settled()).text).not.toContain(writer?.username);
    bot.discord.assertClean();
  });

  test("a card asked for before is refused once the server has chosen otherwise", async () => {
    await using bot = await talkative("everyone");
    const card = await bot.call("member", { member: bot.guild.user(1) }, bot.guild.user(2)).settled();
    expect(card.files).toHaveLength(1);
    await bot.ask("settings members", { who: "self" });
    expect((await card.press("Reload").settled()).content).toMatch(/their own statistics only/);
  });
});

describe("where commands are answered", () => {
  test("only in the chosen channels and their threads; a refusal says where; opting out works everywhere", async () => {
    await using bot = await adminBot();
    const [general, post, member] = [
      bot.guild.channel("general"),
      bot.guild.channel("a post"),
      bot.guild.user(1),
    ];
    const before = await bot.call("server", {}, member).settled();
    const added = await bot.ask("channels add", { channel: bot.guild.channel("questions") });
    expect(added.content).toMatch(
      /answered in <#\d+> and nowhere else. To undo: `\/guildstats-admin channels remove channel:#questions`/,
    );
    const where = `<#${bot.guild.channel("questions").id}>`;
    for (const refused of [
      await bot.call("server", {}, member).settled(),
      await before.press("Reload").settled(),
      await bot.discord
        .callOn({ guild: bot.guild, user: member, target: member, command: "Activity stats" })
        .settled(),
    ])
      expect([refused.ephemeral, refused.content]).toEqual([true, expect.stringContaining(where)]);
    const call = { guild: bot.guild, user: member, command: "guildstats" };
    const there = await bot.discord.call({ ...call, subcommand: "server", channel: post }).settled();
    expect(there.files).toHaveLength(1);
    expect((await bot.call("ignoreme", {}, member).settled()).content).toMatch(/If you go on/);
    expect((await bot.ask("channels add", { channel: bot.guild.channel("questions") })).content).toMatch(
      /already/,
    );
    expect((await bot.ask("channels remove", { channel: general })).content).toMatch(/not among them/);
    const cleared = await bot.ask("channels clear");
    expect(cleared.content).toMatch(/all channels.*channels add channel:#questions/);
    expect((await bot.call("server", {}, member).settled()).files).toHaveLength(1);
    bot.discord.assertClean();
  });

  test("a deletion of all of them locks nobody out", async () => {
    await using bot = await adminBot();
    await bot.ask("channels add", { channel: bot.guild.channel("Lobby") });
    expect((await bot.call("server").settled()).content).toMatch(/for these channels/);
    bot.discord.deleteChannel(bot.guild, bot.guild.channel("Lobby"));
    await bot.discord.taken();
    expect((await bot.call("server").settled()).files).toHaveLength(1);
  });
});

describe("how commands are answered", () => {
  test("with the server's period and privately, unless the caller says otherwise", async () => {
    await using bot = await adminBot();
    await bot.ask("settings period", { period: "24h" });
    await bot.ask("settings private", { private: true });
    const call = await bot.call("server").settled();
    expect([call.ephemeral, call.selects[1]?.shown]).toEqual([true, "Last 24 hours"]);
    const other = await bot.call("server", { private: false, period: "lifetime" }).settled();
    expect([other.ephemeral, other.selects[1]?.shown]).toEqual([false, "All time"]);
  });
});

describe("“Activity stats” in a member's menu", () => {
  test("shows that member's card to whoever asked alone", async () => {
    await using bot = await adminBot();
    const [, target, user] = bot.guild.users;
    if (!target || !user) throw new Error("the guild has members");
    const call = bot.discord.callOn({ guild: bot.guild, user, target, command: "Activity stats" });
    await call.settled();
    expect([call.ephemeral, call.files.length]).toEqual([true, 1]);
    expect(altOf(call)).toContain(target.username);
    expect((await call.press("Graph").settled()).message.id).toBe(call.message.id);
    await bot.ask("settings members", { who: "self" });
    const refused = await bot.discord
      .callOn({ guild: bot.guild, user, target, command: "Activity stats" })
      .settled();
    expect([refused.files, refused.content]).toEqual([
      [],
      expect.stringMatching(/their own statistics only/),
    ]);
    expect(bot.failures).toEqual([]);
    bot.discord.assertClean();
  });
});

describe("a list of members that is asked for before the server chooses who may look at whom", () => {
  test.each([
    ["everyone", "self"],
    ["everyone", "admins"],
    ["self", "admins"],
  ] as const)("from %j to %j while it is drawn: it shows what may be shown now", async (before, after) => {
    await using bot = await talkative(before);
    const [, writer, viewer] = bot.guild.users;
    if (!writer || !viewer) throw new Error("the guild has members");
    const { stats, guild } = bot;
    const render = stats.render.bind(stats);
    const drawn = vi.spyOn(stats, "render").mockImplementationOnce(async (card) => {
      await stats.configure(guild.id, { visibility: after });
      return await render(card);
    });
    const list = await bot.call("top", { metric: "messages", of: "members" }, viewer).settled();
    expect(altOf(list)).not.toContain(writer.username);
    expect(altOf(list).includes(viewer.username)).toBe(after === "self");
    expect(drawn).toHaveBeenCalledTimes(2);
    expect(bot.failures).toEqual([]);
    bot.discord.assertClean();
  });

  test("or turns its statistics off: it is not shown", async () => {
    await using bot = await talkative("everyone");
    const { stats, guild } = bot;
    const render = stats.render.bind(stats);
    vi.spyOn(stats, "render").mockImplementationOnce(async (card) => {
      await stats.configure(guild.id, { enabled: false });
      return await render(card);
    });
    const list = bot.call("top", { metric: "messages", of: "members" }, guild.user(2));
    expect((await list.followedUp()).content).toMatch(/turned off/);
    expect(list.state).toBe("deleted");
  });
});
