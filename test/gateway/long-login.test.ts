import { once } from "node:events";
import { Events, Options } from "discord.js";
import { describe, expect, test } from "vitest";
import { UNSET_SETTINGS } from "../../src/store/store.ts";
import { playing } from "../loopback/activities.ts";
import { PRIVILEGED_INTENTS } from "../support/connected-client.ts";
import { halfLoggedIn } from "../support/half-logged-in.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { runBot } from "../support/running-bot.ts";

const MINUTE = 60_000;

describe("while a client takes long to log in", () => {
  test("who comes to voice is there from that moment, and who leaves it until that moment", async () => {
    await using bot = await halfLoggedIn({
      guild: { members: 3 },
      before: (discord, guild) => discord.voice(guild, guild.user(0), guild.channel("Lobby")),
    });
    const { discord, guild, lobby, clock } = bot;
    const [ann, ben, cid] = [guild.user(0), guild.user(1), guild.user(2)];
    await discord.taken();
    clock.pass(MINUTE);
    discord.voice(guild, ben, lobby);
    discord.voice(guild, cid, lobby);
    await discord.taken();
    clock.pass(MINUTE);
    discord.voice(guild, ann, null);
    discord.voice(guild, cid, null);
    await discord.taken();
    clock.pass(10 * MINUTE);
    await bot.letIn();
    await bot.allSaid();
    clock.pass(MINUTE);
    const all = await Promise.all([ann, ben, cid].map(({ id }) => bot.voiceMsOf(id)));
    expect(all).toEqual([2 * MINUTE, 12 * MINUTE, MINUTE]);
    expect(bot.failures).toEqual([]);
  });

  test("a role that keeps its members from being counted does so from that moment", async () => {
    await using bot = await halfLoggedIn({
      guild: { members: 2, roles: [{ name: "uncounted" }] },
      before: async (discord, guild, stats) => {
        const roles = guild.roles.filter(({ name }) => name === "uncounted").map(({ id }) => id);
        discord.voice(guild, guild.user(0), guild.channel("Lobby"));
        await stats.configure(guild.id, { ignored: { ...UNSET_SETTINGS.ignored, roles } });
      },
    });
    const { discord, guild, clock, stats } = bot;
    const ann = guild.user(0);
    await discord.taken();
    clock.pass(MINUTE);
    discord.changeMember(guild, ann, { roles: [...stats.settings(guild.id).ignored.roles] });
    await discord.taken();
    clock.pass(10 * MINUTE);
    await bot.letIn();
    await bot.allSaid();
    clock.pass(MINUTE);
    expect(await bot.voiceMsOf(ann.id)).toBe(MINUTE);
  });

  test("a role that is given, and taken when it is done, keeps nobody from being counted", async () => {
    await using bot = await halfLoggedIn({
      guild: { members: 2, roles: [{ name: "uncounted" }] },
      before: async (_, guild, stats) => {
        const roles = guild.roles.filter(({ name }) => name === "uncounted").map(({ id }) => id);
        await stats.configure(guild.id, { ignored: { ...UNSET_SETTINGS.ignored, roles } });
      },
    });
    const { discord, guild, clock, stats, lobby } = bot;
    const ann = guild.user(0);
    discord.changeMember(guild, ann, { roles: [...stats.settings(guild.id).ignored.roles] });
    await bot.letIn(() => discord.changeMember(guild, ann, { roles: [] }));
    await bot.allSaid();
    await stats.configure(guild.id, { theme: "light" });
    discord.presence(guild, ann, { activities: [playing("Go")] });
    await bot.allSaid();
    discord.voice(guild, ann, lobby);
    await bot.allSaid();
    clock.pass(10 * MINUTE);
    expect(await bot.voiceMsOf(ann.id)).toBe(10 * MINUTE);
    expect((await stats.query.memberActivities(guild.id, ann.id)).topActivities).toMatchObject([
      { name: "Go", value: 10 * MINUTE },
    ]);
  });

  test("a channel that is moved to a category that is not counted, and back when it is done, is counted", async () => {
    await using bot = await halfLoggedIn({
      guild: {
        members: 2,
        channels: [{ name: "general" }, { name: "Lobby", type: 2 }, { name: "quiet", type: 4 }],
      },
      before: (_, guild, stats) =>
        stats.configure(guild.id, {
          ignored: { ...UNSET_SETTINGS.ignored, categories: [guild.channel("quiet").id] },
        }),
    });
    const { discord, guild } = bot;
    const [general, ann] = [guild.channel("general"), guild.user(0)];
    discord.updateChannel(guild, general, { parent_id: guild.channel("quiet").id });
    await bot.letIn(() => discord.updateChannel(guild, general, { parent_id: null }));
    await bot.allSaid();
    discord.message(guild, general, ann);
    await bot.allSaid();
    expect(await bot.messagesOf(ann.id)).toBe(1);
  });

  test("a server that the bot leaves and comes back to has nobody in voice who is not listed", async () => {
    await using bot = await halfLoggedIn({ guild: { members: 3 } });
    const { discord, guild, lobby, clock, stats } = bot;
    const ann = guild.user(0);
    discord.voice(guild, ann, lobby);
    await discord.taken();
    guild.voice.delete(ann.id);
    discord.tellRemoved(guild);
    discord.returnGuild(guild);
    await discord.taken();
    await bot.letIn();
    await bot.allSaid();
    await stats.configure(guild.id, { theme: "light" });
    clock.pass(MINUTE);
    expect(await bot.voiceMsOf(ann.id)).toBe(0);
  });
});

