import {
  ChannelType,
  type Client,
  type GatewayGuildCreateDispatchData,
  type GatewayVoiceState,
  type GatewayVoiceStateUpdateDispatchData,
  type Guild,
  type VoiceState,
} from "discord.js";
import type { Company, VoiceObservation } from "../counting/observations.ts";
import type { Snowflake } from "../snowflake.ts";
import { VOICE_STATES } from "../voice-state.ts";

/** How a member is in a voice channel. */
interface Voice {
  readonly channelId: Snowflake;
  readonly sessionId: string;
  readonly bot: boolean;
  /** Bits of `voice-state.ts` that the member's own state decides. */
  readonly own: number;
  /** On a stage: among the audience. */
  readonly isSuppressed: boolean;
}

/** Who is in voice in a guild. */
interface Present {
  readonly users: Map<Snowflake, Voice>;
  /** By channel, above 0: kept, for a crowded stage must not be walked through at each arrival. */
  readonly people: Map<Snowflake, number>;
}

/** What changed: how a member is in voice from now on, and how many people are in the channels that were left or entered. */
export type Moved = readonly [VoiceObservation, Company];

type Told = Pick<
  GatewayVoiceState,
  | "channel_id"
  | "session_id"
  | "deaf"
  | "mute"
  | "self_deaf"
  | "self_mute"
  | "self_stream"
  | "self_video"
  | "suppress"
>;

/**
 * Who is in voice, as the gateway told last. The client's cache and events do not know: while it logs in, which of a large bot takes
 * minutes, the client keeps back who comes and goes, and takes it behind what comes then (see `updateKeptBack`); a host may have
 * it drop voice states, and the users by whom bots are told from people.
 */
