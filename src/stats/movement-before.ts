import type { Frame } from "./frame.ts";
import { windowHours } from "./lists.ts";
import { hourBefore } from "./period-before.ts";
import type { GrowthPeriod, Movement } from "./views.ts";

/**
 * Members who came and went in the periods before, each as long as its period up to now (see `period-before.ts`).
 * `null` where nothing was heard of the guild's members before the period before: what is known of them does not
 * reach back as far as an imported past does.
 */
export function previousMovementOf({
  record,
  hot,
  hourShare,
}: Frame): Readonly<Record<GrowthPeriod, Movement | null>> {
  const rows = record.population;
  const firstHour = rows[0]?.hour ?? Number.POSITIVE_INFINITY;
  const before = (period: GrowthPeriod): Movement | null => {
    const hours = windowHours(period);
    const fromHour = hourBefore(hot.head, hours);
    if (firstHour >= fromHour) return null;
    let [joins, leaves] = [0, 0];
    for (const row of rows) {
      if (row.hour < fromHour || row.hour > hot.head - hours) continue;
      const share = row.hour === hot.head - hours ? hourShare : 1;
      joins += row.joins * share;
      leaves += row.leaves * share;
    }
    return { joins: Math.round(joins), leaves: Math.round(leaves) };
  };
  return { "24h": before("24h"), "7d": before("7d"), "30d": before("30d") };
}
