import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { cardPayloadOf } from "../../../src/commands/cards/card-state.ts";
import { ComponentIds } from "../../../src/commands/component-id.ts";
import type { LoopbackInteraction } from "../../loopback/interaction.ts";
import { snowflake } from "../../loopback/snowflake.ts";
import { livelyBot } from "../../support/lively-bot.ts";
import { aDiscord } from "../../support/returning-bot.ts";
import { type RunningBot, runBot } from "../../support/running-bot.ts";

const DENY_VIEW = "1024";

const altOf = (interaction: LoopbackInteraction): string => interaction.files[0]?.description ?? "";
const shown = (interaction: LoopbackInteraction) => interaction.selects.map((select) => select.shown);
const idOf = (interaction: LoopbackInteraction, label: string): string =>
  interaction.buttons.find((button) => button.label === label)?.customId ?? "";
const draws = ({ stats }: RunningBot): number => stats.metrics().images.draws;

/** A guild with a channel that its members do not see. */
function withSecret() {
  const id = snowflake();
  const hidden = { id, type: 0, allow: "0", deny: DENY_VIEW } as const;
  return { id, channels: [{ name: "general" }, { name: "secret", permission_overwrites: [hidden] }] };
}

describe("what is below a card", () => {
  test("changes it in place: its form, the view, the period and whose activity counts", async () => {
    await using bot = await livelyBot();
    const call = await bot.call("server").settled();
    const graph = await call.press("Graph").settled();
    expect(graph.message.id).toBe(call.message.id);
    expect(graph.files).toHaveLength(1);
    expect(graph.buttons.map(({ label }) => label)).toEqual(["Card", "Text", "Reload", "Close"]);
    const week = await graph.choose("Last 7 days").settled();
    const everyone = await week.choose("People and bots").settled();
    const messages = await everyone.choose("Messages").settled();
    expect(messages.message.id).toBe(call.message.id);
    expect(shown(messages)).toEqual(["Messages", "Last 7 days", "People and bots"]);
    expect(messages.buttons[0]?.label).toBe("Card");
    expect(messages.files).toHaveLength(1);
    expect(bot.failures).toEqual([]);
    bot.discord.assertClean();
  });

  test("every view that is offered can be chosen", async () => {
    await using bot = await livelyBot();
    const call = await bot.call("member", { member: bot.guild.user(1) }).settled();
    const labels = call.selects[0]?.options.map(({ label }) => label) ?? [];
    expect(labels).toEqual(expect.arrayContaining(["This member", "This member’s activities", "Me"]));
    let last = call;
    for (const label of labels) {
      last = await last.choose(label).settled();
      expect(last.selects[0]?.shown, label).toBe(label);
      expect(last.files, label).toHaveLength(1);
    }
    // The last one was about oneself, who needs no second entry.
    expect(last.selects[0]?.options.map(({ label }) => label)).not.toContain("This member");
    expect(bot.failures).toEqual([]);
    bot.discord.assertClean();
  });

  test("leads back from the server to whom the card was about", async () => {
    await using bot = await livelyBot();
    const member = bot.guild.user(1);
    const call = await bot.call("member", { member }).settled();
    const server = await call.choose("Server").settled();
    expect(server.message.id).toBe(call.message.id);
    expect(altOf(await server.choose("This member").settled())).toContain(member.username);
  });

  test("an archived thread that the client forgot is still there, and named in its channel's list", async () => {
    await using bot = await runBot();
    const { discord, guild, client } = bot;
    const general = guild.channel("general");
    const thread = discord.createChannel(guild, { name: "plans", type: 11, parent_id: general.id });
    const secret = discord.createChannel(guild, { name: "hush", type: 12, parent_id: general.id });
    for (const channel of [thread, secret]) discord.message(guild, channel, guild.user(1));
    await discord.taken();
    const call = await bot.call("channel", { channel: thread }).settled();
    for (const channel of [thread, secret]) {
      discord.updateChannel(guild, channel, { thread_metadata: { archived: true } });
    }
    await discord.taken();
    const forget = (): void => {
      for (const { id } of [thread, secret]) client.guilds.cache.get(guild.id)?.channels.cache.delete(id);
      for (const { id } of [thread, secret]) client.channels.cache.delete(id);
    };
    forget();
    expect(altOf(await call.choose("Last 7 days").settled())).toMatch(/^plans\. Thread statistics/);
    forget();
    const listed = altOf(await bot.call("channel", { channel: general }).settled());
    expect(listed).toMatch(/Top threads: 1\. .*plans/);
    expect(listed).not.toContain("hush");
    expect(bot.failures).toEqual([]);
    bot.discord.assertClean();
  });

  test("reload shows what happened since", async () => {
    await using bot = await runBot();
    const call = await bot.call("server").settled();
    for (let index = 0; index < 3; index++)
      bot.discord.message(bot.guild, bot.guild.channel("general"), bot.guild.user(1));
    const reloaded = await call.press("Reload").settled();
    expect(altOf(reloaded)).toMatch(/24 hours:? 3\b/);
    expect(reloaded.message.id).toBe(call.message.id);
    bot.discord.assertClean();
  });

  test("close takes the card away", async () => {
    await using bot = await runBot();
    const close = (await bot.call("server").settled()).press("Close");
    await close.settled();
    expect(close.state).toBe("deleted");
    bot.discord.assertClean();
  });

  test("pages are turned one by one, and not beyond the ends", async () => {
    await using bot = await runBot({ members: 23 });
    for (let index = 0; index < 23; index++)
      for (let count = 0; count <= index; count++)
        bot.discord.message(bot.guild, bot.guild.channel("general"), bot.guild.user(index));
    await bot.discord.taken();
    const first = await bot.call("top", { metric: "messages", of: "members" }).settled();
    const ends = (at: LoopbackInteraction) =>
      at.buttons.filter(({ label }) => / page$/.test(label)).map(({ isDisabled }) => isDisabled);
    expect(ends(first)).toEqual([true, false]);
    const second = await first.press("Next page").settled();
    expect([ends(second), second.message.id]).toEqual([[false, false], first.message.id]);
    const third = await second.press("Next page").settled();
    expect(ends(third)).toEqual([false, true]);
    expect(new Set([first, second, third].map(altOf)).size).toBe(3);
    expect(altOf(third)).toContain(bot.guild.user(0).username);
    const back = await third.press("Previous page").settled();
    expect(altOf(back)).toBe(altOf(second));
    // Another list begins at its beginning.
    expect(ends(await back.choose("Last 7 days").settled())).toEqual([true, false]);
    bot.discord.assertClean();
  });

  test("a view of one page has no buttons to turn it", async () => {
    await using bot = await livelyBot();
    const call = await bot.call("top", { metric: "messages", of: "members" }).settled();
    expect(call.buttons.map(({ label }) => label)).toEqual(["Graph", "Text", "Reload", "Close"]);
  });

  test("words take the picture's place, and have its figures", async () => {
    await using bot = await livelyBot();
    const call = await bot.call("server").settled();
    const text = await call.press("Text").settled();
    expect([text.message.id, text.files, text.descriptions]).toEqual([call.message.id, [], []]);
    expect(text.text).toMatch(/\b3\b/);
    expect(text.text.length).toBeLessThanOrEqual(3_500);
    expect(text.buttons.map(({ label }) => label)).toEqual(["Card", "Graph", "Reload", "Close"]);
    const card = await text.press("Card").settled();
    expect([card.files.length, card.text]).toEqual([1, ""]);
    bot.discord.assertClean();
  });

  test("an answer in words needs neither a drawing nor the permission to attach files", async () => {
    const id = snowflake();
    const mute = { id, type: 0, allow: "0", deny: String(1 << 15) } as const;
    await using bot = await runBot({ id, channels: [{ name: "general", permission_overwrites: [mute] }] });
    expect((await bot.call("server").settled()).content).toMatch(/Attach Files/);
    const call = await bot.call("server", { text: true }).settled();
    expect(call.text).not.toBe("");
    expect(draws(bot)).toBe(0);
    expect((await call.press("Card").settled()).content).toMatch(/Attach Files/);
    expect((await bot.call("server", { private: true }).settled()).files).toHaveLength(1);
    bot.discord.assertClean();
  });

  test("the container has the guild's accent", async () => {
    await using bot = await runBot();
    expect((await bot.call("server").settled()).accent).toBeNull();
    await bot.stats.configure(bot.guild.id, { accent: 0xe0569b });
    expect((await bot.call("server").settled()).accent).toBe(0xe0569b);
  });

  test("a server whose language is not spoken is answered in English", async () => {
    await using bot = await runBot({ locale: "xx" });
    const call = await bot.call("server").settled();
    expect(call.buttons[0]?.label).toBe("Graph");
    expect(call.files).toHaveLength(1);
  });

  test("is drawn from the guild's icon and banner", async () => {
    const hash = "0123456789abcdef0123456789abcdef";
    await using bot = await runBot({ banner: hash, icon: hash });
    expect((await bot.call("server").settled()).files).toHaveLength(1);
    expect(bot.discord.cdnRequests).toBe(2);
  });
});

