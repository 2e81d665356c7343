import type { Snowflake } from "../../snowflake.ts";
import type { PopulationDay, PopulationRow } from "../store.ts";
import type { ZoneDay } from "../zone-days.ts";
import type { Connection } from "./database.ts";

/** Comings and goings from an hour on, and the newest before it, if any; oldest first. */
export async function readPopulation(
  connection: Connection,
  guildId: Snowflake,
  fromHour: number,
  untilHour: number | null = null,
): Promise<readonly PopulationRow[]> {
  const { rows } = await connection.query<PopulationRow>(
    `SELECT hour, joins, leaves, members FROM population
     WHERE guild_id = $1 AND hour < coalesce($3::bigint, hour::bigint + 1) AND hour >= coalesce(
       (SELECT max(hour) FROM population WHERE guild_id = $1 AND hour < $2::bigint), $2::bigint)
     ORDER BY hour`,
    [guildId, fromHour, untilHour],
  );
  return rows;
}

/** The same by day. @param days in order */
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
