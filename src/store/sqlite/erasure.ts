import type { Database } from "better-sqlite3";
import { GuildStatsError } from "../../errors.ts";
import type { Snowflake } from "../../snowflake.ts";
import { SWEEP_RED_USERS } from "./red-users.ts";
import type { SideTask, SideThread } from "./side-thread.ts";

const MEMBERS = "SELECT guild, key FROM member WHERE id = ?";
const RED_MEMBER = "SELECT key FROM red_member WHERE id = ?";

/**
 * Deletes a user's rows in every guild, and then every copy of the id in the freed space and in the log. Where
 * SQLite moves rows between pages it leaves copies behind in the pages' gaps, which `secure_delete` does not
 * overwrite (seen in 2 of 1,000 deleted members); so the member table is written anew, into pages that it zeroes
 * first, and so is that of staged members. The other tables know a member only by a key, which means nothing any more.
 *
 * Hourly and daily rows are clustered by time and have no index by member: an erasure reads the guilds' rows
 * from one end to the other, which is why it runs on the side thread.
 * @param database only read, and only to spare the work for a user who was never counted
 * @returns how many counter rows went
 * @throws `STORE_LOCKED` when the rows are deleted, but another program reads the log: call again
 */
export async function eraseUser(database: Database, side: SideThread, userId: Snowflake): Promise<number> {
  const id = BigInt(userId);
  const known =
    database
      .prepare<[bigint, bigint], unknown>(
        "SELECT 1 FROM member WHERE id = ? UNION ALL SELECT 1 FROM red_member WHERE id = ?",
      )
      .get(id, id) !== undefined;
  // The log is emptied in any case: an earlier erasure may have been interrupted between its two halves.
  const { changes, busy } = await side.run({ statements: known ? deletion(id) : [], checkpoint: "TRUNCATE" });
  if (busy) {
    throw new GuildStatsError("STORE_LOCKED", "the rows are deleted, but another program reads the log");
  }
  const [hourly = 0, daily = 0, lifetime = 0, redHourly = 0, redLifetime = 0] = changes;
  return hourly + daily + lifetime + redHourly + redLifetime;
}

function deletion(id: bigint): SideTask["statements"] {
  const rewriting = [
    "CREATE TEMP TABLE kept AS SELECT key, guild, id, bot FROM member ORDER BY key",
    "DELETE FROM member",
    "INSERT INTO member (key, guild, id, bot) SELECT key, guild, id, bot FROM kept",
    "DROP TABLE kept",
  ];
  return [
    { sql: `DELETE FROM hourly WHERE (guild, member) IN (${MEMBERS})`, parameters: [id] },
    { sql: `DELETE FROM daily WHERE (guild, member) IN (${MEMBERS})`, parameters: [id] },
    { sql: `DELETE FROM lifetime WHERE (guild, member) IN (${MEMBERS})`, parameters: [id] },
    { sql: `DELETE FROM red_hourly WHERE member IN (${RED_MEMBER})`, parameters: [id] },
    { sql: `DELETE FROM red_lifetime WHERE member IN (${RED_MEMBER})`, parameters: [id] },
    {
      sql: "DELETE FROM voice_session WHERE member IN (SELECT key FROM member WHERE id = ?)",
      parameters: [id],
    },
    {
      sql: "DELETE FROM activity_session WHERE member IN (SELECT key FROM member WHERE id = ?)",
      parameters: [id],
    },
    { sql: "DELETE FROM member WHERE id = ?", parameters: [id] },
    ...[...rewriting, ...SWEEP_RED_USERS].map((sql) => ({ sql, parameters: [] })),
  ];
}
