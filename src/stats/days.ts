import { LRUCache } from "lru-cache";
import { hourOf } from "../clock.ts";
import { type CalendarDay, dayAt, firstHourOf, isoDate, localHourAt, weekdayOf } from "../local-day.ts";
import type { Period } from "../period.ts";

/** How many local days the window has, the current one included: those of a daily series that is of no long period. */
export const DAYS = 30;

/** Some local days in a row as ranges of UTC hours. */
export interface DaySpan {
  /** IANA zone name. */
  readonly timeZone: string;
  readonly firstDay: CalendarDay;
  /** ISO dates, oldest first. */
  readonly dates: readonly string[];
  /** UTC hour indices, one more than dates: day `i` holds hours `[starts[i], starts[i + 1])`. */
  readonly starts: Int32Array;
}

/** The last {@link DAYS} local days. */
export interface LocalDays extends DaySpan {
  /** By hour from `starts[0]` on: when in the week it starts, as `weekday * 24 + local hour`; Monday is 0. */
  readonly weekHours: Uint8Array;
}

// Cutting 30 days costs a time-zone lookup each, and changes at most once an hour.
const cache = new LRUCache<string, LocalDays>({ max: 500 });
const spans = new LRUCache<string, DaySpan>({ max: 50 });

/**
 * The local days up to `nowMs`; `local-day.ts` says to which day an hour belongs.
 * @param timeZone IANA zone name, valid
 */
export function localDays(timeZone: string, nowMs: number): LocalDays {
  const key = `${timeZone} ${hourOf(nowMs)}`;
  const known = cache.get(key);
  if (known) return known;
  const span = cut(timeZone, dayAt(timeZone, nowMs) - DAYS + 1, DAYS);
  const days: LocalDays = { ...span, weekHours: weekHours(span) };
  cache.set(key, days);
  return days;
}

/** The days of a long period. @param today the last of them */
export function daySpan(timeZone: string, today: CalendarDay, count: number): DaySpan {
  const key = `${timeZone} ${today} ${count}`;
  const known = spans.get(key);
  if (known) return known;
  const span = cut(timeZone, today - count + 1, count);
  spans.set(key, span);
  return span;
}

/** How many days a period's daily series has. */
export function daysOf(period: Period): number {
  switch (period) {
    case "90d":
      return 90;
    case "1y":
      return 365;
    case "24h":
    case "7d":
    case "30d":
    case "lifetime":
      return DAYS;
    default:
      return period satisfies never;
  }
}

function cut(timeZone: string, firstDay: CalendarDay, count: number): DaySpan {
  return {
    timeZone,
    firstDay,
    dates: Array.from({ length: count }, (_, index) => isoDate(firstDay + index)),
    starts: Int32Array.from({ length: count + 1 }, (_, index) => firstHourOf(timeZone, firstDay + index)),
  };
}

function weekHours({ timeZone, firstDay, starts }: DaySpan): Uint8Array {
  const first = starts[0] ?? 0;
  const found = new Uint8Array((starts[DAYS] ?? first) - first);
  for (let day = 0; day < DAYS; day++) {
    const [start = 0, end = 0] = starts.subarray(day, day + 2);
    // Where clocks do not change, hours follow one another from midnight on.
    const isPlain = end - start === 24;
    for (let hour = start; hour < end; hour++)
      found[hour - first] =
        weekdayOf(firstDay + day) * 24 + (isPlain ? hour - start : localHourAt(timeZone, hour));
  }
  return found;
}
