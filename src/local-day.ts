import { LRUCache } from "lru-cache";
import { DateTime } from "luxon";
import { HOUR_MS } from "./clock.ts";

const DAY_MS = 86_400_000;

/** By zone: a year is cut into days again and again, and each takes a look into the zone's rules. */
const firstHours = new LRUCache<string, LRUCache<CalendarDay, number>>({ max: 50 });

/** A calendar day as a number: days from 1970-01-01 to it, whatever the time zone. */
export type CalendarDay = number;

/**
 * The calendar day at an instant, in a time zone.
 * @param timeZone IANA zone name, valid
 */
export function dayAt(timeZone: string, ms: number): CalendarDay {
  const { year, month, day } = DateTime.fromMillis(ms, { zone: timeZone });
  return Date.UTC(year, month - 1, day) / DAY_MS;
}

/**
 * The first UTC hour index that starts in a calendar day of a time zone. Where midnight falls inside an hour (zones
 * with half hours), that hour belongs to the day in which it starts. Where clocks skip midnight, the day begins
 * with the hour after the gap; where midnight comes twice, with the first.
 * @param timeZone IANA zone name, valid
 */
export function firstHourOf(timeZone: string, day: CalendarDay): number {
  let known = firstHours.get(timeZone);
  if (known === undefined) {
    known = new LRUCache({ max: 1_500 });
    firstHours.set(timeZone, known);
  }
  let hour = known.get(day);
  if (hour === undefined) {
    hour = lookedUp(timeZone, day);
    known.set(day, hour);
  }
  return hour;
}

function lookedUp(timeZone: string, day: CalendarDay): number {
  const midnight = DateTime.fromMillis(day * DAY_MS, { zone: "utc" }).setZone(timeZone, {
    keepLocalTime: true,
  });
  let hour = Math.ceil(midnight.startOf("day").toMillis() / HOUR_MS);
  // Of two midnights that may be the later one.
  while (dayAt(timeZone, (hour - 1) * HOUR_MS) === day) hour--;
  return hour;
}

/**
 * The hour of the local day, 0 to 23, in which a UTC hour starts.
 * @param timeZone IANA zone name, valid
 * @param hour UTC hour index
 */
export function localHourAt(timeZone: string, hour: number): number {
  return DateTime.fromMillis(hour * HOUR_MS, { zone: timeZone }).hour;
}

/** The day of the week, 0 for Monday to 6 for Sunday. */
export function weekdayOf(day: CalendarDay): number {
  // 1970-01-01 was a Thursday.
  return (((day + 3) % 7) + 7) % 7;
}

/** The day that {@link isoDate} writes. */
export function dayOfIso(date: string): CalendarDay {
  return Date.parse(`${date}T00:00Z`) / DAY_MS;
}

/** The day as ISO 8601 writes it, `"2026-03-15"`. */
export function isoDate(day: CalendarDay): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
