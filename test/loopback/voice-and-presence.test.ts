import { Events, GatewayIntentBits, type Presence, type VoiceState } from "discord.js";
import { describe, expect, test } from "vitest";
import { connectedClient, INTENTS, PRIVILEGED_INTENTS } from "../support/connected-client.ts";
import { competing, customStatus, playing, spotify, streaming } from "./activities.ts";
import type { Channel } from "./world.ts";

const CHANNELS = [
  { name: "general" },
  { name: "Lobby", type: 2 },
  { name: "Quiet", type: 2 },
  { name: "Stage", type: 13 },
];

/** What of each voice state is asked for, as it is told: the client changes the object of a state later. */
async function listening<T>(pick: (state: VoiceState) => T) {
  const at = await connectedClient(INTENTS, { channels: CHANNELS });
  const told: T[] = [];
  at.client.on(Events.VoiceStateUpdate, (_before, after) => told.push(pick(after)));
  return { ...at, told };
}

describe("voice", () => {
  test("a session lasts over moves and flags, and a new one begins after leaving", async () => {
    await using at = await listening(({ sessionId }) => sessionId);
    const go = (channel: Channel | null): void => at.discord.voice(at.guild, at.guild.user(0), channel);
    go(at.guild.channel("Lobby"));
    go(at.guild.channel("Quiet"));
    at.discord.voice(at.guild, at.guild.user(0), at.guild.channel("Quiet"), { selfMute: true });
    go(null);
    go(at.guild.channel("Lobby"));
    await at.discord.taken();
    const [first, ...later] = at.told;
    expect(later.slice(0, 3)).toEqual([first, first, first]);
    expect(later[3]).not.toBe(first);
  });

  test("a session may be given, as when someone comes from another device", async () => {
    await using at = await listening(({ sessionId }) => sessionId);
    at.discord.voice(at.guild, at.guild.user(0), at.guild.channel("Lobby"), { sessionId: "phone" });
    await at.discord.taken();
    expect(at.told).toEqual(["phone"]);
  });

  test("flags stay until they are changed", async () => {
    await using at = await listening((state) => {
      const { selfMute, serverMute, selfDeaf, serverDeaf, selfVideo, streaming: live } = state;
      return { selfMute, serverMute, selfDeaf, serverDeaf, selfVideo, live };
    });
    const all = { selfMute: true, mute: true, selfDeaf: true, deaf: true, selfVideo: true, selfStream: true };
    const lobby = at.guild.channel("Lobby");
    at.discord.voice(at.guild, at.guild.user(0), lobby);
    at.discord.voice(at.guild, at.guild.user(0), lobby, all);
    at.discord.voice(at.guild, at.guild.user(0), lobby, { selfStream: false, mute: false });
    await at.discord.taken();
    const on = {
      selfMute: true,
      serverMute: true,
      selfDeaf: true,
      serverDeaf: true,
      selfVideo: true,
      live: true,
    };
    const off = Object.fromEntries(Object.keys(on).map((flag) => [flag, false]));
    expect(at.told).toEqual([off, on, { ...on, live: false, serverMute: false }]);
  });

  test("who enters a stage is suppressed until made a speaker, and nobody is suppressed elsewhere", async () => {
    await using at = await listening(({ suppress }) => suppress);
    const stage = at.guild.channel("Stage");
    at.discord.voice(at.guild, at.guild.user(0), stage);
    at.discord.voice(at.guild, at.guild.user(0), stage, { suppress: false });
    at.discord.voice(at.guild, at.guild.user(0), stage, { selfMute: true });
    at.discord.voice(at.guild, at.guild.user(0), at.guild.channel("Lobby"));
    at.discord.voice(at.guild, at.guild.user(0), stage);
    await at.discord.taken();
    expect(at.told).toEqual([true, false, false, false, true]);
  });

  test("GUILD_CREATE lists who is in voice, with flags, session and the member", async () => {
    await using at = await connectedClient(INTENTS, {}, (discord, guild) => {
      const lobby = guild.channel("Lobby");
      discord.voice(guild, guild.user(0), lobby, { selfStream: true, sessionId: "before" });
    });
    const cached = at.client.guilds.cache.get(at.guild.id);
    const state = cached?.voiceStates.cache.get(at.guild.user(0).id);
    expect(state).toMatchObject({ streaming: true, sessionId: "before" });
    expect([...(cached?.members.cache.keys() ?? [])].sort()).toEqual(
      [at.discord.me.id, at.guild.user(0).id].sort(),
    );
  });

  test("someone in two guilds has a voice state in each", async () => {
    await using at = await listening(({ guild, id }) => [guild.id, id]);
    const other = at.discord.guild({ members: [at.guild.user(0)] });
    at.discord.voice(at.guild, at.guild.user(0), at.guild.channel("Lobby"));
    at.discord.voice(other, at.guild.user(0), other.channel("Lobby"));
    await at.discord.taken();
    expect(at.told).toEqual([
      [at.guild.id, at.guild.user(0).id],
      [other.id, at.guild.user(0).id],
    ]);
  });
});

