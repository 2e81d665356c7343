import { HOUR_MS } from "../clock.ts";
import { HOT_HOURS, type HourCells } from "../counting/hot-window.ts";
import type { Cells } from "../counting/older-hours.ts";
import { LIFETIME, WINDOW_HOURS } from "../counting/rolling-sums.ts";
import type { ActivityTime } from "./activity-time.ts";
import { byPeriod } from "./counterparts.ts";
import type { Frame } from "./frame.ts";
import type { Scope } from "./scope.ts";
import type { ByMetric, ByPeriod, Period, TopMetric } from "./views.ts";

// A window is the current hour, as far as it has passed, and the whole hours before it. The time before must be as
// long, or every figure would seem to fall at the start of an hour and to recover until its end. So it ends as many
// hours earlier, to the minute: of its own last hour it has the share that has passed of the current one.
// What happened in that hour is taken as spread evenly.
//
//   |  head-2n+1 … head-n-1  | head-n     |  head-n+1 … head-1  | head       |
//   |         whole          | share >····|        whole        | so far >   |
//   '----------- the time before ----'    '------------ the window ---'

/** An hour, or several, with sums of all its cells. */
type Totalled = Pick<HourCells, "totals">;

/**
 * Totals of the periods before, each as long as its period up to now: with the same filter and states as the totals,
 * rounded to whole messages and milliseconds. `null` where counting began later than the period before, for all time,
 * and for 30 days while the store does not tell.
 *
 * @example
 * previousOf(frame, "guild")["7d"]?.messages; // of the 7 days before the last 7
 * previousOf(frame, memberScope(frame, members.find(memberId) ?? -1));
 */
export function previousOf(frame: Frame, scope: Scope | "guild"): ByPeriod<ByMetric<number> | null> {
  if (scope === "guild") {
    const [messages, voice] = [previousMetricOf(frame, "messages"), previousMetricOf(frame, "voice")];
    const pair = (period: Period): ByMetric<number> | null => {
      const [count, ms] = [messages[period], voice[period]];
      return count === null || ms === null ? null : { messages: count, voice: ms };
    };
    return { "24h": pair("24h"), "7d": pair("7d"), "30d": pair("30d"), lifetime: null };
  }
  const messages = new Float64Array(LIFETIME);
  const voiceMs = new Float64Array(LIFETIME);
  const { members, places, onlyMember } = scope;
  const take = (period: number, cells: Cells, share: number): void => {
    let [count, durationMs] = [0, 0];
    for (let row = 0; row < cells.length; row++) {
      const member = cells.memberAt(row);
      // What most rows fail on comes first.
      if (onlyMember === null ? members[member] !== 1 : member !== onlyMember) continue;
      if (places[cells.placeAt(row)] !== 1 || !frame.hot.counts(cells.stateAt(row))) continue;
      count += cells.messagesAt(row);
      durationMs += cells.durationMsAt(row);
    }
    messages[period] = (messages[period] ?? 0) + count * share;
    voiceMs[period] = (voiceMs[period] ?? 0) + durationMs * share;
  };
  if (members.includes(1)) {
    eachHourBefore(frame, take);
    eachOlderTable(frame, take);
  }
  return knownPeriods(frame, (period) => ({
    messages: Math.round(messages[period] ?? 0),
    voice: Math.round(voiceMs[period] ?? 0),
  }));
}

/** As {@link previousOf}, of all the guild, by one metric: from the hours' sums. */
export function previousMetricOf(frame: Frame, metric: TopMetric): ByPeriod<number | null> {
  const sums = new Float64Array(LIFETIME);
  const take = (period: number, { totals }: Totalled, share: number): void => {
    sums[period] = (sums[period] ?? 0) + frame.totalOf(totals, metric) * share;
  };
  eachHourBefore(frame, take);
  const { older } = frame.hot;
  if (older !== null) take(LIFETIME - 1, older, 1);
  return knownPeriods(frame, (period) => Math.round(sums[period] ?? 0));
}

/**
 * As {@link previousOf}, of time in activities, in milliseconds.
 * @param time whose sums are compared
 */
export function previousActivityOf(frame: Frame, time: ActivityTime): ByPeriod<number | null> {
  const durationMs = new Float64Array(LIFETIME);
  const take = (period: number, cells: Cells, share: number): void => {
    let sum = 0;
    for (let row = 0; row < cells.length; row++) {
      if (time.counts(cells.placeAt(row), cells.memberAt(row))) sum += cells.durationMsAt(row);
    }
    durationMs[period] = (durationMs[period] ?? 0) + sum * share;
  };
  eachHourBefore(frame, take);
  eachOlderTable(frame, take);
  return knownPeriods(frame, (period) => Math.round(durationMs[period] ?? 0));
}

/** The UTC hour index with which the period before begins. @param hours how long the period is */
export function hourBefore(head: number, hours: number): number {
  return head - 2 * hours + 1;
}

/** Reads the hours before that are in memory. An hour is before one window at most. */
function eachHourBefore(
  { hot, hourShare }: Frame,
  take: (period: number, cells: HourCells, share: number) => void,
): void {
  for (const [period, hours] of WINDOW_HOURS.entries()) {
    for (let age = hours; age < Math.min(2 * hours, HOT_HOURS); age++) {
      const cells = hot.cellsOf(hot.head - age);
      if (cells !== undefined) take(period, cells, age === hours ? hourShare : 1);
    }
  }
}

/** Reads those that are not: they belong to the time before the longest window, whole. */
function eachOlderTable({ hot }: Frame, take: (period: number, cells: Cells, share: number) => void): void {
  for (const cells of hot.older?.tables ?? []) take(LIFETIME - 1, cells, 1);
}

function knownPeriods<T>({ hot, record }: Frame, value: (period: number) => T): ByPeriod<T | null> {
  return byPeriod((period) => {
    const hours = WINDOW_HOURS[period];
    if (hours === undefined || record.sinceMs > hourBefore(hot.head, hours) * HOUR_MS) return null;
    return 2 * hours > HOT_HOURS && hot.older === null ? null : value(period);
  });
}
