import { GuildStatsError } from "../../errors.ts";
import type { Snowflake } from "../../snowflake.ts";
import type { SideThread } from "./side-thread.ts";

const MEMBERS = "SELECT guild, key FROM member WHERE id = ?";

/**
 * Deletes a user's rows in every guild, and then every copy of the id in the freed space and in the log. Where
 * SQLite moves rows between pages it leaves copies behind in the pages' gaps, which `secure_delete` does not
 * overwrite (seen in 2 of 1,000 deleted members); so the member table is written anew, into pages that it zeroes
 * first. The other tables know a member only by a key, which means nothing any more.
 *
 * Hourly rows are clustered for flushes and loads and have no index by member: an erasure reads the guilds' rows
 * from one end to the other, which is why it runs on the side thread.
 * @returns how many counter rows went
 * @throws `STORE_LOCKED` when the rows are deleted, but another program reads the log: call again
 */
export async function eraseUser(side: SideThread, userId: Snowflake): Promise<number> {
  const parameters = [BigInt(userId)];
  const { changes, busy } = await side.run({
    statements: [
      { sql: `DELETE FROM hourly WHERE (guild, member) IN (${MEMBERS})`, parameters },
      { sql: `DELETE FROM lifetime WHERE (guild, member) IN (${MEMBERS})`, parameters },
      { sql: "DELETE FROM member WHERE id = ?", parameters },
      {
        sql: "CREATE TEMP TABLE kept AS SELECT key, guild, id, bot FROM member ORDER BY key",
        parameters: [],
      },
      { sql: "DELETE FROM member", parameters: [] },
      {
        sql: "INSERT INTO member (key, guild, id, bot) SELECT key, guild, id, bot FROM kept",
        parameters: [],
      },
      { sql: "DROP TABLE kept", parameters: [] },
    ],
    checkpoint: "TRUNCATE",
  });
  if (busy) {
    throw new GuildStatsError("STORE_LOCKED", "the rows are deleted, but another program reads the log");
  }
  const [hourly = 0, lifetime = 0] = changes;
  return hourly + lifetime;
}
