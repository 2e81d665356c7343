import type { Database } from "better-sqlite3";
import type { Snowflake } from "../../snowflake.ts";
import { COUNTER_TABLES, type CounterTable, countsOf, LEADING } from "./counter-tables.ts";
import { SWEEP_RED_USERS } from "./red-users.ts";
import { rewritten } from "./rewritten-table.ts";
import type { SideTask, SideThread, SqlStatement } from "./side-thread.ts";
import { runAndEmptyLog } from "./write-ahead-log.ts";

const RED_MEMBER = "SELECT key FROM red_member WHERE id = ?";

/**
 * Deletes a user's rows in every guild or in one, and then every copy of the id in the freed space and in the log.
 * Where SQLite moves rows between pages it leaves copies behind in the pages' gaps, which `secure_delete` does not
 * overwrite (seen in 2 of 1,000 deleted members); so the member table is written anew, into pages that it zeroes
 * first, and so is that of staged members. The other tables know a member only by a key, which means nothing any more.
 * Activities that nobody else was seen in go too: their names may tell of the user.
 *
 * Hourly and daily rows are clustered by time and have no index by member: an erasure reads the guilds' rows
 * from one end to the other, which is why it runs on the side thread.
 * @param database only read, and only to spare the work for a user who was never counted
 * @returns how many counter rows went
 * @throws `STORE_LOCKED` when the rows are deleted, but another program reads the log: call again
 */
export async function eraseUser(
  database: Database,
  side: SideThread,
  userId: Snowflake,
  guildId: Snowflake | null,
): Promise<number> {
  const id = BigInt(userId);
  const known =
    database
      .prepare<[bigint, bigint], unknown>(
        "SELECT 1 FROM member WHERE id = ? UNION ALL SELECT 1 FROM red_member WHERE id = ?",
      )
      .get(id, id) !== undefined;
  // The log is emptied in any case: an earlier erasure may have been interrupted between its two halves.
  const changes = await runAndEmptyLog(
    side,
    known ? deletion(id, guildId === null ? null : BigInt(guildId)) : [],
  );
  const [hourly = 0, daily = 0, lifetime = 0, redHourly = 0, redLifetime = 0] = changes;
  return hourly + daily + lifetime + redHourly + redLifetime;
}

function deletion(id: bigint, guild: bigint | null): SideTask["statements"] {
  const members =
    guild === null
      ? "FROM member WHERE id = ?"
      : "FROM member WHERE id = ? AND guild = (SELECT key FROM guild WHERE id = ?)";
  const parameters = guild === null ? [id] : [id, guild];
  const ofMember = (sql: string): SqlStatement => ({ sql, parameters });
  // Of a staged channel it is not known in which guild it is.
  const staged = (table: string): SqlStatement => ({
    sql: `DELETE FROM ${table} WHERE member IN (${RED_MEMBER}) AND ? IS NULL`,
    parameters: [id, guild],
  });
  return [
    ...COUNTER_TABLES.map((table) =>
      ofMember(`DELETE FROM ${table} WHERE ${countsOfMember(table, members)}`),
    ),
    staged("red_hourly"),
    staged("red_lifetime"),
    ofMember(`DELETE FROM voice_session WHERE (guild, member) IN (SELECT guild, key ${members})`),
    ofMember(`DELETE FROM activity_session WHERE (guild, member) IN (SELECT guild, key ${members})`),
    ofMember(`DELETE ${members}`),
    ...[UNCOUNTED_ACTIVITIES, ...rewritten("member"), ...SWEEP_RED_USERS].map((sql) => ({
      sql,
      parameters: [],
    })),
  ];
}

/** Of the guilds alone that the member is in. @param members from the member table on */
function countsOfMember(table: CounterTable, members: string): string {
  const key = `${LEADING[table]}, place, member, state`;
  return `(${key}) IN (
    SELECT ${key} FROM (SELECT guild AS of_guild, key AS of_member ${members})
    CROSS JOIN ${table} ON ${countsOf(table, "of_guild")} AND member = of_member)`;
}

const UNCOUNTED_ACTIVITIES = `DELETE FROM place WHERE typeof(id) = 'text'
  AND NOT EXISTS (SELECT 1 FROM lifetime WHERE lifetime.guild = place.guild AND lifetime.place = place.key)`;
