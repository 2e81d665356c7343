import type { CalendarDay } from "../local-day.ts";
import type { PlaceId } from "../place-id.ts";
import type { Snowflake } from "../snowflake.ts";

/** A member as the store knows one: an id and whether Discord marks it as a bot. */
export interface StoredMember {
  readonly id: Snowflake;
  readonly bot: boolean;
}

/** A place as the store knows one: a channel, a thread or an activity. */
export interface StoredPlace {
  readonly id: PlaceId;
  /** The channel of a thread; `null` for all others. Never changes. */
  readonly parentId: Snowflake | null;
  /** The channel's name when it was last counted, under which a deleted one is still listed; `null`: not known. */
  readonly name: string | null;
  /** The newest message of the place that was counted: reading back what was missed begins behind it. */
  readonly newestMessageId: Snowflake | null;
  /** The first message of the place that was counted as it came: importing the past ends before it. */
  readonly firstMessageId: Snowflake | null;
}

/**
 * Counters in columns: row `i` is (`place[i]`, `member[i]`, `state[i]`), the first two being indices into the lists
 * that travel beside it. All columns have the same length.
 */
export interface CellRows {
  readonly place: Int32Array;
  readonly member: Int32Array;
  /** How time in voice was spent, a set of bits ({@link VOICE_STATES}), below 2^16; 0 for all else. */
  readonly state: Uint16Array;
  /** Messages, whole and not negative. */
  readonly messages: Float64Array;
  /** Time in voice or in an activity, milliseconds, whole and not negative. */
  readonly durationMs: Float64Array;
}

/** {@link CellRows} of many hours: `hour[i]` is a UTC hour index (hours since the Unix epoch). */
export interface HourRows extends CellRows {
  readonly hour: Int32Array;
}

/** Comings and goings of one hour of a guild. */
export interface PopulationRow {
  /** UTC hour index. */
  readonly hour: number;
  readonly joins: number;
  readonly leaves: number;
  /** How many members the guild had when that was last heard in this hour. */
  readonly members: number;
}

/** {@link CellRows} of days: `day[i]` is a day of the guild's calendar, in days since 1970-01-01. */
export interface DayRows extends CellRows {
  readonly day: Int32Array;
}

/** Comings and goings of one day of a guild. */
export interface PopulationDay {
  readonly day: CalendarDay;
  readonly joins: number;
  readonly leaves: number;
  /** How many members the guild had when that was last heard on this day. */
  readonly members: number;
}
