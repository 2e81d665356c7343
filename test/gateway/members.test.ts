import { GatewayIntentBits } from "discord.js";
import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../../src/clock.ts";
import { makeUser } from "../loopback/members.ts";
import { INTENTS, PRIVILEGED_INTENTS } from "../support/connected-client.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { aDiscord } from "../support/returning-bot.ts";
import { runBot } from "../support/running-bot.ts";

const DAY_MS = 24 * HOUR_MS;

describe("members of a guild", () => {
  test("who joins and who leaves is counted by local day, and the count goes on over quiet days", async () => {
    const clock = new ManualClock(Date.UTC(2026, 2, 15, 12));
    await using bot = await runBot({}, { clock, timeZone: "Asia/Tokyo" }, PRIVILEGED_INTENTS);
    const { discord, guild, stats } = bot;
    const joined = discord.join(guild);
    discord.join(guild);
    discord.leave(guild, joined);
    await discord.taken();
    // 15:00 UTC is midnight in Tokyo.
    clock.pass(3 * HOUR_MS);
    discord.join(guild);
    await discord.taken();
    clock.pass(2 * DAY_MS);
    const { daily } = await stats.query.growth(guild.id);
    expect(daily.days.slice(-4)).toEqual(["2026-03-15", "2026-03-16", "2026-03-17", "2026-03-18"]);
    expect(daily.joins.slice(-4)).toEqual([2, 1, 0, 0]);
    expect(daily.leaves.slice(-4)).toEqual([1, 0, 0, 0]);
    // Four members, the bot, and who stayed.
    expect(daily.members.slice(-4)).toEqual([6, 7, 7, 7]);
    expect(daily.members[0]).toBeNull();
  });

  test("who leaves is counted also when the client never heard of them, and who joins while it is cut off", async () => {
    await using bot = await runBot({ members: 9 }, {}, [...INTENTS, GatewayIntentBits.GuildMembers]);
    const { discord, guild, stats, client } = bot;
    const [stranger, other] = [guild.user(4), guild.user(5)];
    expect(client.guilds.cache.get(guild.id)?.members.cache.has(stranger.id)).toBe(false);
    discord.leave(guild, stranger);
    await discord.taken();
    const resumed = discord.next("resume");
    discord.kick("cut");
    discord.join(guild);
    discord.leave(guild, other);
    await resumed;
    await discord.taken();
    const { daily } = await stats.query.growth(guild.id);
    expect([daily.joins.at(-1), daily.leaves.at(-1), daily.members.at(-1)]).toEqual([1, 2, 9]);
  });

  test("who came while the guild was away move the count, and joined at no known time", async () => {
    const clock = new ManualClock();
    await using bot = await runBot({}, { clock }, PRIVILEGED_INTENTS);
    const { discord, guild, stats } = bot;
    await stats.flush();
    discord.removeGuild(guild, { unavailable: true });
    guild.addMember(makeUser());
    discord.returnGuild(guild);
    await discord.taken();
    const { daily } = await stats.query.growth(guild.id);
    expect(daily.members.at(-1)).toBe(6);
    expect(daily.joins.at(-1)).toBe(0);
  });

  test("are not counted before it is known who they are: a joining that is told too early costs no write", async () => {
    await using at = await aDiscord();
    const { discord } = at;
    const late = discord.guild({ members: 4 });
    discord.removeGuild(late, { unavailable: true });
    const identified = discord.next("identify");
    const starting = at.start({}, PRIVILEGED_INTENTS);
    await identified;
    discord.join(late);
    discord.returnGuild(late);
    await using bot = await starting;
    await discord.taken();
    await bot.stats.flush();
    const { daily } = await bot.stats.query.growth(late.id);
    expect([daily.joins.at(-1), daily.members.at(-1)]).toEqual([0, 6]);
    expect(bot.failures).toEqual([]);
  });
});

describe("members who left", () => {
  test("stay in totals until they are purged, and are found whatever the client remembers", async () => {
    await using bot = await runBot({ members: 150 });
    const { discord, guild, stats } = bot;
    const general = guild.channel("general");
    for (const user of guild.users) discord.message(guild, general, user);
    await discord.taken();
    await stats.flush();
    const leaving = [guild.user(3), guild.user(120)];
    // Without the members intent the client is not told.
    for (const user of leaving) discord.leave(guild, user);
    await discord.taken();
    const departed = await stats.departedMembers(guild.id);
    expect([...departed].sort()).toEqual(leaving.map(({ id }) => id).sort());
    expect((await stats.query.server(guild.id)).totals.lifetime.messages).toBe(150);
    await stats.purge(guild.id, { memberIds: departed });
    expect((await stats.query.server(guild.id)).totals.lifetime.messages).toBe(148);
    expect(await stats.departedMembers(guild.id)).toEqual([]);
  });
});

describe("who is not counted", () => {
  test("an ignored channel's messages and voice, its threads' too, while other channels go on", async () => {
    const clock = new ManualClock();
    await using bot = await runBot(
      { channels: [{ name: "general" }, { name: "spam" }, { name: "Lobby", type: 2 }] },
      { clock },
    );
    const { discord, guild, stats } = bot;
    const [general, spam, lobby] = ["general", "spam", "Lobby"].map((name) => guild.channel(name));
    if (!general || !spam || !lobby) throw new Error("channels are missing");
    const thread = discord.createChannel(guild, { name: "a thread", type: 11, parent_id: spam.id });
    discord.voice(guild, guild.user(0), lobby);
    await discord.taken();
    clock.pass(60_000);
    const { ignored } = stats.settings(guild.id);
    await stats.configure(guild.id, { ignored: { ...ignored, channels: [spam.id, lobby.id] } });
    clock.pass(60_000);
    for (const channel of [general, spam, thread]) discord.message(guild, channel, guild.user(0));
    await discord.taken();
    await stats.configure(guild.id, { ignored: { ...ignored, channels: [] } });
    clock.pass(30_000);
    const { totals } = await stats.query.server(guild.id);
    expect(totals.lifetime).toEqual({ messages: 1, voice: 90_000 });
  });

  test("an ignored category, and members with an ignored role from the moment they have it", async () => {
    const clock = new ManualClock();
    await using bot = await runBot({}, { clock }, PRIVILEGED_INTENTS);
    const { discord, guild, stats } = bot;
    const category = discord.createChannel(guild, { name: "quiet", type: 4 });
    const inside = discord.createChannel(guild, { name: "inside", parent_id: category.id });
    const role = discord.createRole(guild, { name: "uncounted" });
    const { ignored } = stats.settings(guild.id);
    await stats.configure(guild.id, { ignored: { ...ignored, categories: [category.id], roles: [role.id] } });
    const general = guild.channel("general");
    discord.message(guild, inside, guild.user(0));
    discord.message(guild, general, guild.user(0));
    discord.message(guild, general, guild.user(1));
    discord.voice(guild, guild.user(1), guild.channel("Lobby"));
    await discord.taken();
    clock.pass(60_000);
    discord.changeMember(guild, guild.user(1), { roles: [role.id] });
    await discord.taken();
    clock.pass(60_000);
    discord.message(guild, general, guild.user(1));
    await discord.taken();
    expect((await stats.query.server(guild.id)).totals.lifetime).toEqual({ messages: 2, voice: 60_000 });
  });
});
