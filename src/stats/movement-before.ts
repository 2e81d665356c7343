import { WINDOW_DAYS, WINDOW_HOURS } from "../counting/rolling-sums.ts";
import { answers } from "./by-period.ts";
import type { Frame } from "./frame.ts";
import { Movements } from "./movements.ts";
import { dayShare, hourBefore } from "./period-before.ts";
import type { ByGrowthPeriod, Movement } from "./views.ts";

/**
 * Members who came and went in the periods before, each as long as its period up to now (see `period-before.ts`).
 * `null` where nothing was heard of the guild's members before the period before: what is known of them does not
 * reach back as far as an imported past does.
 */
export function previousMovementOf(
  frame: Frame,
  movements = new Movements(frame),
): ByGrowthPeriod<Movement | null> {
  const { hot, hourShare } = frame;
  const [first] = movements.rows;
  const heardFrom =
    movements.membersBefore !== null
      ? Number.NEGATIVE_INFINITY
      : (first?.fromHour ?? Number.POSITIVE_INFINITY);
  /** Of `[fromHour, lastHour)`, and of what is from there to `untilHour` its share. */
  const before = (fromHour: number, lastHour: number, untilHour: number, share: number): Movement | null => {
    if (heardFrom >= fromHour) return null;
    const whole = movements.within(fromHour, lastHour);
    const last = movements.within(lastHour, untilHour);
    return {
      joins: Math.round(whole.joins + last.joins * share),
      leaves: Math.round(whole.leaves + last.leaves * share),
    };
  };
  const [byDay, byWeek, byMonth] = WINDOW_HOURS.map((hours) => {
    const last = hot.head - hours;
    return before(hourBefore(hot.head, hours), last, last + 1, hourShare);
  });
  const { days } = hot;
  const [ofQuarter, ofYear] = WINDOW_DAYS.map((count) => {
    if (days === null) return null;
    const last = days.today - count;
    return before(
      movements.firstHourOf(last - count + 1),
      movements.firstHourOf(last),
      movements.firstHourOf(last + 1),
      dayShare(frame),
    );
  });
  return {
    "24h": byDay ?? null,
    "7d": byWeek ?? null,
    "30d": byMonth ?? null,
    ...(answers(frame.period, "90d") ? { "90d": ofQuarter ?? null } : {}),
    ...(answers(frame.period, "1y") ? { "1y": ofYear ?? null } : {}),
  };
}
