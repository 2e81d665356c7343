import { once } from "node:events";
import { Client, Events, Options } from "discord.js";
import { describe, expect, test } from "vitest";
import { GuildStats } from "../../src/guild-stats.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { UNSET_SETTINGS } from "../../src/store/store.ts";
import { playing } from "../loopback/activities.ts";
import { LoopbackDiscord } from "../loopback/loopback-discord.ts";
import { connect, INTENTS, PRIVILEGED_INTENTS } from "../support/connected-client.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { runBot } from "../support/running-bot.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

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

/** A client that keeps no members in memory, in a guild where whoever has a role is not counted, as Ann has and Ben has not. */
async function keepingNobody() {
  const discord = await LoopbackDiscord.start();
  const folder = temporaryFolder();
  const guild = discord.guild({ roles: [{ name: "uncounted" }] });
  const [ann, ben] = [guild.user(0), guild.user(1)];
  const [general, lobby] = [guild.channel("general"), guild.channel("Lobby")];
  const roles = guild.roles.filter(({ name }) => name === "uncounted").map(({ id }) => id);
  guild.changeMember(ann, { roles });
  const makeCache = Options.cacheWithLimits({
    GuildMemberManager: { maxSize: 0, keepOverLimit: ({ id }) => id === discord.me.id },
  });
  const client = new Client({ intents: INTENTS, ...discord.clientOptions, makeCache });
  const clock = new ManualClock();
  const store = sqlite(folder.file("stats.db"));
  const stats = new GuildStats(client, { store, clock, drainOnSignals: false, registerCommands: false });
  await stats.start();
  await stats.configure(guild.id, { ignored: { ...UNSET_SETTINGS.ignored, roles } });
  return {
    ...{ discord, guild, ann, ben, general, lobby, client, clock, stats },
    totals: async (userId: string) => (await stats.query.member(guild.id, userId)).totals.lifetime,
    async [Symbol.asyncDispose](): Promise<void> {
      await stats.stop();
      await client.destroy();
      await discord[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

describe("with a client that keeps few members in memory, a role that keeps its members from being counted", () => {
  test("does so for their messages and in voice, also when it is decided anew who is counted there", async () => {
    await using bot = await keepingNobody();
    const { discord, guild, ann, ben, general, lobby, client, clock, stats, totals } = bot;
    await connect(client, discord);
    for (const user of [ann, ben]) {
      discord.message(guild, general, user);
      discord.voice(guild, user, lobby);
    }
    await discord.taken();
    clock.pass(MINUTE);
    expect(await totals(ben.id)).toEqual({ messages: 1, voice: MINUTE });
    expect(await totals(ann.id)).toEqual({ messages: 0, voice: 0 });
    await stats.configure(guild.id, { theme: "light" });
    clock.pass(MINUTE);
    expect(await totals(ben.id)).toEqual({ messages: 1, voice: 2 * MINUTE });
    expect(await totals(ann.id)).toEqual({ messages: 0, voice: 0 });
  });

  test("does so for who is in voice when the guild comes", async () => {
    await using bot = await keepingNobody();
    const { discord, guild, ann, ben, lobby, client, clock, totals } = bot;
    for (const user of [ann, ben]) discord.voice(guild, user, lobby);
    await connect(client, discord);
    await discord.taken();
    clock.pass(MINUTE);
    expect([(await totals(ann.id)).voice, (await totals(ben.id)).voice]).toEqual([0, MINUTE]);
  });
});
