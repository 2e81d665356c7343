import type { Frame } from "./frame.ts";
import type { GrowthView } from "./views.ts";

/** How a guild's membership changed, by local day. */
export function growthView({ record, days }: Frame): GrowthView {
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
  return {
    kind: "growth",
    guildId: record.guildId,
    daily: { timeZone, days: dates, joins, leaves, members },
  };
}
