import type { PopulationDay, PopulationRow } from "./store.ts";
import type { ZoneDay } from "./zone-days.ts";

/** Comings and goings by day. @param rows oldest first; what is before the days is passed over @param days in order */
export function populationByDay(rows: readonly PopulationRow[], days: readonly ZoneDay[]): PopulationDay[] {
  const found: PopulationDay[] = [];
  let next = 0;
  for (const { day, fromHour, untilHour } of days) {
    let [joins, leaves, members] = [0, 0, -1];
    for (; next < rows.length; next++) {
      const row = rows[next];
      if (row === undefined || row.hour >= untilHour) break;
      if (row.hour < fromHour) continue;
      joins += row.joins;
      leaves += row.leaves;
      members = row.members;
    }
    if (members >= 0) found.push({ day, joins, leaves, members });
  }
  return found;
}
