import type { Database } from "better-sqlite3";
import type { Snowflake } from "../../snowflake.ts";
import { COUNTER_TABLES, countsOf } from "./counter-tables.ts";
import { SWEEP_RED_USERS } from "./red-users.ts";
import { rewritten } from "./rewritten-table.ts";
import type { SideThread, SqlStatement } from "./side-thread.ts";
import { runAndEmptyLog } from "./write-ahead-log.ts";

/** Items of an import that are the guild's: its own, and those of channels that were placed in it. */
const RED_ITEMS = `SELECT key FROM red_import WHERE (kind <> 'channel' AND id = ?) OR (kind = 'channel' AND id IN
  (SELECT id FROM place WHERE guild = ? AND typeof(id) = 'integer'))`;

/**
 * Deletes all that is stored of a guild, in one transaction on the side thread, and then what it left in gaps of the
 * file and in the log, as an erasure of a user does. Tables that have a column `guild` are found in the schema, so that
 * a new one is not overlooked.
 * @returns how many counter rows went
 * @throws `STORE_LOCKED` when the rows are deleted, but another program reads the log: call again
 */
export async function eraseGuild(database: Database, side: SideThread, guildId: Snowflake): Promise<number> {
  const id = BigInt(guildId);
  const key = database.prepare<[bigint], number>("SELECT key FROM guild WHERE id = ?").pluck().get(id);
  const tables = database
    .prepare<[], string>(
      `SELECT t.name FROM sqlite_schema AS t, pragma_table_xinfo(t.name) AS c
       WHERE t.type = 'table' AND c.name = 'guild' AND c.type = 'INTEGER'`,
    )
    .pluck()
    .all();
  const statements = key === undefined ? [] : deletion(id, key, tables);
  const changes = await runAndEmptyLog(side, statements);
  return COUNTER_TABLES.reduce((sum, _table, index) => sum + (changes[index] ?? 0), 0);
}

function deletion(id: bigint, key: number, tables: readonly string[]): SqlStatement[] {
  const ofGuild = (sql: string): SqlStatement => ({ sql, parameters: [key] });
  const others = tables.filter((table) => !COUNTER_TABLES.some((counter) => counter === table));
  return [
    ...COUNTER_TABLES.map((table) => ({
      sql: `DELETE FROM ${table} WHERE ${countsOf(table, key)}`,
      parameters: [],
    })),
    { sql: "PRAGMA defer_foreign_keys = ON", parameters: [] },
    ...["red_hourly", "red_lifetime"].map((table) => ({
      sql: `DELETE FROM ${table} WHERE import IN (${RED_ITEMS})`,
      parameters: [id, key],
    })),
    { sql: `DELETE FROM red_import WHERE key IN (${RED_ITEMS})`, parameters: [id, key] },
    ...others.map((table) => ofGuild(`DELETE FROM ${table} WHERE guild = ?`)),
    ofGuild("DELETE FROM guild WHERE key = ?"),
    { sql: "DELETE FROM erasure_wish WHERE guild_id = ?", parameters: [id] },
    ...[...rewritten("member"), ...rewritten("place"), ...SWEEP_RED_USERS].map((sql) => ({
      sql,
      parameters: [],
    })),
  ];
}
