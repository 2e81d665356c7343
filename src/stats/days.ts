import { LRUCache } from "lru-cache";
import { hourOf } from "../clock.ts";
import { dayAt, firstHourOf, isoDate } from "../local-day.ts";

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
  const days: LocalDays = {
    timeZone,
    dates: Array.from({ length: DAYS }, (_, index) => isoDate(oldest + index)),
    starts: Int32Array.from({ length: DAYS + 1 }, (_, index) => firstHourOf(timeZone, oldest + index)),
  };
  cache.set(key, days);
  return days;
}
