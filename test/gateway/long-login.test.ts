import { Options } from "discord.js";
import { describe, expect, test } from "vitest";
import { UNSET_SETTINGS } from "../../src/store/store.ts";
import { playing } from "../loopback/activities.ts";
import { halfLoggedIn } from "../support/half-logged-in.ts";

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
    discord.voice(guild, ann, lobby);
    await bot.allSaid();
    clock.pass(MINUTE);
    expect(await bot.voiceMsOf(ann.id)).toBe(MINUTE);
    expect((await stats.query.memberActivities(guild.id, ann.id)).topActivities).toMatchObject([
      { name: "Go", value: MINUTE },
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

describe("a client that keeps neither members nor users in memory", () => {
  test("tells bots in voice from people", async () => {
    const nobody = { maxSize: 0, keepOverLimit: ({ id }: { id: string }) => id === own };
    let own = "";
    await using bot = await halfLoggedIn({
      guild: {
        members: [{}, {}, { bot: true }, { bot: true }],
        channels: [{ name: "general" }, { name: "Lobby", type: 2 }, { name: "Music", type: 2 }],
      },
      client: { makeCache: Options.cacheWithLimits({ GuildMemberManager: nobody, UserManager: nobody }) },
      before: (discord, guild) => {
        own = discord.me.id;
        discord.voice(guild, guild.user(2), guild.channel("Lobby"));
        discord.voice(guild, guild.user(0), guild.channel("Lobby"));
      },
    });
    const { discord, guild, clock, stats } = bot;
    await bot.letIn();
    await bot.allSaid();
    discord.voice(guild, guild.user(1), guild.channel("Music"));
    discord.voice(guild, guild.user(3), guild.channel("Music"));
    await discord.taken();
    clock.pass(MINUTE);
    const { totals } = await stats.query.server(guild.id);
    expect(totals.lifetime.voice).toBe(2 * MINUTE);
    const { voiceStates } = await stats.query.member(guild.id, guild.user(1).id);
    console.log(JSON.stringify(voiceStates));
  });
});
