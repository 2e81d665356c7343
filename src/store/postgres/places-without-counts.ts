import type { Snowflake } from "../../snowflake.ts";
import type { Connection, SqlValue } from "./database.ts";

/**
 * Removes places whose counts went. One that says how far its messages were read stays, without its name: read anew,
 * its history would be counted again. So does one in which someone is in voice. The guild is held.
 * @param which a condition on `place`, whose parameters begin with `$2`
 */
export async function removePlaces(
  connection: Connection,
  guildId: Snowflake,
  which: string,
  parameters: readonly SqlValue[] = [],
): Promise<void> {
  await connection.query(
    `DELETE FROM place WHERE guild_id = $1 AND newest_message IS NULL AND first_message IS NULL
       AND key NOT IN (SELECT place FROM imported WHERE guild_id = $1)
       AND key NOT IN (SELECT place FROM voice_session WHERE guild_id = $1)
       AND ${which}`,
    [guildId, ...parameters],
  );
  await connection.query(`UPDATE place SET name = NULL WHERE guild_id = $1 AND ${which}`, [
    guildId,
    ...parameters,
  ]);
}
