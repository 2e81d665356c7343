import { once } from "node:events";
import { Events } from "discord.js";
import { describe, expect, test } from "vitest";
import { playing } from "../loopback/activities.ts";
import { type User, World } from "../loopback/world.ts";
import { PRIVILEGED_INTENTS } from "../support/connected-client.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { aDiscord } from "../support/returning-bot.ts";
import { type RunningBot, runBot } from "../support/running-bot.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

async function voiceMsOf({ stats }: RunningBot, guild: World, user: User): Promise<number> {
  return (await stats.query.member(guild.id, user.id)).totals.lifetime.voice;
}

async function membersOf({ stats }: RunningBot, guild: World): Promise<number | null | undefined> {
  return (await stats.query.growth(guild.id)).daily.members.at(-1);
}

describe("a guild that the bot is added to", () => {
  test("while it logs in is told of: who is in voice there, who does what, and how many they are", async () => {
    await using at = await aDiscord();
    const { discord } = at;
    const late = discord.guild({ isOut: true });
    const clock = new ManualClock();
    const identified = discord.next("identify");
    const starting = at.start({ clock, activities: true }, PRIVILEGED_INTENTS);
    await identified;
    const added = new World({ members: 3 }, discord.me);
    const ann = added.user(0);
    added.setVoice(ann, added.channel("Lobby"));
    discord.guilds.set(added.id, added);
    discord.returnGuild(added);
    discord.returnGuild(late);
    await using bot = await starting;
    await discord.taken();
    clock.pass(MINUTE);
    expect(await voiceMsOf(bot, added, ann)).toBe(MINUTE);
    expect(await membersOf(bot, added)).toBe(4);
    expect(bot.failures).toEqual([]);
  });

  test("in its outage is counted when that is over", async () => {
    const clock = new ManualClock();
    const options = { clock, activities: true, registerCommands: false };
    await using bot = await runBot({}, options, PRIVILEGED_INTENTS);
    const { discord, failures, stats } = bot;
    const added = discord.guild({ members: 3, isOut: true });
    await discord.taken();
    await stats.flush();
    expect(await membersOf(bot, added)).toBe(null);
    const ann = added.user(0);
    added.setVoice(ann, added.channel("Lobby"));
    discord.returnGuild(added);
    discord.presence(added, ann, { activities: [playing("Chess")] });
    await discord.taken();
    clock.pass(20 * MINUTE);
    expect(await voiceMsOf(bot, added, ann)).toBe(20 * MINUTE);
    expect(await membersOf(bot, added)).toBe(4);
    expect(failures).toEqual([]);
  });
});

describe("a guild that the bot is thrown out of while its session is lost", () => {
  async function thrownOut(clock: ManualClock) {
    const bot = await runBot({}, { clock, registerCommands: false, leftGuildGraceDays: 1 });
    const { discord, guild, client } = bot;
    const ann = guild.user(0);
    discord.guild();
    discord.voice(guild, ann, guild.channel("Lobby"));
    await discord.taken();
    clock.pass(MINUTE);
    const back = once(client, Events.ShardReady);
    discord.kick("op 9");
    discord.removeGuild(guild);
    await back;
    await discord.taken();
    return { ...bot, ann };
  }

  test("counts nothing more, also when a later session is resumed", async () => {
    const clock = new ManualClock();
    await using bot = await thrownOut(clock);
    const { discord, guild, client, ann } = bot;
    clock.pass(10 * MINUTE);
    const resumed = once(client, Events.ShardResume);
    discord.kick("cut");
    await resumed;
    await discord.taken();
    clock.pass(10 * MINUTE);
    expect(await voiceMsOf(bot, guild, ann)).toBe(MINUTE);
  });

  test("is erased after the days of grace", async () => {
    const clock = new ManualClock(Date.now());
    await using bot = await thrownOut(clock);
    await bot.stats.flush();
    const done = once(bot.stats, "guildErased");
    await clock.advance(DAY + 60 * MINUTE);
    expect(await done).toEqual([bot.guild.id]);
  });

  test("is counted again when the bot is added again", async () => {
    const clock = new ManualClock();
    await using bot = await thrownOut(clock);
    const { discord, guild, ann } = bot;
    clock.pass(10 * MINUTE);
    discord.guilds.set(guild.id, guild);
    discord.returnGuild(guild);
    await discord.taken();
    clock.pass(MINUTE);
    discord.voice(guild, ann, null);
    await discord.taken();
    clock.pass(MINUTE);
    expect(await voiceMsOf(bot, guild, ann)).toBe(2 * MINUTE);
    expect(bot.failures).toEqual([]);
  });
});
