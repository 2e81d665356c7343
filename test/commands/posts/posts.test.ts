import { describe, expect, test, vi } from "vitest";
import { GuildStatsError } from "../../../src/errors.ts";
import type { LogFields } from "../../../src/logger.ts";
import { sqlite } from "../../../src/store/sqlite/index.ts";
import type { Store } from "../../../src/store/store.ts";
import { ATTACH_FILES, SEND_MESSAGES, VIEW_CHANNEL } from "../../loopback/permissions.ts";
import { snowflake } from "../../loopback/snowflake.ts";
import { deny, HOUR_MS, MONDAY_MS, type Scheduling, scheduling } from "../../support/scheduling.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const DAY_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;
const REFRESH_MS = 30 * MINUTE_MS;
const PNG = Buffer.from("89504e470d0a1a0a", "hex");

const daily = ({ guild }: Scheduling, options = {}) => ({
  every: "day",
  channel: guild.channel("general"),
  card: "server",
  ...options,
});
const kept = ({ guild }: Scheduling, options = {}) => ({
  every: "refresh",
  channel: guild.channel("general"),
  card: "messages",
  ...options,
});
/** Asks for a post, which must be taken. */
async function add(at: Scheduling, options: Parameters<Scheduling["schedule"]>[1]): Promise<void> {
  expect((await at.schedule("add", options)).content).toMatch(/^Done/);
}
const patches = ({ discord }: Scheduling): number =>
  discord.requests.filter(({ method, path }) => method === "PATCH" && path.startsWith("/channels/")).length;

