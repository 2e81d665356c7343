import { describe, expect, test } from "vitest";
import { playing } from "../loopback/activities.ts";
import { type User, World } from "../loopback/world.ts";
import { PRIVILEGED_INTENTS } from "../support/connected-client.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { aDiscord } from "../support/returning-bot.ts";
import { type RunningBot, runBot } from "../support/running-bot.ts";

const MINUTE = 60_000;

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
