import type { Frame } from "./frame.ts";
import { windowHours } from "./lists.ts";
import { previousMovementOf } from "./movement-before.ts";
import type { GrowthPeriod, GrowthView, Movement } from "./views.ts";

/** How a guild's membership changed, by period and by local day. */
export function growthView(frame: Frame): GrowthView {
  const { record, hot, days } = frame;
  const { starts, dates, timeZone } = days;
  const joins = dates.map(() => 0);
  const leaves = dates.map(() => 0);
  const members: (number | null)[] = dates.map(() => null);
  let known: number | null = null;
  let next = 0;
  const rows = record.population;
  for (let day = 0; day < dates.length; day++) {
    for (let row = rows[next]; row && row.hour < (starts[day + 1] ?? 0); row = rows[++next]) {
      known = row.members;
      if (row.hour < (starts[day] ?? 0)) continue;
      joins[day] = (joins[day] ?? 0) + row.joins;
      leaves[day] = (leaves[day] ?? 0) + row.leaves;
    }
    // A day on which nothing was heard has as many members as the one before.
    members[day] = known;
  }
  /** Of the hours `[from, until)`. */
  const movement = (from: number, until: number): Movement => {
    const within = rows.filter(({ hour }) => hour >= from && hour < until);
    return {
      joins: within.reduce((sum, row) => sum + row.joins, 0),
      leaves: within.reduce((sum, row) => sum + row.leaves, 0),
    };
  };
  const now = hot.head + 1;
  const last = (period: GrowthPeriod): Movement => movement(now - windowHours(period), now);
  return {
    kind: "growth",
    guildId: record.guildId,
    sinceMs: record.sinceMs,
    memberCount: rows.at(-1)?.members ?? null,
    periods: { "24h": last("24h"), "7d": last("7d"), "30d": last("30d") },
    previous: previousMovementOf(frame),
    daily: { timeZone, days: dates, joins, leaves, members },
  };
}
