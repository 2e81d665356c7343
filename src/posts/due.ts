import { Info, type Zone } from "luxon";
import { HOUR_MS } from "../clock.ts";
import { type CalendarDay, dayAt } from "../local-day.ts";
import { type Snowflake, snowflakeMs } from "../snowflake.ts";
import type { PostPlan, PostTiming } from "../store/scheduled-post.ts";

/** How often a message that is kept up to date is. */
export const REFRESH_MS = 1_800_000;

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

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
  for (let date = dateOf(timing, dayAt(timeZone, afterMs)); ; date++) {
    const dueMs = dueOn(timing, date, zone);
    if (dueMs !== null && dueMs > afterMs) return dueMs;
  }
}

/** The last instant, up to and with another, at which a post was due; see {@link nextDueMs}. */
export function lastDueMs({ guildId, timing }: DuePlan, atMs: number, timeZone: string): number {
  if (timing.every === "refresh") return lastRefreshMs(guildId, atMs);
  const zone = Info.normalizeZone(timeZone);
  // The date after that of `atMs` may have been reached, where clocks went back over midnight.
  for (let date = dateOf(timing, dayAt(timeZone, atMs)) + 1; ; date--) {
    const dueMs = dueOn(timing, date, zone);
    if (dueMs !== null && dueMs <= atMs) return dueMs;
  }
}

function lastRefreshMs(guildId: Snowflake, atMs: number): number {
  // When a guild was made spreads guilds evenly.
  const phaseMs = snowflakeMs(guildId) % REFRESH_MS;
  return Math.floor((atMs - phaseMs) / REFRESH_MS) * REFRESH_MS + phaseMs;
}

/** The number of the day, week or month in which a day is; the next one has the next number. */
function dateOf(timing: Dated, day: CalendarDay): number {
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

/** `null`: the zone has no such day. */
function dueOn(timing: Dated, date: number, zone: Zone): number | null {
  const day = dayOf(timing, date);
  const dueMs = reachedMs(zone, day * DAY_MS + timing.hour * HOUR_MS);
  // A week or month without its day is not without its card.
  if (timing.every !== "day") return dueMs;
  const isSkipped = localMs(zone, dueMs) >= (day + 1) * DAY_MS && reachedMs(zone, day * DAY_MS) === dueMs;
  return isSkipped ? null : dueMs;
}

/** What clocks show at an instant, as if they showed UTC. */
function localMs(zone: Zone, ms: number): number {
  return ms + zone.offset(ms) * MINUTE_MS;
}

/**
 * The first instant at which clocks show a local time or a later one. Luxon does not say which of two it takes.
 * @param wantedMs the local time as if it were UTC
 */
function reachedMs(zone: Zone, wantedMs: number): number {
  // No zone is further than this from UTC, and none changes twice in so short a time.
  let [beforeMs, afterMs] = [wantedMs - 15 * HOUR_MS, wantedMs + 13 * HOUR_MS];
  const [before, after] = [zone.offset(beforeMs), zone.offset(afterMs)];
  const early = wantedMs - before * MINUTE_MS;
  if (before === after || zone.offset(early) === before) return early;
  const late = wantedMs - after * MINUTE_MS;
  if (zone.offset(late) === after) return late;
  while (afterMs - beforeMs > 1) {
    const middleMs = Math.floor((beforeMs + afterMs) / 2);
    if (zone.offset(middleMs) === before) beforeMs = middleMs;
    else afterMs = middleMs;
  }
  return afterMs;
}