describe("a daily card", () => {
  test("comes at its hour in the server's time zone and a day later again, though the bot was restarted between", async () => {
    await using at = await scheduling();
    const { discord, clock } = at;
    const first = await at.start({ timeZone: "Europe/Berlin" });
    await at.say();
    const answer = await at.schedule("add", daily(at, { hour: 17 }));
    // 17:00 in Berlin, which has winter time: 16:00 UTC.
    const dueMs = MONDAY_MS + 8 * HOUR_MS;
    expect(answer.content).toContain(`<t:${dueMs / 1_000}:F>`);
    expect(answer.content).toContain("Europe/Berlin");
    await clock.advance(8 * HOUR_MS - 1);
    expect(await at.idle()).toContain(`<t:${dueMs / 1_000}:R>`);
    expect(discord.posts.all).toEqual([]);
    await clock.advance(1);
    const post = await discord.posts.posted(1);
    expect(post.channelId).toBe(at.guild.channel("general").id);
    const [picture] = post.files;
    expect(picture?.data.subarray(0, 8)).toEqual(PNG);
    expect(post.descriptions).toEqual([picture?.description]);
    expect(picture?.description).toMatch(/Messages.*1/);
    await at.idle();
    await first[Symbol.asyncDispose]();
    await using second = await at.start({ timeZone: "Europe/Berlin" });
    await clock.advance(DAY_MS - 1);
    await at.idle();
    expect(discord.posts.all).toHaveLength(1);
    await clock.advance(1);
    await discord.posts.posted(2);
    await at.idle();
    expect([discord.posts.all.length, patches(at), first.failures, second.failures]).toEqual([2, 0, [], []]);
    discord.assertClean();
  });

  test("is one message, though the bot was killed between sending it and noting that", async () => {
    using folder = temporaryFolder();
    await using at = await scheduling();
    const { discord, clock } = at;
    const file = folder.file("stats.db");
    // Killed, a process writes nothing more: nor does this store.
    const line = { isCut: false };
    const first = await at.start({ store: cut(sqlite(file), line) });
    await add(at, daily(at, { hour: 9 }));
    line.isCut = true;
    await clock.advance(HOUR_MS);
    await discord.posts.posted(1);
    await first[Symbol.asyncDispose]();
    await using second = await at.start({ store: sqlite(file) });
    await discord.posts.repeated(1);
    expect(await at.idle()).not.toContain("⚠️");
    await clock.advance(DAY_MS);
    await discord.posts.posted(2);
    expect(discord.posts.all).toHaveLength(2);
    expect(second.failures).toEqual([]);
    discord.assertClean();
  });

  test("waits for a permission that was taken, which the list names, and comes once it is given back", async () => {
    await using at = await scheduling();
    const { discord, clock, guild } = at;
    await using bot = await at.start();
    await add(at, daily(at));
    const general = guild.channel("general");
    deny(at, general, SEND_MESSAGES | ATTACH_FILES);
    await discord.taken();
    await clock.advance(HOUR_MS + MINUTE_MS / 2);
    expect(await at.idle()).toMatch(
      new RegExp(`⚠️ I may not post in <#${general.id}>.*: Send Messages, Attach Files$`, "m"),
    );
    expect(discord.posts.all).toEqual([]);
    deny(at, general, 0n);
    await discord.taken();
    expect(await at.idle()).toContain("The last attempt failed");
    await clock.advance(MINUTE_MS);
    await discord.posts.posted(1);
    expect(await at.idle()).not.toContain("⚠️");
    expect(bot.failures).toEqual([]);
  });

  test("waits when Discord says so, whatever the client believes", async () => {
    await using at = await scheduling();
    const { discord, clock } = at;
    await using bot = await at.start();
    await add(at, daily(at));
    discord.fault({ match: /^POST \/channels\/\d+\/messages$/, status: 403, code: 50013 });
    await clock.advance(HOUR_MS);
    expect(await at.idle()).toContain("⚠️");
    await clock.advance(MINUTE_MS);
    await discord.posts.posted(1);
    expect(bot.failures).toEqual([]);
  });

  test("that Discord failed to take is told of as a failure, and comes a little later", async () => {
    await using at = await scheduling();
    const { discord, clock } = at;
    await using bot = await at.start();
    await add(at, daily(at));
    discord.fault({ match: /^POST \/channels\/\d+\/messages$/, status: 400, code: 50035 });
    await clock.advance(HOUR_MS);
    expect(await at.idle()).toContain("The last attempt failed");
    await clock.advance(MINUTE_MS);
    await discord.posts.posted(1);
    expect(bot.failures.map(({ code }) => code)).toEqual(["POST_FAILED"]);
  });

  test("goes with its channel", async () => {
    await using at = await scheduling({ channels: [{ name: "general" }, { name: "stats" }] });
    const { discord, clock, guild } = at;
    const logged: object[] = [];
    const log = ({ event, id, what }: LogFields) => logged.push({ event, id, what });
    await using _ = await at.start({ logger: { info: log, debug: log, warn: log, error: log } });
    const stats = guild.channel("stats");
    await add(at, daily(at, { channel: stats }));
    await add(at, daily(at));
    discord.deleteChannel(guild, stats);
    await discord.taken();
    expect(await at.idle()).not.toContain(stats.id);
    await clock.advance(HOUR_MS);
    const post = await discord.posts.posted(1);
    expect(post.channelId).toBe(guild.channel("general").id);
    await at.idle();
    expect(logged.filter((line) => JSON.stringify(line).includes("post_"))).toEqual([
      { event: "post_removed", id: 1, what: "channel" },
      { event: "post_made", id: 2, what: undefined },
    ]);
  });

  test("moves with the server's time zone", async () => {
    await using at = await scheduling();
    const { clock, discord, guild } = at;
    await using bot = await at.start();
    await add(at, daily(at, { hour: 20 }));
    await bot.stats.configure(guild.id, { timeZone: "Europe/Berlin" });
    // 20:00 in Berlin is 19:00 UTC.
    const dueMs = MONDAY_MS + 11 * HOUR_MS;
    expect(await at.idle()).toContain(`<t:${dueMs / 1_000}:R>`);
    await clock.advance(11 * HOUR_MS);
    await discord.posts.posted(1);
  });

  test("goes with a channel that was deleted while the bot was away", async () => {
    await using at = await scheduling({ channels: [{ name: "general" }, { name: "stats" }] });
    const { discord, clock, guild } = at;
    const first = await at.start();
    const stats = guild.channel("stats");
    await add(at, daily(at, { channel: stats }));
    await first[Symbol.asyncDispose]();
    discord.deleteChannel(guild, stats);
    await using second = await at.start();
    await clock.advance(HOUR_MS);
    expect(await at.idle()).toMatch(/^No card/);
    expect([discord.posts.all, second.failures]).toEqual([[], []]);
  });

  test("waits for the end of an outage of its server", async () => {
    await using at = await scheduling();
    const { discord, clock, guild } = at;
    await using _ = await at.start();
    await add(at, daily(at));
    discord.removeGuild(guild, { unavailable: true });
    await discord.taken();
    await clock.advance(2 * HOUR_MS);
    expect(discord.posts.all).toEqual([]);
    discord.returnGuild(guild);
    await discord.posts.posted(1);
    expect(await at.idle()).not.toContain("⚠️");
  });

  test("does not come where the server turned counting off, and does when it is on again", async () => {
    await using at = await scheduling();
    const { discord, clock, guild } = at;
    await using bot = await at.start();
    await add(at, daily(at));
    await bot.stats.configure(guild.id, { enabled: false });
    await clock.advance(HOUR_MS);
    expect(await at.idle()).toMatch(/⚠️ .*turned off.*`\/guildstats-admin enable`/);
    await bot.stats.configure(guild.id, { enabled: true });
    await discord.posts.posted(1);
  });

  test("is in the server's language", async () => {
    await using at = await scheduling();
    const { discord, clock, guild } = at;
    await using bot = await at.start();
    await bot.stats.configure(guild.id, { locale: "de" });
    await add(at, daily(at));
    await clock.advance(HOUR_MS);
    const post = await discord.posts.posted(1);
    expect(post.selects.map(({ placeholder }) => placeholder)).toContain("Etwas anderes zeigen");
    expect(post.message.attachments[0]?.description).toMatch(/Nachrichten/);
  });
});

