import type { PlaceId } from "../place-id.ts";
import type { Snowflake } from "../snowflake.ts";

/** A message seen on the gateway: who, where and when, never what. */
export interface MessageObservation {
  readonly messageId: Snowflake;
  readonly guildId: Snowflake;
  readonly channelId: Snowflake;
  /** The channel of a thread; `null` for all others. */
  readonly parentId: Snowflake | null;
  readonly userId: Snowflake;
  readonly bot: boolean;
}

/** Where a member is in voice from now on, and how the time there is spent. */
export interface VoiceObservation {
  readonly guildId: Snowflake;
  readonly userId: Snowflake;
  readonly bot: boolean;
  /** `null`: in no voice channel. */
  readonly channelId: Snowflake | null;
  /** Discord's id of the connection: the same one before and after a gap means that the member never left. */
  readonly sessionId: string;
  /** Bits of `voice-state.ts`, all but `alone`, which depends on the others. */
  readonly state: number;
}

/** How many people (not bots) are in a channel now, whether they are counted or not. */
export type Company = readonly (readonly [channelId: Snowflake, people: number])[];

/** An activity that a member is seen in. Its id is all that tells it from others. */
export interface SeenActivity {
  readonly activityId: PlaceId;
  readonly name: string;
  /** When Discord says that it began, Unix milliseconds; `null` when it does not. */
  readonly startMs: number | null;
}

/** All that a member is doing from now on, as one guild is told; nothing when offline. No activity comes twice. */
export interface ActivityObservation {
  readonly guildId: Snowflake;
  readonly userId: Snowflake;
  readonly bot: boolean;
  readonly activities: readonly SeenActivity[];
}

/** A count: what one member did at one place in one hour. */
export interface Count {
  readonly guildId: Snowflake;
  readonly placeId: PlaceId;
  /** The channel of a thread; `null` for all others. */
  readonly parentId: Snowflake | null;
  readonly userId: Snowflake;
  readonly bot: boolean;
  /** UTC hour index. */
  readonly hour: number;
  /** Bits of `voice-state.ts`; 0 for messages and activities. */
  readonly state: number;
  readonly messages: number;
  /** Milliseconds in voice, or in an activity. */
  readonly durationMs: number;
}