describe("who may press", () => {
  test("someone else gets a private card of their own, and the first one stays as it is", async () => {
    await using bot = await livelyBot();
    const stranger = bot.guild.user(3);
    const call = await bot.call("server").settled();
    const before = call.message;
    for (const press of [
      () => call.press("Graph", { user: stranger }),
      () => call.choose("Messages", { user: stranger }),
    ]) {
      const own = await press().settled();
      expect([own.ephemeral, own.files.length]).toEqual([true, 1]);
      expect(own.message.id).not.toBe(before.id);
      // It is theirs: it changes in place for them.
      const next = await own.press("Reload").settled();
      expect([next.message.id, next.ephemeral]).toEqual([own.message.id, true]);
    }
    expect(call.message).toEqual(before);
    const me = await call.choose("Me", { user: stranger }).settled();
    expect(altOf(me)).toContain(stranger.username);
    const close = await call.press("Close", { user: stranger }).settled();
    expect([close.ephemeral, close.state]).toEqual([true, "answered"]);
    bot.discord.assertClean();
  });

  test.each(["the option", "the application"])(
    "an owner by %s changes and closes anyone's card",
    async (by) => {
      await using at = await aDiscord();
      const owner = at.guild.user(3);
      if (by === "the application") at.discord.ownerId = owner.id;
      await using bot = await at.start({
        registerCommands: true,
        ownerIds: by === "the option" ? [owner.id] : [],
      });
      while (bot.client.application.owner === null) await turn();
      const call = await bot.call("server").settled();
      const graph = await call.press("Graph", { user: owner }).settled();
      expect([graph.message.id, graph.ephemeral]).toEqual([call.message.id, false]);
      // It is still the caller's.
      const card = await graph.press("Card", { user: call.user }).settled();
      expect(card.message.id).toBe(call.message.id);
      const close = card.press("Close", { user: owner });
      await close.settled();
      expect(close.state).toBe("deleted");
      bot.discord.assertClean();
    },
  );

  test("nothing is asked of Discord before a press is acknowledged", async () => {
    await using bot = await livelyBot();
    const call = await bot.call("server").settled();
    const before = bot.discord.requests.length;
    await call.press("Graph", { user: bot.guild.user(3) }).acked();
    expect(bot.discord.requests[before]?.path).toMatch(/callback$/);
  });

  test("what was allowed is looked at again with each press", async () => {
    const guild = withSecret();
    await using bot = await runBot({
      ...guild,
      roles: [{ name: "insiders", permissions: String((1 << 10) | (1 << 3)) }],
    });
    const caller = bot.guild.user(0);
    const roles = [bot.guild.roles.find(({ name }) => name === "insiders")?.id ?? ""];
    bot.discord.changeMember(bot.guild, caller, { roles });
    await bot.discord.taken();
    const call = await bot.call("channel", { channel: bot.guild.channel("secret") }).settled();
    expect(call.files).toHaveLength(1);
    const stranger = await call.press("Reload", { user: bot.guild.user(1) }).settled();
    expect([stranger.content, stranger.ephemeral]).toEqual([expect.stringMatching(/cannot see/), true]);
    bot.discord.changeMember(bot.guild, caller, { roles: [] });
    await bot.discord.taken();
    expect((await call.press("Reload").settled()).content).toMatch(/cannot see/);
    await bot.stats.configure(bot.guild.id, { enabled: false });
    expect((await call.press("Reload").settled()).content).toMatch(/turned off/);
    bot.discord.assertClean();
  });

  test("who opted out since is not shown a card of themselves", async () => {
    await using bot = await runBot();
    const call = await bot.call("member").settled();
    await bot.stats.privacy.optOut(bot.guild.user(0).id);
    expect((await call.press("Reload").settled()).content).toMatch(/opted out/);
  });
});

