import { HOUR_MS } from "../clock.ts";
import { HOT_HOURS } from "../counting/hot-window.ts";
import { LIFETIME, WINDOW_HOURS } from "../counting/rolling-sums.ts";
import type { ActivityTime } from "./activity-time.ts";
import { byPeriod } from "./counterparts.ts";
import type { Frame } from "./frame.ts";
import type { Hourly } from "./hourly.ts";
import type { ByMetric, ByPeriod, Metric, TopMetric } from "./views.ts";

// A window is the current hour, as far as it has passed, and the whole hours before it. The time before must be as
// long, or every figure would seem to fall at the start of an hour and to recover until its end. So it ends as many
// hours earlier, to the minute: of its own last hour it has the share that has passed of the current one.
// What happened in that hour is taken as spread evenly.
//
//   |  head-2n+1 … head-n-1  | head-n     |  head-n+1 … head-1  | head       |
//   |         whole          | share >····|        whole        | so far >   |
//   '----------- the time before ----'    '------------ the window ---'

/**
 * Totals of the periods before, each as long as its period up to now: with the same filter and states as the totals,
 * rounded to whole messages and milliseconds. `null` where counting began later than the period before, for all time,
 * and for 30 days while the store does not tell.
 * @param hours whose; default: the guild's
 *
 * @example
 * previousOf(frame)["7d"]?.messages; // of the 7 days before the last 7
 * previousOf(frame, new Pass(frame, memberScope(frame, member), "none", "30d"));
 */
export function previousOf(frame: Frame, hours: Hourly = frame): ByPeriod<ByMetric<number> | null> {
  const before = (metric: Metric): Float64Array =>
    sumsBefore(frame, (hour) => hours.hourValue(hour, metric), hours.olderValue(metric));
  const [messages, voice] = [before("messages"), before("voice")];
  return knownPeriods(frame, (period) => ({
    messages: Math.round(messages[period] ?? 0),
    voice: Math.round(voice[period] ?? 0),
  }));
}

/** As {@link previousOf}, of all the guild, by one metric. */
export function previousMetricOf(frame: Frame, metric: TopMetric): ByPeriod<number | null> {
  const sums = sumsBefore(frame, (hour) => frame.hourValue(hour, metric), frame.olderValue(metric));
  return knownPeriods(frame, (period) => Math.round(sums[period] ?? 0));
}

/**
 * As {@link previousOf}, of time in activities, in milliseconds.
 * @param time whose sums are compared
 */
export function previousActivityOf(frame: Frame, time: ActivityTime): ByPeriod<number | null> {
  const sums = sumsBefore(frame, (hour) => time.hourMs(hour), time.olderMs());
  return knownPeriods(frame, (period) => Math.round(sums[period] ?? 0));
}

/** The UTC hour index with which the period before begins. @param hours how long the period is */
export function hourBefore(head: number, hours: number): number {
  return head - 2 * hours + 1;
}

/**
 * Sums by window. An hour is before one window at most; those of which only the sum is known, before the longest.
 * @param sumOf of a UTC hour
 * @param older of all hours before those that are in memory
 */
function sumsBefore({ hot, hourShare }: Frame, sumOf: (hour: number) => number, older: number): Float64Array {
  const sums = Float64Array.from(WINDOW_HOURS, (hours) => {
    let sum = sumOf(hot.head - hours) * hourShare;
    for (let age = hours + 1; age < Math.min(2 * hours, HOT_HOURS); age++) sum += sumOf(hot.head - age);
    return sum;
  });
  sums[LIFETIME - 1] = (sums[LIFETIME - 1] ?? 0) + older;
  return sums;
}

function knownPeriods<T>({ hot, record }: Frame, value: (period: number) => T): ByPeriod<T | null> {
  return byPeriod((period) => {
    const hours = WINDOW_HOURS[period];
    if (hours === undefined || record.sinceMs > hourBefore(hot.head, hours) * HOUR_MS) return null;
    return 2 * hours > HOT_HOURS && hot.older === null ? null : value(period);
  });
}
