import type { CalendarDay } from "../local-day.ts";
import type {
  CellRows,
  DayRows,
  HourRows,
  PopulationDay,
  PopulationRow,
  StoredMember,
  StoredPlace,
} from "./rows.ts";

/** What of a guild to read. */
export interface LoadRequest {
  /** Who asks; see {@link GuildSnapshot.appliedSequence}. */
  readonly writer: string;
  /** UTC hour index of the oldest counters by hour. */
  readonly fromHour: number;
  /** UTC hour index of the oldest comings and goings, of which there are few; default: `fromHour`. */
  readonly populationFromHour?: number;
  /**
   * Takes rows by hour while others are still being read: these are not in the snapshot's `hourly` any more. A store that
   * reads all at once leaves it alone. One part at a time, the next when the promise resolves, and none once the load
   * has ended; when it fails, what was taken means nothing. A part's columns may be written to until the promise resolves;
   * then they are the store's again. A store does not wait for parts to be taken: those that it has read lie in memory.
   */
  readonly take?: (part: HourPart) => Promise<void>;
}

/** Some of a guild's rows by hour, no hour in two parts. */
export interface HourPart extends Pick<GuildSnapshot, "places" | "members"> {
  readonly hourly: HourRows;
}

/** One guild's counters as they stand after batch `appliedSequence` of the asking writer. */
export interface GuildSnapshot {
  /** The asking writer's last batch that this snapshot contains; 0 when none. */
  readonly appliedSequence: number;
  /** When the guild was first written, Unix milliseconds; `null` for a guild never written. */
  readonly sinceMs: number | null;
  readonly places: readonly StoredPlace[];
  readonly members: readonly StoredMember[];
  /** Rows with `hour >= fromHour`. */
  readonly hourly: HourRows;
  /** Totals over all time, by (place, member, state). */
  readonly lifetime: CellRows;
  /** Rows with `hour >= populationFromHour`, and the newest one before it, if any; oldest first. */
  readonly population: readonly PopulationRow[];
}

/** Which hours to sum. */
export interface SumsRequest {
  /** Who asks; see {@link GuildSums.appliedSequence}. */
  readonly writer: string;
  /** UTC hour indices, `[fromHour, untilHour)`. */
  readonly fromHour: number;
  readonly untilHour: number;
  /** IANA zone name, valid: the guild's, in which its days were cut. */
  readonly timeZone: string;
}

/** One guild's counters of a range of hours, summed, after batch `appliedSequence` of the asking writer. */
export interface GuildSums {
  /** The asking writer's last batch that the sums contain; 0 when none. */
  readonly appliedSequence: number;
  /** All of the guild's. */
  readonly places: readonly StoredPlace[];
  readonly members: readonly StoredMember[];
  /**
   * By (place, member, state). Where the range cuts a day whose hours are no more, it is in proportion to the hours
   * inside the range, so a figure may be a fraction.
   */
  readonly rows: CellRows;
}

/** Which days to read. */
export interface DaysRequest {
  /** Who asks; see {@link GuildDays.appliedSequence}. */
  readonly writer: string;
  /** The first day of the guild's calendar. */
  readonly fromDay: CalendarDay;
  /** UTC hour index: what begins before it, from the first hour of `fromDay` on. */
  readonly untilHour: number;
  /** The first day of the comings and goings, of which there are few. */
  readonly populationFromDay: CalendarDay;
  /** IANA zone name, valid: the guild's, in which its days were cut. */
  readonly timeZone: string;
  /** As {@link LoadRequest.take} does the hours: these rows are not among the answer's any more. */
  readonly take?: (part: DayPart) => Promise<void>;
}

/** Some of a guild's rows by day. */
export type DayPart = Pick<GuildDays, "places" | "members" | "rows">;

/** One guild's counters of some days, after batch `appliedSequence` of the asking writer. */
export interface GuildDays {
  /** The asking writer's last batch that the rows contain; 0 when none. */
  readonly appliedSequence: number;
  /** All of the guild's. */
  readonly places: readonly StoredPlace[];
  readonly members: readonly StoredMember[];
  /**
   * In order of their days; several rows of a day may have one (place, member, state), which then sum up. What of the
   * last day has no hours any more is in proportion to its hours before `untilHour`, rounded: what is added up must be
   * taken away to nothing one day.
   */
  readonly rows: DayRows;
  /** The days with any, in order, up to the hour `untilHour`. */
  readonly population: readonly PopulationDay[];
  /** How many members there were before `populationFromDay`; `null`: that was not heard. */
  readonly membersBefore: number | null;
}
