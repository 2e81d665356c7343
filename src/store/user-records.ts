import type { PlaceId } from "../place-id.ts";
import type { Snowflake } from "../snowflake.ts";

/** One user's counters of a guild, in columns of equal length; `place[i]` is an index into the list beside it. */
export interface UserRows {
  /** UTC hour index, or a `CalendarDay`; 0 in totals. */
  readonly time: Int32Array;
  readonly place: Int32Array;
  readonly state: Uint16Array;
  readonly messages: Float64Array;
  readonly durationMs: Float64Array;
}

/** All that is recorded about a user in one guild, as of one moment. */
export interface UserGuildRecords {
  readonly guildId: Snowflake;
  /** When the guild was first written, Unix milliseconds. */
  readonly sinceMs: number | null;
  readonly bot: boolean;
  /** The places in the rows, and no others. */
  readonly places: readonly {
    readonly id: PlaceId;
    /** The channel of a thread; `null` for all others. */
    readonly parentId: Snowflake | null;
    /** The channel's name when it was last counted. */
    readonly name: string | null;
  }[];
  readonly hourly: UserRows;
  readonly daily: UserRows;
  readonly lifetime: UserRows;
  /** As a `VoiceSession`. */
  readonly voice: {
    readonly channelId: Snowflake;
    readonly sessionId: string;
    readonly state: number;
    readonly countedMs: number | null;
  } | null;
  /** As `ActivitySession`s. */
  readonly activities: readonly {
    readonly activityId: PlaceId;
    readonly uncountedSinceMs: number | null;
    readonly endedMs: number | null;
  }[];
}

/** What the Red cog counted of a user and is not placed yet: of one channel, or of one guild's activities. */
export interface UserRedRecords {
  readonly kind: "channel" | "activities";
  /** The channel's id, or the guild's. */
  readonly id: Snowflake;
  readonly sinceMs: number;
  readonly totals: readonly {
    readonly placeId: PlaceId;
    readonly messages: number;
    readonly durationMs: number;
  }[];
  /** `hour` is a UTC hour index. Part of the totals. */
  readonly hours: readonly {
    readonly hour: number;
    readonly messages: number;
    readonly durationMs: number;
  }[];
}
