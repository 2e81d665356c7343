import { DateTime } from "luxon";

const ISO_DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

/** A local day as instants: `[startMs, endMs)`, Unix milliseconds. */
export interface LocalDay {
  readonly startMs: number;
  readonly endMs: number;
}

/** The day that someone typed as `YYYY-MM-DD`; `null` for a text that is no day since 1970. @param timeZone IANA name */
export function localDay(text: string, timeZone: string): LocalDay | null {
  const typed = text.trim();
  if (!ISO_DATE.test(typed)) return null;
  const day = DateTime.fromISO(typed, { zone: timeZone }).startOf("day");
  if (!day.isValid || day.toMillis() < 0) return null;
  return { startMs: day.toMillis(), endMs: day.plus({ days: 1 }).startOf("day").toMillis() };
}
