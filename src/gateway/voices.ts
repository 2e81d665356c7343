import {
  type Client,
  type GatewayGuildCreateDispatchData,
  type GatewayVoiceStateUpdateDispatchData,
  type Guild,
  Status,
  type VoiceState,
} from "discord.js";
import type { Company, VoiceObservation } from "../counting/observations.ts";
import type { Snowflake } from "../snowflake.ts";
import { type Seat, seatOf, seatTold, type ToldVoice, voiceOf } from "./voice.ts";

interface Waiting {
  newest: ToldVoice;
  readonly bot: boolean;
  /** Packets that the client has and has not told of. */
  packets: number;
  /** Whether an observer knows of the newest. */
  isTold: boolean;
}

/** A change in voice, as an observer takes it. */
export type VoiceChange = readonly [voice: VoiceObservation, company: Company];

/** Whoever is in no voice channel. */
const AWAY: ToldVoice = {
  channel_id: null,
  session_id: "",
  deaf: false,
  mute: false,
  self_deaf: false,
  self_mute: false,
  self_video: false,
  suppress: false,
  request_to_speak_timestamp: null,
};

/**
 * Who is in voice, as Discord told last, and when it told. The client alone does not know while it logs in. Until all its
 * guilds are there, which takes 5 s and more for each shard, it keeps packets back; then it takes one of them a turn of the event
 * loop, and what comes meanwhile before them (discord.js 14.28, `WebSocketManager.handlePacket`). Whoever joined in the first
 * and left in the second would be in voice, for the client, until heard of again.
 *
 * Invariant: who has a packet with the client is here, with what was told last.
 */
