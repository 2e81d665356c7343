import { once } from "node:events";
import { Events } from "discord.js";
import { describe, expect, test } from "vitest";
import { UNSET_SETTINGS } from "../../src/store/store.ts";
import { playing } from "../loopback/activities.ts";
import { PRIVILEGED_INTENTS } from "../support/connected-client.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { runBot } from "../support/running-bot.ts";

const MINUTE = 60_000;
/** So many events come before the client is done with what it missed that it takes them one read after another. */
const MANY = 2_000;

/** A guild where whoever has a role is not counted, with Ann in voice and at play, for twenty minutes. */
async function ignoringRole() {
  const clock = new ManualClock(Date.now());
  const options = { clock, activities: true, registerCommands: false };
  const bot = await runBot({ roles: [{ name: "uncounted" }], members: 60 }, options, PRIVILEGED_INTENTS);
  const { discord, guild, stats } = bot;
  const ann = guild.user(0);
  const roles = guild.roles.filter(({ name }) => name === "uncounted").map(({ id }) => id);
  await stats.configure(guild.id, { ignored: { ...UNSET_SETTINGS.ignored, roles } });
  discord.voice(guild, ann, guild.channel("Lobby"));
  discord.presence(guild, ann, { activities: [playing("Chess")] });
  await discord.taken();
  clock.pass(20 * MINUTE);
  return {
    ...{ ...bot, clock, ann, roles },
    /** Voice, activities. */
    async countedMs(): Promise<readonly (number | undefined)[]> {
      const { totals } = await stats.query.member(guild.id, ann.id);
      const { topActivities } = await stats.query.activities(guild.id);
      return [totals.lifetime.voice, topActivities[0]?.value];
    },
  };
}

describe("a role that keeps its members from being counted", () => {
  test("does so from when a resumed session tells of it", async () => {
    await using bot = await ignoringRole();
    const { discord, guild, client, clock, ann, roles } = bot;
    const resumed = once(client, Events.ShardResume);
    discord.kick("cut");
    discord.changeMember(guild, ann, { roles });
    for (let message = 0; message < MANY; message++)
      discord.message(guild, guild.channel("general"), guild.user(1));
    await resumed;
    await discord.taken();
    clock.pass(20 * MINUTE);
    expect(await bot.countedMs()).toEqual([20 * MINUTE, 20 * MINUTE]);
  });

  test("does so when it is given to a member whom the client has let go of", async () => {
    await using bot = await ignoringRole();
    const { discord, guild, client, clock, ann, roles } = bot;
    client.sweepers.sweepGuildMembers(({ id }) => id === ann.id);
    discord.changeMember(guild, ann, { roles });
    await discord.taken();
    clock.pass(20 * MINUTE);
    expect(await bot.countedMs()).toEqual([20 * MINUTE, 20 * MINUTE]);
  });

  test("does so in the past, of a member of whom the client knows no more than a presence", async () => {
    await using bot = await ignoringRole();
    const { discord, guild, client, roles, stats } = bot;
    const ben = guild.user(1);
    guild.changeMember(ben, { roles });
    discord.guild({ members: [ben] });
    discord.presence(guild, ben);
    await discord.taken();
    expect(client.guilds.cache.get(guild.id)?.members.cache.get(ben.id)?.partial).toBe(true);
    discord.history(guild, guild.channel("general"), 3, (index) => ({
      author: index === 1 ? guild.user(2) : ben,
    }));
    // By which the client knows that there is something.
    discord.message(guild, guild.channel("general"), guild.user(2));
    await discord.taken();
    expect(await stats.backfill(guild.id)).toMatchObject({ messages: 1, failures: [] });
    expect((await stats.query.member(guild.id, ben.id)).totals.lifetime.messages).toBe(0);
  });
});