test("what a client kept back before anyone listened is heard from it, unless something newer was", async () => {
  await using bot = await halfLoggedIn({
    unheard: (discord, guild) => {
      for (const user of guild.users) discord.voice(guild, user, guild.channel("Lobby"));
    },
  });
  const { discord, guild, clock } = bot;
  const [ann, ben] = [guild.user(0), guild.user(1)];
  await bot.letIn(() => discord.voice(guild, ann, null));
  await bot.allTold(3);
  clock.pass(MINUTE);
  expect([await bot.voiceMsOf(ann.id), await bot.voiceMsOf(ben.id)]).toEqual([0, MINUTE]);
});

/** Keeps nobody but the bot in memory. */
function nobody(discord: () => string) {
  const limit = { maxSize: 0, keepOverLimit: ({ id }: { readonly id: string }) => id === discord() };
  return { GuildMemberManager: limit, UserManager: limit };
}

describe("a client that keeps nobody in memory", () => {
  test("has bots in voice told from people", async () => {
    let own = "";
    await using bot = await halfLoggedIn({
      guild: {
        members: [{}, {}, { bot: true }, { bot: true }],
        channels: [{ name: "general" }, { name: "Lobby", type: 2 }, { name: "Music", type: 2 }],
      },
      client: { makeCache: Options.cacheWithLimits(nobody(() => own)) },
      before: (discord, guild) => {
        own = discord.me.id;
        for (const index of [0, 2]) discord.voice(guild, guild.user(index), guild.channel("Lobby"));
      },
    });
    const { discord, guild, clock, stats } = bot;
    await bot.letIn();
    await bot.allSaid();
    for (const index of [1, 3]) discord.voice(guild, guild.user(index), guild.channel("Music"));
    await discord.taken();
    clock.pass(MINUTE);
    expect((await stats.query.server(guild.id)).totals.lifetime.voice).toBe(2 * MINUTE);
    for (const index of [0, 1]) {
      const { voiceStates } = await stats.query.member(guild.id, guild.user(index).id);
      expect(voiceStates.statesMs.alone).toBe(MINUTE);
    }
  });

  test("has who left the server and came back counted, without the role that kept them from it", async () => {
    let own = "";
    await using bot = await halfLoggedIn({
      guild: { members: 2, roles: [{ name: "uncounted" }] },
      client: {
        makeCache: Options.cacheWithLimits({ GuildMemberManager: nobody(() => own).GuildMemberManager }),
      },
      before: (discord, guild, stats) => {
        own = discord.me.id;
        const roles = guild.roles.filter(({ name }) => name === "uncounted").map(({ id }) => id);
        guild.changeMember(guild.user(0), { roles });
        return stats.configure(guild.id, { ignored: { ...UNSET_SETTINGS.ignored, roles } });
      },
    });
    const { discord, guild, clock, stats } = bot;
    const ann = guild.user(0);
    await bot.letIn();
    discord.message(guild, guild.channel("general"), ann);
    await bot.allSaid();
    discord.leave(guild, ann);
    discord.join(guild, ann);
    discord.presence(guild, ann, { activities: [playing("Go")] });
    await bot.allSaid();
    clock.pass(10 * MINUTE);
    expect(await bot.messagesOf(ann.id)).toBe(0);
    expect((await stats.query.memberActivities(guild.id, ann.id)).topActivities).toMatchObject([
      { name: "Go", value: 10 * MINUTE },
    ]);
  });

  test.each([
    ["keeps none", { makeCache: Options.cacheWithLimits({ VoiceStateManager: 0 }) }],
    ["sweeps them", { sweepers: { voiceStates: { interval: 3_600, filter: () => () => true } } }],
  ])("has time in voice counted all the same where it %s of the voice states", async (_, client) => {
    await using bot = await halfLoggedIn({
      client,
      before: (discord, guild) => discord.voice(guild, guild.user(0), guild.channel("Lobby")),
    });
    const { discord, guild, lobby, clock, stats } = bot;
    await bot.letIn();
    await bot.allSaid();
    discord.voice(guild, guild.user(1), lobby);
    await discord.taken();
    bot.client.sweepers.sweepVoiceStates(() => true);
    await stats.configure(guild.id, { theme: "light" });
    clock.pass(MINUTE);
    discord.voice(guild, guild.user(1), null);
    await discord.taken();
    clock.pass(MINUTE);
    expect(await bot.voiceMsOf(guild.user(0).id)).toBe(2 * MINUTE);
    expect(await bot.voiceMsOf(guild.user(1).id)).toBe(MINUTE);
    expect(bot.failures).toEqual([]);
  });
});

