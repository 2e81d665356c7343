import { LONG_PERIODS, type LongPeriod, PERIODS, type Period } from "../period.ts";
import type { ByPeriod } from "./views.ts";

/** The index of a period among the rolling sums. */
export function periodIndex(period: Period): number {
  return PERIODS.indexOf(period);
}

/** Whether a question about one period is also answered for a long one: that costs a look at all of its days. */
export function answers(asked: Period, long: LongPeriod): boolean {
  return asked === long || (asked === "1y" && long === "90d");
}

/**
 * One value for each period.
 * @param asked the period that was asked for
 * @param value gets the period's index among the rolling sums
 */
export function byPeriod<T>(asked: Period, value: (period: number) => T): ByPeriod<T> {
  const known = LONG_PERIODS.filter((long) => answers(asked, long));
  const long: Partial<Record<LongPeriod, T>> = Object.fromEntries(
    known.map((period) => [period, value(periodIndex(period))]),
  );
  return {
    "24h": value(periodIndex("24h")),
    "7d": value(periodIndex("7d")),
    "30d": value(periodIndex("30d")),
    ...long,
    lifetime: value(periodIndex("lifetime")),
  };
}

/** The value of the period that was asked for. */
export function ofAsked<T>(values: ByPeriod<T>, asked: Period): T {
  const value = values[asked];
  if (value === undefined) throw new RangeError(`nothing is known of ${asked}, which was not asked for`);
  return value;
}
