import type { Database } from "better-sqlite3";
import type { Snowflake } from "../../snowflake.ts";

/** Every guild in the file, and when the bot left it. */
export function readGuilds(database: Database): Map<Snowflake, number | null> {
  const rows = database
    .prepare<[], { id: string; left: number | null }>(
      "SELECT CAST(id AS TEXT) AS id, left_ms AS left FROM guild",
    )
    .all();
  return new Map(rows.map(({ id, left }) => [id, left]));
}

/** The first leaving counts, until the bot is back. */
export function markLeft(database: Database, guildIds: readonly Snowflake[], leftMs: number | null): void {
  const mark = database.prepare<[number | null, number | null, bigint]>(
    "UPDATE guild SET left_ms = CASE WHEN ? IS NULL THEN NULL ELSE coalesce(left_ms, ?) END WHERE id = ?",
  );
  database
    .transaction(() => {
      for (const guildId of guildIds) mark.run(leftMs, leftMs, BigInt(guildId));
    })
    .immediate();
}
