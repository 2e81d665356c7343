import { type APIBaseVoiceState, ChannelType, type Guild, type Snowflake, type VoiceState } from "discord.js";
import type { VoiceObservation } from "../counting/observations.ts";
import { VOICE_STATES } from "../voice-state.ts";

/** A member's place in voice, as the client has it or as a packet tells. */
export interface Seat {
  readonly bot: boolean;
  readonly channelId: Snowflake | null;
  readonly sessionId: string;
  readonly serverMute: boolean;
  readonly serverDeaf: boolean;
  readonly selfMute: boolean;
  readonly selfDeaf: boolean;
  readonly streaming: boolean;
  readonly selfVideo: boolean;
  readonly suppress: boolean;
}

/** What a voice state of Discord tells of its member. */
export type ToldVoice = Pick<
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

export function seatOf(state: VoiceState): Seat {
  const { id, member, client, channelId, sessionId } = state;
  return {
    bot: member?.user.bot ?? client.users.cache.get(id)?.bot ?? false,
    channelId,
    sessionId: sessionId ?? "",
    serverMute: state.serverMute ?? false,
    serverDeaf: state.serverDeaf ?? false,
    selfMute: state.selfMute ?? false,
    selfDeaf: state.selfDeaf ?? false,
    streaming: state.streaming ?? false,
    selfVideo: state.selfVideo ?? false,
    suppress: state.suppress ?? false,
  };
}

export function seatTold(told: ToldVoice, bot: boolean): Seat {
  return {
    bot,
    channelId: told.channel_id,
    sessionId: told.session_id,
    serverMute: told.mute,
    serverDeaf: told.deaf,
    selfMute: told.self_mute,
    selfDeaf: told.self_deaf,
    streaming: told.self_stream ?? false,
    selfVideo: told.self_video,
    suppress: told.suppress,
  };
}

/** Where a seat puts its member, and how the time there is spent. */
export function voiceOf(guild: Guild, userId: Snowflake, seat: Seat): VoiceObservation {
  const { bot, channelId, sessionId } = seat;
  const state = channelId === null ? 0 : bitsOf(guild, channelId, seat);
  return { guildId: guild.id, userId, bot, channelId, sessionId, state };
}

function bitsOf(guild: Guild, channelId: Snowflake, seat: Seat): number {
  const onStage = guild.channels.cache.get(channelId)?.type === ChannelType.GuildStageVoice;
  let bits = 0;
  if (channelId === guild.afkChannelId) bits |= VOICE_STATES.afk;
  if (seat.selfMute) bits |= VOICE_STATES.selfMuted;
  if (seat.serverMute) bits |= VOICE_STATES.serverMuted;
  if (seat.selfDeaf) bits |= VOICE_STATES.selfDeafened;
  if (seat.serverDeaf) bits |= VOICE_STATES.serverDeafened;
  if (seat.streaming) bits |= VOICE_STATES.streaming;
  if (seat.selfVideo) bits |= VOICE_STATES.camera;
  if (onStage) bits |= seat.suppress ? VOICE_STATES.stageAudience : VOICE_STATES.stageSpeaker;
  return bits;
}