describe("a message that is kept up to date", () => {
  test("comes at once, and is edited only when something changed", async () => {
    await using at = await scheduling();
    const { discord, clock } = at;
    await using bot = await at.start();
    await at.say();
    await add(at, kept(at));
    const post = await discord.posts.posted(1);
    expect(post.text).toMatch(/^-# Updated <t:\d+:R>$/);
    await at.idle();
    const before = post.files[0]?.data;
    await clock.advance(REFRESH_MS);
    await at.idle();
    expect(patches(at)).toBe(0);
    await at.say();
    await clock.advance(REFRESH_MS);
    await discord.posts.edited(post, 1);
    await at.idle();
    const [picture, ...others] = post.files;
    expect(others).toEqual([]);
    expect(picture?.data.equals(before ?? Buffer.alloc(0))).toBe(false);
    expect(post.text).toBe(`-# Updated <t:${clock.nowMs() / 1_000}:R>`);
    expect([discord.posts.all.length, patches(at), bot.failures]).toEqual([1, 1, []]);
    discord.assertClean();
  });

  test("is the same message after a restart", async () => {
    await using at = await scheduling();
    const { discord, clock } = at;
    const first = await at.start();
    await add(at, kept(at));
    const post = await discord.posts.posted(1);
    await at.idle();
    await first[Symbol.asyncDispose]();
    await using _ = await at.start();
    await at.say();
    await clock.advance(REFRESH_MS);
    await discord.posts.edited(post, 1);
    expect(discord.posts.all).toHaveLength(1);
  });

  test("ends when someone deletes it", async () => {
    await using at = await scheduling();
    const { discord, clock } = at;
    await using bot = await at.start();
    await add(at, kept(at));
    const post = await discord.posts.posted(1);
    await at.idle();
    discord.posts.delete(post);
    await at.say();
    await clock.advance(REFRESH_MS);
    expect(await at.idle()).toMatch(/^No card/);
    await clock.advance(REFRESH_MS);
    expect([discord.posts.all.length, patches(at), bot.failures]).toEqual([1, 1, []]);
  });

  test("is tried again later when Discord takes no more edits for now", async () => {
    await using at = await scheduling();
    const { discord, clock } = at;
    await using bot = await at.start();
    await add(at, kept(at));
    const post = await discord.posts.posted(1);
    await at.idle();
    await at.say();
    discord.fault({ match: /^PATCH \/channels/, status: 400, code: 30046 });
    await clock.advance(REFRESH_MS);
    expect(await at.idle()).toContain("⚠️");
    await clock.advance(REFRESH_MS);
    await discord.posts.edited(post, 1);
    expect(bot.failures.map(({ code }) => code)).toEqual(["POST_FAILED"]);
  });
});

describe("a message that is kept up to date and shows someone", () => {
  const MEMBERS = { members: [{ username: "ada" }, { username: "grace" }, { username: "mary" }] };

  test.each(["optOut", "forget"] as const)("is without them as soon as they are erased: %s", async (what) => {
    await using at = await scheduling(MEMBERS);
    const { discord, clock, guild } = at;
    await using bot = await at.start();
    for (const index of [1, 2]) await at.say(undefined, guild.user(index));
    await add(at, kept(at, { card: "top-messages-members" }));
    const post = await discord.posts.posted(1);
    expect(post.descriptions.join()).toMatch(/grace/);
    await at.idle();
    await clock.advance(5 * MINUTE_MS);
    await bot.stats.privacy[what](guild.user(1).id);
    await discord.posts.edited(post, 1);
    expect(post.descriptions.join()).not.toMatch(/grace/);
    expect(post.descriptions.join()).toMatch(/mary/);
    await at.idle();
    // Who is on no card costs Discord nothing.
    await clock.advance(5 * MINUTE_MS);
    await bot.stats.privacy.forget(guild.user(1).id);
    await at.idle();
    expect([discord.posts.all.length, patches(at), bot.failures]).toEqual([1, 1, []]);
    discord.assertClean();
  });

  test("is without all members as soon as the server chooses so", async () => {
    await using at = await scheduling(MEMBERS);
    const { discord, clock, guild } = at;
    await using bot = await at.start();
    await at.say();
    await add(at, kept(at));
    const post = await discord.posts.posted(1);
    expect(post.descriptions.join()).toMatch(/grace/);
    await at.idle();
    await clock.advance(5 * MINUTE_MS);
    await bot.stats.configure(guild.id, { visibility: "admins" });
    await discord.posts.edited(post, 1);
    expect(post.descriptions.join()).not.toMatch(/grace/);
  });
});

describe("a card for everyone", () => {
  test("names only channels that all who read it may see", async () => {
    const hidden = (id: string) => [{ id, type: 0, allow: "0", deny: String(VIEW_CHANNEL) }] as const;
    const id = snowflake();
    await using at = await scheduling({
      id,
      channels: [
        { name: "general" },
        { name: "staff", permission_overwrites: hidden(id) },
        { name: "board", permission_overwrites: hidden(id) },
      ],
      roles: [{ name: "moderators", permissions: String(32n | VIEW_CHANNEL) }],
    });
    const { discord, clock, guild } = at;
    // The bot reads everywhere.
    for (const name of ["staff", "board"]) {
      const channel = guild.channel(name);
      const all = { id: discord.me.id, type: 1, allow: String(VIEW_CHANNEL), deny: "0" } as const;
      const admin = { ...all, id: at.admin.id };
      const change = { permission_overwrites: [...channel.permission_overwrites, all, admin] };
      guild.changeChannel(channel, change);
    }
    await using _ = await at.start();
    for (const name of ["general", "staff", "staff", "board"]) await at.say(guild.channel(name));
    const top = { card: "top-messages-channels" };
    await add(at, daily(at, top));
    await add(at, daily(at, { ...top, channel: guild.channel("staff") }));
    await clock.advance(HOUR_MS);
    await discord.posts.posted(2);
    const said = (name: string) =>
      discord.posts.all.find(({ channelId }) => channelId === guild.channel(name).id)?.descriptions.join();
    expect(said("general")).toContain("general");
    expect(said("general")).not.toMatch(/staff|board/);
    expect(said("staff")).toMatch(/staff/);
    discord.assertClean();
  });

  test("shows nobody where members may not look at each other, and is refused where nothing would be left", async () => {
    await using at = await scheduling({ members: [{ username: "ada" }, { username: "grace" }] });
    const { discord, clock, guild } = at;
    await using bot = await at.start();
    await at.say();
    await add(at, daily(at, { card: "top-messages-members" }));
    await bot.stats.configure(guild.id, { visibility: "self" });
    await add(at, daily(at));
    for (const card of ["top-messages-members", "top-voice-roles"])
      expect((await at.schedule("add", daily(at, { card }))).content).toMatch(
        /nothing to show.*`\/guildstats-admin settings members`/,
      );
    await clock.advance(HOUR_MS);
    const post = await discord.posts.posted(1);
    expect(await at.idle()).toMatch(/\*\*1\.\*\*.*\n⚠️ .*nothing to show/);
    expect(post.descriptions.join()).not.toMatch(/grace/);
    await bot.stats.configure(guild.id, { visibility: null });
    const late = await discord.posts.posted(2);
    expect(late.descriptions.join()).toMatch(/grace/);
  });

  test("shows nobody where the server chooses so while it is drawn", async () => {
    await using at = await scheduling({ members: [{ username: "ada" }, { username: "grace" }] });
    const { discord, clock, guild } = at;
    await using bot = await at.start();
    await at.say();
    await add(at, daily(at));
    const render = bot.stats.render.bind(bot.stats);
    vi.spyOn(bot.stats, "render").mockImplementationOnce(async (card) => {
      await bot.stats.configure(guild.id, { visibility: "admins" });
      return await render(card);
    });
    await clock.advance(HOUR_MS);
    const post = await discord.posts.posted(1);
    expect(post.descriptions.join()).not.toMatch(/grace/);
    await at.idle();
    expect([discord.posts.all.length, bot.failures]).toEqual([1, []]);
  });
});

describe("presses below a posted card", () => {
  test("give whoever presses a private card of their own, after a restart too, and leave the posted one as it is", async () => {
    await using at = await scheduling({ members: [{ username: "ada" }, { username: "grace" }] });
    const { discord, clock, guild } = at;
    const first = await at.start();
    await at.say();
    await add(at, daily(at));
    await clock.advance(HOUR_MS);
    const post = await discord.posts.posted(1);
    await at.idle();
    expect(post.buttons.map(({ label }) => label)).toEqual(["Graph", "Text"]);
    const owner = discord.join(guild, { id: discord.ownerId ?? "" });
    await discord.taken();
    const before = JSON.stringify(post.message);
    const pressing = async () => {
      for (const user of [guild.user(1), owner]) {
        const graph = await post.press("Graph", { user }).settled();
        expect([graph.ephemeral, graph.files.length]).toEqual([true, 1]);
        // It is theirs: what they press there changes it.
        const text = await graph.press("Text", { user }).settled();
        expect([text.message.id, text.text]).toEqual([graph.message.id, expect.stringMatching(/Messages/)]);
      }
      const own = await post.choose("Me", { user: guild.user(1) }).settled();
      expect([own.ephemeral, own.message.attachments[0]?.description]).toEqual([
        true,
        expect.stringContaining("grace"),
      ]);
    };
    await pressing();
    await first[Symbol.asyncDispose]();
    await using second = await at.start();
    await pressing();
    expect([JSON.stringify(post.message), post.edits, second.failures]).toEqual([before, 0, []]);
    discord.assertClean();
  });

  test("are answered where commands are not", async () => {
    await using at = await scheduling({ channels: [{ name: "general" }, { name: "stats" }] });
    const { discord, guild } = at;
    await using bot = await at.start();
    await bot.stats.configure(guild.id, { commandChannels: [guild.channel("stats").id] });
    await add(at, kept(at));
    const post = await discord.posts.posted(1);
    const user = guild.user(1);
    const text = await post.press("Text", { user }).settled();
    expect([text.ephemeral, text.text]).toEqual([true, expect.stringMatching(/Messages/)]);
    expect((await text.press("Card", { user }).settled()).files).toHaveLength(1);
    expect((await bot.call("server", {}, user).settled()).content).toMatch(/for these channels/);
  });
});

/** A store that takes nothing of posts any more once its line is cut. */
function cut(store: Store, line: { readonly isCut: boolean }): Store {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (name !== "savePost") return value.bind(target);
      return (...given: Parameters<Store["savePost"]>) =>
        line.isCut
          ? Promise.reject(new GuildStatsError("STORE_FAILED", "killed (test)"))
          : target.savePost(...given);
    },
  });
}