describe("a press twice", () => {
  test("draws once, and both are acknowledged", async () => {
    await using bot = await livelyBot();
    const call = await bot.call("server").settled();
    const before = draws(bot);
    const first = call.press("Graph");
    const second = call.press("Graph");
    // What is counted meanwhile would make another picture of the second.
    bot.discord.message(bot.guild, bot.guild.channel("general"), bot.guild.user(2));
    await Promise.all([first.settled(), second.acked()]);
    expect(draws(bot) - before).toBe(1);
    expect(second.state).toBe("deferred-update");
    expect(bot.failures).toEqual([]);
    bot.discord.assertClean();
  });

  test("by someone else gives one private card", async () => {
    await using bot = await livelyBot();
    const user = bot.guild.user(3);
    const call = await bot.call("server").settled();
    const first = call.press("Graph", { user });
    const second = call.press("Graph", { user });
    await Promise.all([first.settled(), second.acked()]);
    expect([first.ephemeral, second.state]).toEqual([true, "deferred-update"]);
  });
});

describe("ids", () => {
  test("survive a restart of the bot", async () => {
    await using at = await aDiscord();
    const bot = await at.start({ registerCommands: true });
    const call = await bot.call("server").settled();
    await bot[Symbol.asyncDispose]();
    await using again = await at.start();
    const graph = await call.press("Graph").settled();
    expect([graph.message.id, graph.files.length]).toEqual([call.message.id, 1]);
    const week = await graph.choose("Last 7 days").settled();
    expect(shown(week)).toEqual(["Server", "Last 7 days", "People"]);
    expect(again.failures).toEqual([]);
    at.discord.assertClean();
  });

  test("of another guild are refused in words", async () => {
    await using bot = await runBot();
    const other = bot.discord.guild({ members: 2 });
    await bot.discord.taken();
    const call = await bot.call("server").settled();
    const elsewhere = await bot.discord
      .call({ guild: other, user: other.user(0), command: "guildstats", subcommand: "server" })
      .settled();
    const press = await elsewhere.forge(idOf(call, "Graph")).settled();
    expect([press.ephemeral, press.content]).toEqual([true, expect.stringMatching(/did not make/)]);
    bot.discord.assertClean();
  });

  test("with a changed character are refused in words", async () => {
    await using bot = await runBot();
    const call = await bot.call("server").settled();
    const id = idOf(call, "Graph");
    const changed = id.slice(0, -1) + (id.endsWith("A") ? "B" : "A");
    const press = await call.forge(changed).settled();
    expect([press.ephemeral, press.content]).toEqual([true, expect.stringMatching(/did not make/)]);
  });

  test.each([
    "gs1:card:reload:server::30d:humans:card:300000000000000001",
    "gs1:forget:300000000000000001",
    "gs0:anything",
    "gs3:anything",
  ])("of another version, such as %j, are refused in words", async (id) => {
    await using bot = await runBot();
    const call = await bot.call("server").settled();
    const press = await call.forge(id).settled();
    expect([press.ephemeral, press.content]).toEqual([true, expect.stringMatching(/another version/)]);
    expect(bot.failures).toEqual([]);
  });

  test("that another key signed are refused, whatever they ask for", async () => {
    await using bot = await runBot();
    const call = await bot.call("server").settled();
    const state = {
      ...({
        view: "server",
        subject: null,
        period: "30d",
        members: "humans",
        mode: "card",
        page: 0,
      } as const),
      invokerId: bot.guild.user(0).id,
    } as const;
    const forger = new ComponentIds(new Uint8Array(32));
    const press = await call.forge(forger.sign(bot.guild.id, cardPayloadOf("reload", state))).settled();
    expect([press.ephemeral, press.content]).toEqual([true, expect.stringMatching(/did not make/)]);
  });

  test("a choice that is not offered gets its own words, and changes nothing", async () => {
    await using bot = await runBot();
    const call = await bot.call("server").settled();
    const before = call.message;
    for (const { customId } of call.selects) {
      for (const values of [["horoscope"], [], ["server", "voice"], ["subject"]]) {
        const press = await call.forge(customId, { values }).settled();
        expect([press.ephemeral, press.content]).toEqual([true, expect.stringMatching(/do not know/)]);
      }
    }
    expect(call.message).toEqual(before);
    expect(bot.failures).toEqual([]);
    bot.discord.assertClean();
  });

  test("of others, the host's own, are left alone", async () => {
    await using bot = await runBot();
    const call = await bot.call("server").settled();
    const button = call.forge("someone-elses-button");
    const select = call.forge("someone-elses-select", { values: ["a"] });
    await bot.discord.taken();
    await bot.call("server").settled();
    expect([button.state, select.state]).toEqual(["pending", "pending"]);
  });
});
