import { Info, type Zone } from "luxon";
import { HOUR_MS } from "../clock.ts";
import type { CalendarDay } from "../local-day.ts";
import { type Snowflake, snowflakeMs } from "../snowflake.ts";
import type { PostPlan, PostTiming } from "../store/scheduled-post.ts";

/** How often a message that is kept up to date is. */
export const REFRESH_MS = 1_800_000;

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Clocks go back by less; when the date line is moved, they go forward. */
const LONGEST_BACK_MS = 12 * HOUR_MS;

/** What of a post decides when it is due. */
export type DuePlan = Pick<PostPlan, "guildId" | "timing">;
type Dated = Exclude<PostTiming, { readonly every: "refresh" }>;

/**
 * The first instant after another at which a post is due, Unix milliseconds. Once in each day, ISO week or month of the
 * time zone: an hour that comes twice counts when it first comes, one that clocks skip is due when they skip it, and a
 * day that a zone skipped altogether (the date line was moved) is none. A message that is kept up to date is due each
 * {@link REFRESH_MS}, at another moment in each guild.
 * @param timeZone IANA zone name, valid
 */
export function nextDueMs({ guildId, timing }: DuePlan, afterMs: number, timeZone: string): number {
  if (timing.every === "refresh") return lastRefreshMs(guildId, afterMs) + REFRESH_MS;
  const zone = Info.normalizeZone(timeZone);
  // A date before that of `afterMs` was reached by then.
  for (let date = dateOf(timing, localMs(zone, afterMs)); ; date++) {
    const dueMs = dueOn(timing, date, zone);
    if (dueMs !== null && dueMs > afterMs) return dueMs;
  }
}

/** The last instant, up to and with another, at which a post was due; see {@link nextDueMs}. */
export function lastDueMs({ guildId, timing }: DuePlan, atMs: number, timeZone: string): number {
  if (timing.every === "refresh") return lastRefreshMs(guildId, atMs);
  const zone = Info.normalizeZone(timeZone);
  const local = localMs(zone, atMs);
  // Where clocks went back over midnight, the next date may have been reached before.
  let date = dateOf(timing, local) + 1;
  if (wantedMs(timing, date) - local > LONGEST_BACK_MS) date--;
  for (; ; date--) {
    const dueMs = dueOn(timing, date, zone);
    if (dueMs !== null && dueMs <= atMs) return dueMs;
  }
}

function lastRefreshMs(guildId: Snowflake, atMs: number): number {
  // When a guild was made spreads guilds evenly.
  const phaseMs = snowflakeMs(guildId) % REFRESH_MS;
  return Math.floor((atMs - phaseMs) / REFRESH_MS) * REFRESH_MS + phaseMs;
}

/** The number of the day, week or month in which a local time is; the next one has the next number. */
function dateOf(timing: Dated, local: number): number {
  const day = Math.floor(local / DAY_MS);
  switch (timing.every) {
    case "day":
      return day;
    case "week":
      // 1970-01-01 was a Thursday.
      return Math.floor((day + 3) / 7);
    case "month": {
      const date = new Date(day * DAY_MS);
      return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
    }
    default:
      return timing satisfies never;
  }
}

/** The day of a post in the day, week or month with this number. */
function dayOf(timing: Dated, date: number): CalendarDay {
  switch (timing.every) {
    case "day":
      return date;
    case "week":
      return date * 7 - 3 + timing.weekday;
    case "month": {
      const lastDay = Date.UTC(1970, date + 1, 0) / DAY_MS;
      return Math.min(Date.UTC(1970, date, timing.monthDay) / DAY_MS, lastDay);
    }
    default:
      return timing satisfies never;
  }
}

/** The local time of a post in the day, week or month with this number. */
function wantedMs(timing: Dated, date: number): number {
  return dayOf(timing, date) * DAY_MS + timing.hour * HOUR_MS;
}

/** `null`: the zone has no such day. */
function dueOn(timing: Dated, date: number, zone: Zone): number | null {
  const { ms, isSkipped } = reached(zone, wantedMs(timing, date));
  // A week or month without its day is not without its card.
  if (!isSkipped || timing.every !== "day") return ms;
  const isDay = localMs(zone, ms) < (date + 1) * DAY_MS || reached(zone, date * DAY_MS).ms < ms;
  return isDay ? ms : null;
}

/** What clocks show at an instant; a local time is written as the instant at which clocks in UTC show it. */
function localMs(zone: Zone, ms: number): number {
  return ms + zone.offset(ms) * MINUTE_MS;
}

/** The first instant at which clocks show a local time or a later one. Luxon does not say which of two it takes. */
function reached(zone: Zone, wanted: number): { readonly ms: number; readonly isSkipped: boolean } {
  // No zone is further than this from UTC, and none changes twice in so short a time.
  let [beforeMs, afterMs] = [wanted - 15 * HOUR_MS, wanted + 13 * HOUR_MS];
  const [before, after] = [zone.offset(beforeMs), zone.offset(afterMs)];
  const early = wanted - before * MINUTE_MS;
  if (before === after || zone.offset(early) === before) return { ms: early, isSkipped: false };
  const late = wanted - after * MINUTE_MS;
  if (zone.offset(late) === after) return { ms: late, isSkipped: false };
  while (afterMs - beforeMs > 1) {
    const middleMs = Math.floor((beforeMs + afterMs) / 2);
    if (zone.offset(middleMs) === before) beforeMs = middleMs;
    else afterMs = middleMs;
  }
  return { ms: afterMs, isSkipped: true };
}
