import type { Snowflake } from "../../snowflake.ts";
import type { Connection } from "./database.ts";
import { holdGuild } from "./guild-row.ts";
import { IS_CHANNEL } from "./place-kinds.ts";
import { GUILD_TABLES } from "./schema.ts";

const COUNTERS: ReadonlySet<string> = new Set(["hourly", "daily", "lifetime"]);

/** Items of an import that are the guild's: its own, and those of channels that were placed in it. */
const RED_ITEM = `(kind <> 'channel' AND id = $1::text OR kind = 'channel' AND id IN
  (SELECT id FROM place WHERE guild_id = $1::bigint AND ${IS_CHANNEL}))`;

/** Deletes all that is stored of a guild. @returns how many counter rows went */
export async function eraseGuild(connection: Connection, guildId: Snowflake): Promise<number> {
  if (!(await holdGuild(connection, guildId))) return 0;
  for (const table of ["red_hourly", "red_lifetime", "red_import"])
    await connection.query(`DELETE FROM ${table} WHERE ${RED_ITEM}`, [guildId]);
  let rows = 0;
  for (const table of GUILD_TABLES) {
    const { changes } = await connection.query(`DELETE FROM ${table} WHERE guild_id = $1`, [guildId]);
    if (COUNTERS.has(table)) rows += changes;
  }
  for (const table of ["erasure_wish", "change"])
    await connection.query(`DELETE FROM ${table} WHERE guild_id = $1`, [guildId]);
  return rows;
}
