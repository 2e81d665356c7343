import { HOUR_MS } from "../clock.ts";
import { HOT_HOURS } from "../counting/hot-window.ts";
import { LONG, PERIOD_COUNT, WINDOW_DAYS, WINDOW_HOURS } from "../counting/rolling-sums.ts";
import { type CalendarDay, firstHourOf } from "../local-day.ts";
import { isLong } from "../period.ts";
import type { ActivityTime } from "./activity-time.ts";
import { byPeriod } from "./by-period.ts";
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
//
// Windows of days are alike: of its last day the time before has the share that has passed of today.

/** What is told of some time before now, and asked by the hour, by the day, and of all that is older than memory. */
interface Told {
  hour(hour: number): number;
  older(): number;
  day(day: CalendarDay): number;
}

/**
 * Totals of the periods before, each as long as its period up to now: with the same filter and states as the totals,
 * rounded to whole messages and milliseconds. `null` where counting began later than the period before, for a year and
 * all time, and for 30 days while the store does not tell.
 * @param hours whose; default: the guild's
 *
 * @example
 * previousOf(frame)["7d"]?.messages; // of the 7 days before the last 7
 * previousOf(frame, new Pass(frame, memberScope(frame, member), "none", "30d"));
 */
export function previousOf(frame: Frame, hours: Hourly = frame): ByPeriod<ByMetric<number> | null> {
  const before = (metric: Metric): Float64Array =>
    sumsBefore(frame, {
      hour: (hour) => hours.hourValue(hour, metric),
      older: () => hours.olderValue(metric),
      day: (day) => hours.olderDayValue(day, metric),
    });
  const [messages, voice] = [before("messages"), before("voice")];
  return knownPeriods(frame, (period) => ({
    messages: Math.round(messages[period] ?? 0),
    voice: Math.round(voice[period] ?? 0),
  }));
}

/** As {@link previousOf}, of all the guild, by one metric. */
export function previousMetricOf(frame: Frame, metric: TopMetric): ByPeriod<number | null> {
  const sums = sumsBefore(frame, {
    hour: (hour) => frame.hourValue(hour, metric),
    older: () => frame.olderValue(metric),
    day: (day) => frame.olderDayValue(day, metric),
  });
  return knownPeriods(frame, (period) => Math.round(sums[period] ?? 0));
}

/**
 * As {@link previousOf}, of time in activities, in milliseconds.
 * @param time whose sums are compared
 */
export function previousActivityOf(frame: Frame, time: ActivityTime): ByPeriod<number | null> {
  const sums = sumsBefore(frame, {
    hour: (hour) => time.hourMs(hour),
    older: () => time.olderMs(),
    day: (day) => time.dayMs(day),
  });
  return knownPeriods(frame, (period) => Math.round(sums[period] ?? 0));
}

/** The UTC hour index with which the period before begins. @param hours how long the period is */
export function hourBefore(head: number, hours: number): number {
  return head - 2 * hours + 1;
}

/** The part of today that has passed, in [0, 1]. */
export function dayShare({ hot, hourShare, shown }: Frame): number {
  const [start = hot.head, end = hot.head] = shown.starts.subarray(-2);
  return Math.min(1, Math.max(0, (hot.head - start + hourShare) / Math.max(1, end - start)));
}

/**
 * Sums by period. An hour is before one window at most; those of which only the sum is known, before the longest one of
 * hours.
 */
function sumsBefore(frame: Frame, told: Told): Float64Array {
  const { hot, hourShare } = frame;
  const sums = new Float64Array(PERIOD_COUNT);
  for (const [period, hours] of WINDOW_HOURS.entries()) {
    let sum = told.hour(hot.head - hours) * hourShare;
    for (let age = hours + 1; age < Math.min(2 * hours, HOT_HOURS); age++) sum += told.hour(hot.head - age);
    sums[period] = sum;
  }
  sums[LONG - 1] = (sums[LONG - 1] ?? 0) + told.older();
  const { days } = hot;
  const [quarter] = WINDOW_DAYS;
  if (isLong(frame.period) && days !== null) {
    let sum = told.day(days.today - quarter) * dayShare(frame);
    for (let age = quarter + 1; age < 2 * quarter; age++) sum += told.day(days.today - age);
    sums[LONG] = sum;
  }
  return sums;
}

function knownPeriods<T>(frame: Frame, value: (period: number) => T): ByPeriod<T | null> {
  const { hot, record } = frame;
  return byPeriod(frame.period, (period) => {
    const hours = WINDOW_HOURS[period];
    if (hours !== undefined) {
      if (record.sinceMs > hourBefore(hot.head, hours) * HOUR_MS) return null;
      return 2 * hours > HOT_HOURS && hot.older === null ? null : value(period);
    }
    return period === LONG && isKnownBefore(frame) ? value(period) : null;
  });
}

/** Whether the 90 days before the last 90 were counted whole. */
function isKnownBefore({ hot: { days }, record }: Frame): boolean {
  if (days === null) return false;
  const [quarter] = WINDOW_DAYS;
  const first = firstHourOf(days.timeZone, days.today - 2 * quarter + 1);
  return record.sinceMs <= first * HOUR_MS;
}
