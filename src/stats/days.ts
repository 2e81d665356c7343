import { LRUCache } from "lru-cache";
import { DateTime } from "luxon";
import { HOUR_MS, hourOf } from "../clock.ts";

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
 * The local days up to `nowMs`. A day begins with the first UTC hour that starts in it; where midnight falls
 * inside an hour (zones with half hours), that hour belongs to the day in which it starts.
 * @param timeZone IANA zone name, valid
 */
export function localDays(timeZone: string, nowMs: number): LocalDays {
  const key = `${timeZone} ${hourOf(nowMs)}`;
  const known = cache.get(key);
  if (known) return known;
  const today = DateTime.fromMillis(nowMs, { zone: timeZone }).startOf("day");
  const dates: string[] = [];
  const starts = new Int32Array(DAYS + 1);
  for (let day = 0; day <= DAYS; day++) {
    const start = today.plus({ days: day - DAYS + 1 });
    starts[day] = Math.ceil(start.toMillis() / HOUR_MS);
    if (day < DAYS) dates.push(start.toFormat("yyyy-MM-dd"));
  }
  const days: LocalDays = { timeZone, dates, starts };
  cache.set(key, days);
  return days;
}
