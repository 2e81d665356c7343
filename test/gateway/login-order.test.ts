import { describe, expect, test } from "vitest";
import { playing } from "../loopback/activities.ts";
import type { User } from "../loopback/world.ts";
import { halfLoggedIn, KEPT_BACK } from "../support/half-logged-in.ts";

const SECOND = 1_000;

describe("what happens while the client logs in is told by it behind what happens then", () => {
  test("who came to voice before and leaves then is out of it", async () => {
    await using bot = await halfLoggedIn();
    const { discord, guild, lobby, clock } = bot;
    const ann = guild.user(0);
    discord.voice(guild, ann, lobby);
    await bot.letIn(() => discord.voice(guild, ann, null));
    await bot.allTold(2);
    expect(bot.told).toEqual([null, null]);
    clock.pass(60 * SECOND);
    expect(await bot.voiceMsOf(ann.id)).toBe(0);
    expect(bot.cachedChannelOf(ann.id)).toBe(null);
    expect(bot.failures).toEqual([]);
  });

  test("but counts from when it happened", async () => {
    await using bot = await halfLoggedIn();
    const { discord, guild, lobby, clock } = bot;
    const [ann, ben] = [guild.user(0), guild.user(1)];
    discord.voice(guild, ann, lobby);
    discord.voice(guild, ben, lobby);
    await discord.taken();
    clock.pass(60 * SECOND);
    discord.voice(guild, ben, null);
    await discord.taken();
    clock.pass(30 * SECOND);
    // It is looked anew at everyone who is in voice.
    await bot.stats.configure(guild.id, { visibility: "admins" });
    clock.pass(30 * SECOND);
    await bot.letIn(() => undefined);
    await bot.allTold(3);
    clock.pass(60 * SECOND);
    expect([await bot.voiceMsOf(ann.id), await bot.voiceMsOf(ben.id)]).toEqual([180 * SECOND, 60 * SECOND]);
    const { statesMs } = await bot.stats.query.voiceStates(guild.id);
    expect(statesMs.alone).toBe(120 * SECOND);
    expect(bot.failures).toEqual([]);
  });

  test("who left before and comes back then is in it", async () => {
    await using bot = await halfLoggedIn();
    const { discord, guild, lobby, clock } = bot;
    const ann = guild.user(0);
    discord.voice(guild, ann, lobby);
    discord.voice(guild, ann, null);
    await bot.letIn(() => discord.voice(guild, ann, lobby));
    await bot.allTold(3);
    expect(bot.told).toEqual([lobby.id, lobby.id, lobby.id]);
    clock.pass(60 * SECOND);
    expect(await bot.voiceMsOf(ann.id)).toBe(60 * SECOND);
    expect(bot.cachedChannelOf(ann.id)).toBe(lobby.id);
  });

  test("whom the guild tells of anew, behind what was kept back, is where that says", async () => {
    await using bot = await halfLoggedIn();
    const { discord, guild, lobby, clock } = bot;
    const ann = guild.user(0);
    discord.voice(guild, ann, lobby);
    await bot.letIn(() => {
      discord.removeGuild(guild, { unavailable: true });
      guild.voice.delete(ann.id);
      discord.returnGuild(guild);
    });
    await bot.allTold(1);
    clock.pass(60 * SECOND);
    expect(await bot.voiceMsOf(ann.id)).toBe(0);
    expect(bot.failures).toEqual([]);
  });

  test("what is said in a thread that was made before is counted, for the thread's channel too", async () => {
    await using bot = await halfLoggedIn();
    const { discord, guild, stats } = bot;
    const [general, ann] = [guild.channel("general"), guild.user(0)];
    const thread = discord.createChannel(guild, { name: "thread", type: 11, parent_id: general.id });
    discord.message(guild, thread, ann);
    await bot.letIn(() => {
      discord.message(guild, thread, ann);
      discord.message(guild, thread, ann, { webhook_id: "7" });
      discord.message(guild, thread, ann, { type: 7 });
    });
    await bot.allSaid();
    discord.message(guild, thread, ann);
    await bot.allSaid();
    expect(await bot.messagesOf(ann.id)).toBe(3);
    const { totals } = await stats.query.channel(guild.id, general.id);
    expect(totals.lifetime.messages).toBe(KEPT_BACK + 3);
    expect(bot.failures).toEqual([]);
  });

  describe("who plays before", () => {
    const HOUR = 3_600 * SECOND;
    type Bot = Awaited<ReturnType<typeof halfLoggedIn>>;

    /** What Ann did in an hour who played before, at the end of which and behind which it is looked anew at what she does. */
    async function playedBefore(bot: Bot, then: (ann: User) => void): Promise<string[]> {
      const { discord, guild, clock, stats } = bot;
      const [ann, ben] = [guild.user(0), guild.user(1)];
      for (const user of [ann, ben]) discord.presence(guild, user, { activities: [playing("Go")] });
      await bot.letIn(() => then(ann));
      await bot.allSaid();
      const roles = [discord.createRole(guild, { name: "player" }).id];
      for (const user of guild.members.values()) discord.changeMember(guild, user.user, { roles });
      await stats.configure(guild.id, { visibility: "admins" });
      await bot.allSaid();
      clock.pass(HOUR);
      const namesOf = async ({ id }: User): Promise<string[]> =>
        (await stats.query.memberActivities(guild.id, id)).topActivities.map(({ name }) => name);
      expect(await namesOf(ben)).toEqual(["Go"]);
      expect(bot.failures).toEqual([]);
      return await namesOf(ann);
    }

    test("and ceases to then does nothing any more", async () => {
      await using bot = await halfLoggedIn();
      expect(await playedBefore(bot, (ann) => bot.discord.presence(bot.guild, ann))).toEqual([]);
    });

    test("and plays something else then plays that", async () => {
      await using bot = await halfLoggedIn();
      const { discord, guild } = bot;
      const chess = { activities: [playing("Chess")] };
      expect(await playedBefore(bot, (ann) => discord.presence(guild, ann, chess))).toEqual(["Chess"]);
    });

    test("and leaves the guild then does nothing in it any more", async () => {
      await using bot = await halfLoggedIn();
      expect(await playedBefore(bot, (ann) => bot.discord.leave(bot.guild, ann))).toEqual([]);
    });

    test("and is not in the list that the guild comes with then does nothing any more", async () => {
      await using bot = await halfLoggedIn();
      const { discord, guild } = bot;
      const gone = (ann: User): void => {
        guild.presences.delete(ann.id);
        discord.returnGuild(guild);
      };
      expect(await playedBefore(bot, gone)).toEqual([]);
    });
  });
});