async function watching(intents: readonly GatewayIntentBits[] = PRIVILEGED_INTENTS) {
  const at = await connectedClient(intents);
  const seen: Presence[] = [];
  at.client.on(Events.PresenceUpdate, (_before, after) => seen.push(after));
  return { ...at, seen };
}

describe("presences", () => {
  test("activities arrive as Discord sends them: games, music, streams, a custom status, contests", async () => {
    await using at = await watching();
    const activities = [
      playing("Chess", { startMs: 1_700_000_000_000 }),
      spotify("A song", "Someone", 1_700_000_000_000),
      streaming("Live!", "Chess"),
      customStatus("out for lunch"),
      competing("A cup"),
    ];
    at.discord.presence(at.guild, at.guild.user(0), { status: "dnd", activities });
    await at.discord.taken();
    const [presence] = at.seen;
    expect(presence?.status).toBe("dnd");
    expect(
      presence?.activities.map(({ name, type, timestamps }) => [name, type, timestamps?.start?.getTime()]),
    ).toEqual([
      ["Chess", 0, 1_700_000_000_000],
      ["Spotify", 2, 1_700_000_000_000],
      ["Twitch", 1, undefined],
      ["Custom Status", 4, undefined],
      ["A cup", 5, undefined],
    ]);
  });

  test("GUILD_CREATE carries who is not offline", async () => {
    await using at = await connectedClient(PRIVILEGED_INTENTS, {}, (discord, guild) => {
      discord.presence(guild, guild.user(0), { activities: [playing("Chess")] });
      discord.presence(guild, guild.user(1));
      discord.presence(guild, guild.user(1), { status: "offline" });
    });
    const cached = at.client.guilds.cache.get(at.guild.id)?.presences.cache;
    expect(cached?.map(({ userId, activities }) => [userId, activities[0]?.name])).toEqual([
      [at.guild.user(0).id, "Chess"],
    ]);
  });

  test("without the intent there are none, neither in GUILD_CREATE nor later", async () => {
    await using at = await watching([...INTENTS, GatewayIntentBits.GuildMembers]);
    at.discord.presence(at.guild, at.guild.user(0));
    at.discord.guild({ name: "Other" });
    await at.discord.taken();
    expect(at.seen).toEqual([]);
    expect(at.client.guilds.cache.map(({ presences }) => presences.cache.size)).toEqual([0, 0]);
  });

  test("the client hides a change of nothing but a start: the cache has it, no event tells it", async () => {
    await using at = await watching();
    const chess = playing("Chess", { startMs: 1_000 });
    at.discord.presence(at.guild, at.guild.user(0), { activities: [chess] });
    at.discord.presence(at.guild, at.guild.user(0), {
      activities: [{ ...chess, timestamps: { start: 2_000 } }],
    });
    await at.discord.taken();
    expect(at.seen).toHaveLength(1);
    const cached = at.client.guilds.cache.get(at.guild.id)?.presences.cache.get(at.guild.user(0).id);
    expect(cached?.activities[0]?.timestamps?.start?.getTime()).toBe(2_000);
  });

  test("each guild that someone is in is told, if Discord tells it", async () => {
    await using at = await watching();
    const other = at.discord.guild({ members: [at.guild.user(0)] });
    for (const guild of [at.guild, other]) at.discord.presence(guild, at.guild.user(0));
    await at.discord.taken();
    expect(at.seen.map(({ guild }) => guild?.id)).toEqual([at.guild.id, other.id]);
  });
});
