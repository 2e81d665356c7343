import type { PlaceId } from "../place-id.ts";
import type { Snowflake } from "../snowflake.ts";

/** A member who is in voice: kept so that time goes on after a restart, if the same session is found again. */
export interface VoiceSession {
  readonly guildId: Snowflake;
  readonly userId: Snowflake;
  readonly bot: boolean;
  readonly channelId: Snowflake;
  /** Discord's id of the connection. */
  readonly sessionId: string;
  /** Bits of {@link VOICE_STATES}. */
  readonly state: number;
  /** Up to here its time is in the counters, Unix milliseconds; `null`: up to its guild's `Batch.settledMs`. */
  readonly countedMs: number | null;
}

/** A {@link VoiceSession} of a run that ended. */
export interface OpenVoice extends Omit<VoiceSession, "countedMs"> {
  /** Up to here its time is in the counters, Unix milliseconds. */
  readonly settledMs: number;
}

/** How the open sessions differ from what was written before. At most one entry a member. */
export interface SessionChanges {
  /** Replaces what is stored of these members. */
  readonly opened: readonly VoiceSession[];
  readonly closed: readonly Pick<VoiceSession, "guildId" | "userId">[];
}

/** What a member does, or did until lately: kept so that time goes on after a restart, and none counts twice. */
export interface ActivitySession {
  readonly guildId: Snowflake;
  readonly userId: Snowflake;
  readonly bot: boolean;
  readonly activityId: PlaceId;
  /** When it began, Unix milliseconds, while it is too short to be counted; `null` once it is. */
  readonly uncountedSinceMs: number | null;
  /** When it, or one before this that is too short, ended counted, Unix milliseconds; `null`: counted and open. */
  readonly endedMs: number | null;
}

/** An {@link ActivitySession} of a run that ended. */
export interface OpenActivity extends ActivitySession {
  /** When it was last seen, Unix milliseconds; once it is counted, up to here its time is in the counters. */
  readonly settledMs: number;
}

/** How activities differ from what was written before. At most one entry for a member and activity. */
export interface ActivityChanges {
  /** Replaces what is stored of these members' activities. */
  readonly opened: readonly ActivitySession[];
  readonly closed: readonly Pick<ActivitySession, "guildId" | "userId" | "activityId">[];
}
