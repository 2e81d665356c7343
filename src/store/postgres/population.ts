import type { Snowflake } from "../../snowflake.ts";
import type { PopulationRow } from "../store.ts";
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
