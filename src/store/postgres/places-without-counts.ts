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
       AND NOT EXISTS (SELECT 1 FROM imported WHERE imported.guild_id = $1 AND imported.place = place.key)
       AND NOT EXISTS (SELECT 1 FROM voice_session WHERE voice_session.guild_id = $1
         AND voice_session.place = place.key)
       AND ${which}`,
    [guildId, ...parameters],
  );
  await connection.query(`UPDATE place SET name = NULL WHERE guild_id = $1 AND ${which}`, [
    guildId,
    ...parameters,
  ]);
}