export class Voices {
  readonly #client: Client;
  readonly #guilds = new Map<Snowflake, Map<Snowflake, Waiting>>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** A packet came, ahead of the client's own handling. @returns what it tells; `null`: the client tells of it at once, or never */
  told(data: GatewayVoiceStateUpdateDispatchData): VoiceChange | null {
    const { guild_id: guildId, user_id: userId, member } = data;
    const guild = guildId === undefined ? undefined : this.#client.guilds.cache.get(guildId);
    if (guild === undefined) return null;
    const others = this.#guilds.get(guild.id) ?? new Map<Snowflake, Waiting>();
    const waiting = others.get(userId);
    if (waiting === undefined && this.#client.ws.status === Status.Ready) return null;
    const before = this.#seatOf(guild, userId);
    const bot = member?.user.bot ?? before?.bot ?? this.#client.users.cache.get(userId)?.bot ?? false;
    const packets = (waiting?.packets ?? 0) + 1;
    this.#guilds.set(guild.id, others.set(userId, { newest: data, bot, packets, isTold: true }));
    return this.#change(guild, userId, before);
  }

  /** The client tells of a member; it knows from now on what Discord told last. @returns `null`: that was told already */
  heard(before: VoiceState, after: VoiceState): VoiceChange | null {
    const { guild, id: userId } = after;
    const others = this.#guilds.get(guild.id);
    const waiting = others?.get(userId);
    if (others === undefined || waiting === undefined) return this.#change(guild, userId, seatOf(before));
    write(waiting.newest, after);
    waiting.packets--;
    if (waiting.packets === 0) others.delete(userId);
    if (others.size === 0) this.#guilds.delete(guild.id);
    if (waiting.isTold) return null;
    waiting.isTold = true;
    return this.#change(guild, userId, seatOf(before));
  }

  /** A guild came, with all who are in voice: the client takes that at once. */
  listed({ id, unavailable, voice_states }: GatewayGuildCreateDispatchData): void {
    if (unavailable) return;
    for (const [userId, waiting] of this.#guilds.get(id) ?? []) {
      waiting.newest = voice_states.find(({ user_id }) => user_id === userId) ?? AWAY;
      // The client tells nothing of a guild that it has already.
      waiting.isTold = false;
    }
  }

  /** A member is about to leave a guild, and leaves voice with it. `null`: they were not there, or Discord said that before. */
  departs(guild: Guild, userId: Snowflake): VoiceChange | null {
    const before = this.#seatOf(guild, userId);
    if (before === null) return null;
    const waiting = this.#guilds.get(guild.id)?.get(userId);
    if (waiting) waiting.newest = AWAY;
    const { channelId, bot } = before;
    const left = voiceOf(guild, userId, { ...before, channelId: null });
    if (channelId === null) return [left, []];
    const people = this.#people(guild).get(channelId) ?? 0;
    // Else the client has them there still.
    return [left, [[channelId, bot || waiting ? people : people - 1]]];
  }

  /** The bot is in the guild no more: the client tells nothing of what waits. */
  left(guildId: Snowflake): void {
    this.#guilds.delete(guildId);
  }

  /** Everyone who is in a voice channel of the guild. */
  present(guild: Guild): VoiceObservation[] {
    return [...this.#seats(guild)].map(([userId, seat]) => voiceOf(guild, userId, seat));
  }

  /** How somebody is in voice in the guild; `null`: they are not. */
  of(guild: Guild, userId: Snowflake): VoiceObservation | null {
    const seat = this.#seatOf(guild, userId);
    return seat === null || seat.channelId === null ? null : voiceOf(guild, userId, seat);
  }

  /** How many people are in each voice channel of the guild. */
  company(guild: Guild): Company {
    return [...this.#people(guild)];
  }

  /** How somebody is now, and how many people are in the channels that this touched: none when the channel stayed the same. */
  #change(guild: Guild, userId: Snowflake, before: Seat | null): VoiceChange {
    const after = this.#seatOf(guild, userId) ?? seatTold(AWAY, before?.bot ?? false);
    const channelIds = [before?.channelId ?? null, after.channelId];
    const voice = voiceOf(guild, userId, after);
    if (channelIds[0] === channelIds[1]) return [voice, []];
    const people = this.#people(guild);
    return [
      voice,
      channelIds
        .filter((channelId) => channelId !== null)
        .map((channelId) => [channelId, people.get(channelId) ?? 0]),
    ];
  }

  #seatOf(guild: Guild, userId: Snowflake): Seat | null {
    const waiting = this.#guilds.get(guild.id)?.get(userId);
    if (waiting) return seatTold(waiting.newest, waiting.bot);
    const state = guild.voiceStates.cache.get(userId);
    return state ? seatOf(state) : null;
  }

  /** Who is in a voice channel. */
  *#seats(guild: Guild): Generator<[Snowflake, Seat], void, void> {
    const waiting = this.#guilds.get(guild.id);
    for (const [userId, state] of guild.voiceStates.cache)
      if (state.channelId !== null && !waiting?.has(userId)) yield [userId, seatOf(state)];
    for (const [userId, { newest, bot }] of waiting ?? [])
      if (newest.channel_id !== null) yield [userId, seatTold(newest, bot)];
  }

  #people(guild: Guild): Map<Snowflake, number> {
    const people = new Map<Snowflake, number>();
    for (const [, { channelId, bot }] of this.#seats(guild))
      if (channelId !== null && !bot) people.set(channelId, (people.get(channelId) ?? 0) + 1);
    return people;
  }
}

function write(told: ToldVoice, state: VoiceState): void {
  state.channelId = told.channel_id;
  state.sessionId = told.session_id;
  state.serverDeaf = told.deaf;
  state.serverMute = told.mute;
  state.selfDeaf = told.self_deaf;
  state.selfMute = told.self_mute;
  state.selfVideo = told.self_video;
  state.streaming = told.self_stream ?? false;
  state.suppress = told.suppress;
  state.requestToSpeakTimestamp =
    told.request_to_speak_timestamp === null ? null : Date.parse(told.request_to_speak_timestamp);
}
