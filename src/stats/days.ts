import { LRUCache } from "lru-cache";
import { hourOf } from "../clock.ts";
import { dayAt, firstHourOf, isoDate, localHourAt, weekdayOf } from "../local-day.ts";

/** How many local days a daily series shows, the current one included. */
export const DAYS = 30;

/** The last {@link DAYS} local days as ranges of UTC hours. */
export interface LocalDays {
  /** IANA zone name. */
  readonly timeZone: string;
  /** ISO dates, oldest first. */
  readonly dates: readonly string[];
  /** `DAYS + 1` UTC hour indices: day `i` holds hours `[starts[i], starts[i + 1])`. */
  readonly starts: Int32Array;
  /** By hour from `starts[0]` on: when in the week it starts, as `weekday * 24 + local hour`; Monday is 0. */
  readonly weekHours: Uint8Array;
}

// Cutting 30 days costs a time-zone lookup each, and changes at most once an hour.
const cache = new LRUCache<string, LocalDays>({ max: 500 });

/**
 * The local days up to `nowMs`; `local-day.ts` says to which day an hour belongs.
 * @param timeZone IANA zone name, valid
 */
export function localDays(timeZone: string, nowMs: number): LocalDays {
  const key = `${timeZone} ${hourOf(nowMs)}`;
  const known = cache.get(key);
  if (known) return known;
  const oldest = dayAt(timeZone, nowMs) - DAYS + 1;
  const starts = Int32Array.from({ length: DAYS + 1 }, (_, index) => firstHourOf(timeZone, oldest + index));
  const days: LocalDays = {
    timeZone,
    dates: Array.from({ length: DAYS }, (_, index) => isoDate(oldest + index)),
    starts,
    weekHours: weekHours(timeZone, oldest, starts),
  };
  cache.set(key, days);
  return days;
}

function weekHours(timeZone: string, oldest: number, starts: Int32Array): Uint8Array {
  const first = starts[0] ?? 0;
  const found = new Uint8Array((starts[DAYS] ?? first) - first);
  for (let day = 0; day < DAYS; day++) {
    const [start = 0, end = 0] = starts.subarray(day, day + 2);
    // Where clocks do not change, hours follow one another from midnight on.
    const isPlain = end - start === 24;
    for (let hour = start; hour < end; hour++)
      found[hour - first] =
        weekdayOf(oldest + day) * 24 + (isPlain ? hour - start : localHourAt(timeZone, hour));
  }
  return found;
}
