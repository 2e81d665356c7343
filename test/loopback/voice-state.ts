import { randomBytes } from "node:crypto";
import { STAGE } from "./channels.ts";
import type { Channel, Member, VoiceState } from "./payloads.ts";

/** How someone is in voice. Left out: as before, or off for who has just come. */
export interface VoiceOptions {
  /** Default: the session that the member is in, or a new one. */
  readonly sessionId?: string;
  readonly selfMute?: boolean;
  readonly mute?: boolean;
  readonly selfDeaf?: boolean;
  readonly deaf?: boolean;
  readonly selfVideo?: boolean;
  readonly selfStream?: boolean;
  /** Default: on for who enters a stage, as its audience; off elsewhere. */
  readonly suppress?: boolean;
}

/** The voice state that follows `before`; a member's session lasts from joining to leaving, over all moves. */
export function nextVoiceState(
  guildId: string,
  userId: string,
  member: Member | undefined,
  channel: Channel | null,
  before: VoiceState | undefined,
  options: VoiceOptions,
): VoiceState {
  const stays = before !== undefined && before.channel_id === channel?.id;
  const isStreaming = options.selfStream ?? before?.self_stream ?? false;
  return {
    guild_id: guildId,
    channel_id: channel?.id ?? null,
    user_id: userId,
    session_id: options.sessionId ?? before?.session_id ?? randomBytes(16).toString("hex"),
    member,
    mute: options.mute ?? before?.mute ?? false,
    deaf: options.deaf ?? before?.deaf ?? false,
    self_mute: options.selfMute ?? before?.self_mute ?? false,
    self_deaf: options.selfDeaf ?? before?.self_deaf ?? false,
    self_video: options.selfVideo ?? before?.self_video ?? false,
    ...(isStreaming ? { self_stream: true } : {}),
    suppress: options.suppress ?? (stays ? before.suppress : channel?.type === STAGE),
    ...{ request_to_speak_timestamp: null },
  };
}
