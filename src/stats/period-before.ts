import { HOUR_MS } from "../clock.ts";
import { HOT_HOURS, type HourCells } from "../counting/hot-window.ts";
import { NO_PARENT } from "../counting/interner.ts";
import type { Cells } from "../counting/older-hours.ts";
import { LIFETIME, MESSAGES, VOICE_MS, WINDOW_HOURS } from "../counting/rolling-sums.ts";
import type { ActivityTime } from "./activity-time.ts";
import { byPeriod } from "./counterparts.ts";
import type { Frame } from "./frame.ts";
import type { ByMetric, ByPeriod, Metric } from "./views.ts";

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

/** Whose figures; members and places by index, -1 for who was never counted. */
export type Scope =
  | "guild"
  | { readonly member: number }
  /** Those who have a role. */
  | { readonly members: (member: number) => boolean }
  /** A channel with its threads, or a thread. */
  | { readonly place: number }
  /** Those of a category, with their threads. */
  | { readonly channels: (channel: number) => boolean };

/**
 * Totals of the periods before, each as long as its period up to now: with the same filter and states as the totals,
 * rounded to whole messages and milliseconds. `null` where counting began later than the period before, for all time,
 * and for 30 days while the store does not tell.
 *
 * @example
 * previousOf(frame, "guild")["7d"]?.messages; // of the 7 days before the last 7
 * previousOf(frame, { member: members.find(memberId) ?? -1 });
 * previousOf(frame, { members: (member) => withRole.has(member) });
 * previousOf(frame, { place: places.find(channelId) ?? -1 });
 * previousOf(frame, { channels: (channel) => inCategory.has(channel) });
 */
export function previousOf(frame: Frame, scope: Scope): ByPeriod<ByMetric<number> | null> {
  const messages = new Float64Array(LIFETIME);
  const voiceMs = new Float64Array(LIFETIME);
  const known = (): ByPeriod<ByMetric<number> | null> =>
    knownPeriods(frame, (period) => ({
      messages: Math.round(messages[period] ?? 0),
      voice: Math.round(voiceMs[period] ?? 0),
    }));
  const takeTotals = (period: number, { totals }: Totalled, share: number): void => {
    for (const kind of frame.filter === "both" ? [0, 3] : [frame.filter === "bots" ? 3 : 0]) {
      messages[period] = (messages[period] ?? 0) + (totals[kind + MESSAGES] ?? 0) * share;
      voiceMs[period] = (voiceMs[period] ?? 0) + (totals[kind + VOICE_MS] ?? 0) * share;
    }
  };
  if (scope === "guild") {
    eachHourBefore(frame, takeTotals);
    const { older } = frame.hot;
    if (older !== null) takeTotals(LIFETIME - 1, older, 1);
    return known();
  }
  const isOf = cellsOf(frame, scope);
  const takeCells = (period: number, cells: Cells, share: number): void => {
    let [count, durationMs] = [0, 0];
    for (let row = 0; row < cells.length; row++) {
      const [place, member] = [cells.placeAt(row), cells.memberAt(row)];
      // What most rows fail on comes first.
      if (!isOf(place, member)) continue;
      if (frame.channelOf(place) === NO_PARENT || !frame.counts(member, cells.stateAt(row))) continue;
      count += cells.messagesAt(row);
      durationMs += cells.durationMsAt(row);
    }
    messages[period] = (messages[period] ?? 0) + count * share;
    voiceMs[period] = (voiceMs[period] ?? 0) + durationMs * share;
  };
  eachHourBefore(frame, takeCells);
  eachOlderTable(frame, takeCells);
  return known();
}

/** As {@link previousOf}, of one metric. */
export function previousMetricOf(frame: Frame, scope: Scope, metric: Metric): ByPeriod<number | null> {
  const previous = previousOf(frame, scope);
  return {
    "24h": previous["24h"]?.[metric] ?? null,
    "7d": previous["7d"]?.[metric] ?? null,
    "30d": previous["30d"]?.[metric] ?? null,
    lifetime: null,
  };
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

function cellsOf(frame: Frame, scope: Exclude<Scope, "guild">): (place: number, member: number) => boolean {
  if ("member" in scope) return (_, member) => member === scope.member;
  if ("members" in scope) return (_, member) => scope.members(member);
  if ("place" in scope) return (place) => place === scope.place || frame.channelOf(place) === scope.place;
  return (place) => scope.channels(frame.channelOf(place));
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
