import { WINDOW_DAYS, WINDOW_HOURS } from "../counting/rolling-sums.ts";
import { byPeriod } from "./by-period.ts";
import type { Frame } from "./frame.ts";
import { previousMovementOf } from "./movement-before.ts";
import { Movements } from "./movements.ts";
import type { GrowthView, Movement } from "./views.ts";

/** How a guild's membership changed, by period and by local day. */
export function growthView(frame: Frame): GrowthView {
  const { record, hot, shown, period } = frame;
  const { starts, dates, timeZone, firstDay } = shown;
  const movements = new Movements(frame);
  const joins = dates.map(() => 0);
  const leaves = dates.map(() => 0);
  const members: (number | null)[] = dates.map(() => null);
  const { rows } = movements;
  let known = movements.membersBefore;
  let next = 0;
  for (let day = 0; day < dates.length; day++) {
    for (let row = rows[next]; row && row.fromHour < (starts[day + 1] ?? 0); row = rows[++next]) {
      known = row.members;
      if (row.fromHour < (starts[day] ?? 0)) continue;
      joins[day] = (joins[day] ?? 0) + row.joins;
      leaves[day] = (leaves[day] ?? 0) + row.leaves;
    }
    // A day on which nothing was heard has as many members as the one before.
    members[day] = known;
  }
  const now = hot.head + 1;
  const { lifetime: _, ...periods } = byPeriod(period, (index): Movement => {
    const hours = WINDOW_HOURS[index];
    if (hours !== undefined) return movements.within(now - hours, now);
    const days = WINDOW_DAYS[index - WINDOW_HOURS.length] ?? 0;
    return movements.within(movements.firstHourOf(firstDay + dates.length - days), now);
  });
  return {
    kind: "growth",
    guildId: record.guildId,
    period,
    sinceMs: record.sinceMs,
    memberCount: rows.at(-1)?.members ?? movements.membersBefore,
    periods,
    previous: previousMovementOf(frame, movements),
    daily: { timeZone, days: dates, joins, leaves, members },
  };
}