export class Voices {
  readonly #client: Client;
  /** Guilds with anyone in voice. */
  readonly #guilds = new Map<Snowflake, Present>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Takes over what the client knows: it came before anyone listened. */
  seed(): void {
    for (const guild of this.#client.guilds.cache.values())
      for (const state of guild.voiceStates.cache.values()) this.#put(guild.id, state.id, voiceOf(state));
  }

  /** A guild comes, with all who are in voice; one that is in an outage lists nobody. */
  listed({ id, unavailable, voice_states, members }: GatewayGuildCreateDispatchData): void {
    if (unavailable) return;
    this.#guilds.delete(id);
    const bots = new Map(members.map(({ user }) => [user.id, user.bot ?? false]));
    for (const told of voice_states) {
      const bot = bots.get(told.user_id) ?? this.#isBot(id, told.user_id);
      this.#put(id, told.user_id, toldVoice(told, bot));
    }
  }

  /** A member joined, moved, left, or changed how the time is spent; `null` of a guild that the client does not know. */
  told(data: GatewayVoiceStateUpdateDispatchData): Moved | null {
    const guild = this.#client.guilds.cache.get(data.guild_id ?? "");
    if (guild === undefined) return null;
    const bot = data.member?.user.bot ?? this.#isBot(guild.id, data.user_id);
    return this.#moved(guild, data.user_id, toldVoice(data, bot));
  }

  /** The same of the client's own event, for what nobody listened to. */
  heard(state: VoiceState): Moved {
    return this.#moved(state.guild, state.id, voiceOf(state));
  }

  /** A member leaves the guild; `null`: not out of voice. */
  departed(guildId: Snowflake, userId: Snowflake): Moved | null {
    const guild = this.#client.guilds.cache.get(guildId);
    if (guild === undefined || !this.#guilds.get(guildId)?.users.has(userId)) return null;
    return this.#moved(guild, userId, null);
  }

  /** The bot is in the guild no more. */
  left(guildId: Snowflake): void {
    this.#guilds.delete(guildId);
  }

  /** How a member is in voice; `null`: not at all. */
  of(guild: Guild, userId: Snowflake): VoiceObservation | null {
    const voice = this.#guilds.get(guild.id)?.users.get(userId);
    return voice === undefined ? null : observation(guild, userId, voice);
  }

  /** Everyone who is in a voice channel of the guild. */
  present(guild: Guild): VoiceObservation[] {
    return Array.from(this.#guilds.get(guild.id)?.users ?? [], ([userId, voice]) =>
      observation(guild, userId, voice),
    );
  }

  /** How many people are in each voice channel of the guild. */
  company(guildId: Snowflake): Company {
    return [...(this.#guilds.get(guildId)?.people ?? [])];
  }

  /** Everyone in voice anywhere; some several times. */
  *userIds(): Generator<Snowflake, void, void> {
    for (const { users } of [...this.#guilds.values()]) yield* [...users.keys()];
  }

  #moved(guild: Guild, userId: Snowflake, after: Voice | null): Moved {
    const before = this.#guilds.get(guild.id)?.users.get(userId);
    this.#put(guild.id, userId, after);
    const away = {
      guildId: guild.id,
      userId,
      bot: before?.bot ?? false,
      channelId: null,
      sessionId: "",
      state: 0,
    };
    const now = after === null ? away : observation(guild, userId, after);
    if (before?.channelId === after?.channelId) return [now, []];
    const people = this.#guilds.get(guild.id)?.people;
    const touched = [before?.channelId, after?.channelId].filter((channelId) => channelId !== undefined);
    return [now, touched.map((channelId) => [channelId, people?.get(channelId) ?? 0] as const)];
  }

  #put(guildId: Snowflake, userId: Snowflake, voice: Voice | null): void {
    const present = this.#guilds.get(guildId) ?? { users: new Map(), people: new Map() };
    const { users, people } = present;
    countPerson(people, users.get(userId), -1);
    countPerson(people, voice, 1);
    if (voice === null) users.delete(userId);
    else users.set(userId, voice);
    if (users.size === 0) this.#guilds.delete(guildId);
    else this.#guilds.set(guildId, present);
  }

  #isBot(guildId: Snowflake, userId: Snowflake): boolean {
    const { users, guilds } = this.#client;
    const known = users.cache.get(userId) ?? guilds.cache.get(guildId)?.members.cache.get(userId)?.user;
    return known?.bot ?? this.#guilds.get(guildId)?.users.get(userId)?.bot ?? false;
  }
}

function countPerson(people: Map<Snowflake, number>, voice: Voice | null | undefined, by: 1 | -1): void {
  if (!voice || voice.bot) return;
  const count = (people.get(voice.channelId) ?? 0) + by;
  if (count === 0) people.delete(voice.channelId);
  else people.set(voice.channelId, count);
}

function observation(guild: Guild, userId: Snowflake, voice: Voice): VoiceObservation {
  const { channelId, sessionId, bot, own, isSuppressed } = voice;
  let state = own;
  // These depend on the guild, which may be told of anew while they are there.
  if (channelId === guild.afkChannelId) state |= VOICE_STATES.afk;
  if (guild.channels.cache.get(channelId)?.type === ChannelType.GuildStageVoice)
    state |= isSuppressed ? VOICE_STATES.stageAudience : VOICE_STATES.stageSpeaker;
  return { guildId: guild.id, userId, bot, channelId, sessionId, state };
}

function toldVoice(told: Told, bot: boolean): Voice | null {
  if (told.channel_id === null) return null;
  let own = 0;
  if (told.self_mute) own |= VOICE_STATES.selfMuted;
  if (told.mute) own |= VOICE_STATES.serverMuted;
  if (told.self_deaf) own |= VOICE_STATES.selfDeafened;
  if (told.deaf) own |= VOICE_STATES.serverDeafened;
  if (told.self_stream) own |= VOICE_STATES.streaming;
  if (told.self_video) own |= VOICE_STATES.camera;
  const { channel_id: channelId, session_id: sessionId, suppress: isSuppressed } = told;
  return { channelId, sessionId, bot, own, isSuppressed };
}

function voiceOf(state: VoiceState): Voice | null {
  const told = {
    channel_id: state.channelId,
    session_id: state.sessionId ?? "",
    deaf: state.serverDeaf ?? false,
    mute: state.serverMute ?? false,
    self_deaf: state.selfDeaf ?? false,
    self_mute: state.selfMute ?? false,
    self_stream: state.streaming ?? false,
    self_video: state.selfVideo ?? false,
    suppress: state.suppress ?? false,
  };
  return toldVoice(told, state.member?.user.bot ?? state.client.users.cache.get(state.id)?.bot ?? false);
}