describe("in the middle of time in voice", () => {
  test("a channel is counted from when it leaves a category that is not, and until it comes to it", async () => {
    const clock = new ManualClock(Date.now());
    const channels = [{ name: "general" }, { name: "Lobby", type: 2 }, { name: "quiet", type: 4 }];
    await using bot = await runBot({ channels }, { clock, registerCommands: false });
    const { discord, guild, stats } = bot;
    const [lobby, quiet] = [guild.channel("Lobby"), guild.channel("quiet")];
    await stats.configure(guild.id, { ignored: { ...UNSET_SETTINGS.ignored, categories: [quiet.id] } });
    discord.voice(guild, guild.user(0), lobby);
    for (const parent_id of [null, quiet.id, null]) {
      discord.updateChannel(guild, lobby, { parent_id });
      await discord.taken();
      clock.pass(MINUTE);
    }
    expect((await stats.query.server(guild.id)).totals.lifetime.voice).toBe(2 * MINUTE);
  });

  test("whoever had a role that is not counted is, from when it is deleted", async () => {
    const clock = new ManualClock(Date.now());
    const options = { clock, activities: true, registerCommands: false };
    await using bot = await runBot({ roles: [{ name: "uncounted" }] }, options, PRIVILEGED_INTENTS);
    const { discord, guild, stats } = bot;
    const ann = guild.user(0);
    const [role] = guild.roles.filter(({ name }) => name === "uncounted");
    if (!role) throw new Error("no role");
    await stats.configure(guild.id, { ignored: { ...UNSET_SETTINGS.ignored, roles: [role.id] } });
    discord.changeMember(guild, ann, { roles: [role.id] });
    discord.voice(guild, ann, guild.channel("Lobby"));
    discord.presence(guild, ann, { activities: [playing("Go")] });
    await discord.taken();
    clock.pass(10 * MINUTE);
    discord.deleteRole(guild, role);
    await discord.taken();
    clock.pass(10 * MINUTE);
    expect((await stats.query.server(guild.id)).totals.lifetime.voice).toBe(10 * MINUTE);
    expect((await stats.query.memberActivities(guild.id, ann.id)).topActivities).toMatchObject([
      { name: "Go", value: 10 * MINUTE },
    ]);
  });
});

describe("a client that is destroyed and logs in again", () => {
  test("has its servers counted, and its commands answered", async () => {
    const clock = new ManualClock(Date.now());
    await using bot = await runBot({}, { clock });
    const { discord, guild, stats, client } = bot;
    const [ann, ben] = [guild.user(0), guild.user(1)];
    for (const user of [ann, ben]) discord.voice(guild, user, guild.channel("Lobby"));
    await discord.taken();
    clock.pass(MINUTE);
    await client.destroy();
    discord.voice(guild, ann, null);
    clock.pass(MINUTE);
    const back = once(client, Events.GuildAvailable);
    await client.login(discord.token);
    await back;
    await discord.taken();
    clock.pass(MINUTE);
    discord.message(guild, guild.channel("general"), ann);
    await discord.taken();
    expect(
      await Promise.all(
        [ann, ben].map(async ({ id }) => (await stats.query.member(guild.id, id)).totals.lifetime),
      ),
    ).toEqual([
      { messages: 1, voice: MINUTE },
      { messages: 0, voice: 3 * MINUTE },
    ]);
    expect((await bot.call("server", { text: true }).settled()).state).toBe("answered");
  });
});
