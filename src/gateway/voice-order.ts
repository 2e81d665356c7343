import type {
  APIBaseVoiceState,
  GatewayGuildCreateDispatchData,
  GatewayVoiceStateUpdateDispatchData,
  VoiceState,
} from "discord.js";
import type { Snowflake } from "../snowflake.ts";

/** What Discord told of a member. */
type Told = Pick<
  APIBaseVoiceState,
  | "channel_id"
  | "session_id"
  | "deaf"
  | "mute"
  | "self_deaf"
  | "self_mute"
  | "self_stream"
  | "self_video"
  | "suppress"
  | "request_to_speak_timestamp"
>;

interface Waiting {
  newest: Told;
  /** Packets that the client has and has not told of. */
  packets: number;
}

/** Whoever is in no voice channel. */
const AWAY: Told = {
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
 * The order in which Discord told of who is in voice. Until all its guilds are there, the client keeps packets back; then it
 * takes one of them a turn of the event loop, and what comes meanwhile before them (discord.js, `WebSocketManager.handlePacket`).
 * Who joined in the first and left in the second would be in voice, for the client and for us, until heard of again.
 *
 * Invariant: who has a packet with the client is here, with what was told last.
 */
export class VoiceOrder {
  readonly #guilds = new Map<Snowflake, Map<Snowflake, Waiting>>();

  /** A packet came; the client tells of it now, or later. @param isKnown whether the client knows the guild, or tells nothing */
  told(data: GatewayVoiceStateUpdateDispatchData, isKnown: (guildId: Snowflake) => boolean): void {
    const { guild_id: guildId, user_id: userId } = data;
    if (guildId === undefined || !isKnown(guildId)) return;
    const guild = this.#guilds.get(guildId) ?? new Map<Snowflake, Waiting>();
    this.#guilds.set(guildId, guild);
    const waiting = guild.get(userId);
    if (waiting === undefined) guild.set(userId, { newest: data, packets: 1 });
    else {
      waiting.newest = data;
      waiting.packets++;
    }
  }

  /** A guild came, with all who are in voice: the client takes that at once. */
  listed({ id, unavailable, voice_states }: GatewayGuildCreateDispatchData): void {
    if (unavailable) return;
    for (const [userId, waiting] of this.#guilds.get(id) ?? [])
      waiting.newest = voice_states.find(({ user_id }) => user_id === userId) ?? AWAY;
  }

  /** The bot is in the guild no more: the client tells nothing of what waits. */
  left(guildId: Snowflake): void {
    this.#guilds.delete(guildId);
  }

  /** The client tells of a member; it knows from now on what Discord told last. @param state the client's own, which is written to */
  heard(state: VoiceState): void {
    const guild = this.#guilds.get(state.guild.id);
    const waiting = guild?.get(state.id);
    if (guild === undefined || waiting === undefined) return;
    write(waiting.newest, state);
    waiting.packets--;
    if (waiting.packets === 0) guild.delete(state.id);
    if (guild.size === 0) this.#guilds.delete(state.guild.id);
  }
}

function write(told: Told, state: VoiceState): void {
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
