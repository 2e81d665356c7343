import type { Snowflake } from "../../snowflake.ts";
import type { Connection } from "./database.ts";
import { holdGuild } from "./guild-row.ts";
import { IS_ACTIVITY } from "./place-kinds.ts";
import { guildsOfUser } from "./user-records.ts";

/** Tables whose deleted rows hold ids of users, or names that may tell of them, until they are vacuumed. */
export const TELLING_TABLES = ["member", "place", "activity_session", "red_lifetime", "red_hourly"] as const;

/**
 * Deletes a user's rows in every guild or in one. Counters know a member only by a key, which means nothing any more.
 * Activities that nobody else was seen in go too: their names may tell of the user.
 * @returns how many counter rows went
 */
export async function eraseUser(
  connection: Connection,
  userId: Snowflake,
  guildId: Snowflake | null,
): Promise<number> {
  if (guildId === null) await holdStaged(connection, userId);
  let rows = 0;
  // In the order of the guilds, for each is held.
  for (const id of await guildsOfUser(connection, userId))
    if (guildId === null || id === guildId) rows += await eraseMember(connection, id, userId);
  // Of a staged channel it is not known in which guild it is.
  if (guildId !== null) return rows;
  for (const table of ["red_hourly", "red_lifetime"])
    rows += (await connection.query(`DELETE FROM ${table} WHERE user_id = $1`, [userId])).changes;
  return rows;
}

/** Until the transaction ends, nobody places what is staged of a user; what was on its way is among the counts before. */
async function holdStaged(connection: Connection, userId: Snowflake): Promise<void> {
  await connection.query(
    `SELECT 1 FROM red_import WHERE (kind, id) IN (SELECT kind, id FROM red_lifetime WHERE user_id = $1)
     ORDER BY kind, id FOR SHARE`,
    [userId],
  );
}

async function eraseMember(connection: Connection, guildId: Snowflake, userId: Snowflake): Promise<number> {
  await holdGuild(connection, guildId);
  // Asked again now that the guild is held: somebody may have purged the member.
  const { rows: members } = await connection.query<{ key: number }>(
    "DELETE FROM member WHERE guild_id = $1 AND id = $2 RETURNING key",
    [guildId, userId],
  );
  let rows = 0;
  for (const { key } of members) {
    for (const table of ["hourly", "daily", "lifetime"]) {
      const { changes } = await connection.query(`DELETE FROM ${table} WHERE guild_id = $1 AND member = $2`, [
        guildId,
        key,
      ]);
      rows += changes;
    }
    for (const table of ["voice_session", "activity_session"])
      await connection.query(`DELETE FROM ${table} WHERE guild_id = $1 AND member = $2`, [guildId, key]);
  }
  await connection.query(
    `DELETE FROM place WHERE guild_id = $1 AND ${IS_ACTIVITY}
       AND NOT EXISTS (SELECT 1 FROM lifetime WHERE lifetime.guild_id = $1 AND lifetime.place = place.key)`,
    [guildId],
  );
  return rows;
}
