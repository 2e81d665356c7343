import { loadImage } from "@napi-rs/canvas";
import { describe, expect, test } from "vitest";
import { runBot } from "../support/running-bot.ts";

const DENY_VIEW = "1024";

describe("/guildstats", () => {
  test.each([
    ["server", {}],
    ["member", {}],
    ["channel", {}],
    ["messages", {}],
    ["voice", {}],
    ["top", { metric: "messages", of: "members" }],
    ["top", { metric: "voice", of: "channels" }],
  ])(
    "%s %j answers with a picture, its words and three buttons, in requests that Discord takes",
    async (name, options) => {
      await using bot = await runBot();
      bot.discord.message(bot.guild, bot.guild.channel("general"), bot.guild.user(1));
      const call = await bot.call(name, options).settled();
      const [file, ...more] = call.files;
      expect(more).toEqual([]);
      const image = await loadImage(file?.data ?? Buffer.alloc(0));
      expect(image.width).toBe(1_200);
      expect(file?.description?.length).toBeGreaterThan(40);
      expect(call.buttons.map(({ label }) => label)).toEqual(["Graph", "Reload", "Close"]);
      expect(call.ephemeral).toBe(false);
      expect(bot.failures).toEqual([]);
      bot.discord.assertClean();
    },
  );

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

describe("buttons", () => {
  test("the graph button changes the picture in place, and reload shows what happened since", async () => {
    await using bot = await runBot();
    const call = await bot.call("server").settled();
    const graph = await call.press("Graph").settled();
    expect(graph.message.id).toBe(call.message.id);
    expect(graph.files).toHaveLength(1);
    expect(graph.buttons[0]?.label).toBe("Card");
    for (let index = 0; index < 3; index++)
      bot.discord.message(bot.guild, bot.guild.channel("general"), bot.guild.user(1));
    const reloaded = await graph.press("Reload").settled();
    expect(reloaded.buttons[0]?.label).toBe("Card");
    const card = await reloaded.press("Card").settled();
    expect(card.files[0]?.description).toContain("24 hours: 3");
    bot.discord.assertClean();
  });

  test("close takes the card away", async () => {
    await using bot = await runBot();
    const call = await bot.call("server").settled();
    const close = call.press("Close");
    await close.settled();
    expect(close.state).toBe("deleted");
    bot.discord.assertClean();
  });

  test("someone else's press gives them a card of their own and leaves the first alone", async () => {
    await using bot = await runBot();
    const call = await bot.call("server").settled();
    const before = call.message;
    const press = await call.press("Graph", { user: bot.guild.user(3) }).settled();
    expect(press.ephemeral).toBe(true);
    expect(press.message.id).not.toBe(before.id);
    expect(call.message).toEqual(before);
    const close = await call.press("Close", { user: bot.guild.user(3) }).settled();
    expect([close.ephemeral, close.state]).toEqual([true, "answered"]);
    bot.discord.assertClean();
  });

  test.each([
    "gs1:card:reload:server::30d:humans:card:notanid",
    "gs1:card:reload:server:extra:30d:humans:card:300000000000000001",
    "gs1:card:explode:server::30d:humans:card:300000000000000001",
    "gs1:card:reload:member:9999999999999999999999:30d:humans:card:300000000000000001",
    "gs1:forget:",
    "gs1:",
    "gs0:anything",
  ])("the id %j, which no version made, gets an answer and changes nothing", async (id) => {
    await using bot = await runBot();
    const call = await bot.call("server").settled();
    const press = await call.forge(id).settled();
    expect([press.ephemeral, press.files.length]).toEqual([true, 0]);
    expect(bot.failures).toEqual([]);
    bot.discord.assertClean();
  });

  test("a forged id for a channel that is hidden or does not exist is refused", async () => {
    const id = "100000000000000001";
    const hidden = { id, type: 0, allow: "0", deny: DENY_VIEW } as const;
    await using bot = await runBot({
      id,
      channels: [{ name: "general" }, { name: "secret", permission_overwrites: [hidden] }],
    });
    const call = await bot.call("server").settled();
    const forged = (channelId: string) =>
      call.forge(`gs1:card:reload:channel:${channelId}:30d:humans:card:${bot.guild.user(0).id}`).settled();
    expect((await forged(bot.guild.channel("secret").id)).content).toMatch(/cannot see/);
    expect((await forged("200000000000000123")).content).toMatch(/does not exist/);
  });

  test("other bots' buttons are left alone", async () => {
    await using bot = await runBot();
    const call = await bot.call("server").settled();
    const press = call.forge("someone-elses-button");
    await bot.discord.taken();
    await bot.call("server").settled();
    expect(press.state).toBe("pending");
  });
});

describe("interactions that cannot be answered", () => {
  test("one that arrives too late is reported, and counting goes on", async () => {
    await using bot = await runBot();
    bot.discord.lateBy(3_500);
    const failed = new Promise((resolve) => bot.stats.once("failure", resolve));
    bot.call("server");
    await expect(failed).resolves.toMatchObject({ code: "UNEXPECTED" });
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
    await expect(failed).resolves.toMatchObject({ code: "UNEXPECTED" });
  });

  test("a subcommand that this version does not have gets an answer", async () => {
    await using bot = await runBot();
    const call = await bot.call("horoscope").settled();
    expect([call.ephemeral, call.content.includes("another version")]).toEqual([true, true]);
  });
});
