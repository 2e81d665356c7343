import type { Database } from "better-sqlite3";
import { GuildStatsError } from "../../errors.ts";
import type { Snowflake } from "../../snowflake.ts";

/**
 * Deletes a user's rows in every guild as one transaction, and then empties the write-ahead log, which still
 * holds pages from before; `secure_delete` has overwritten the rows in the file itself.
 * @returns how many counter rows went
 */
export function eraseUser(database: Database, userId: Snowflake): number {
  const members = database
    .prepare<[bigint], { key: number; guild: number }>("SELECT key, guild FROM member WHERE id = ?")
    .all(BigInt(userId));
  const hourly = database.prepare<[number, number]>("DELETE FROM hourly WHERE guild = ? AND member = ?");
  const lifetime = database.prepare<[number, number]>("DELETE FROM lifetime WHERE guild = ? AND member = ?");
  const member = database.prepare<[number]>("DELETE FROM member WHERE key = ?");
  const rows = database
    .transaction(() => {
      let deleted = 0;
      for (const { key, guild } of members) {
        deleted += hourly.run(guild, key).changes + lifetime.run(guild, key).changes;
        member.run(key);
      }
      return deleted;
    })
    .immediate();
  const [result] = database.pragma("wal_checkpoint(TRUNCATE)") as [{ busy: number }?];
  if (result?.busy !== 0) {
    throw new GuildStatsError(
      "STORE_LOCKED",
      "the rows are deleted, but the write-ahead log is in use by a reader",
    );
  }
  return rows;
}
