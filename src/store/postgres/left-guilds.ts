import type { Snowflake } from "../../snowflake.ts";
import type { Connection } from "./database.ts";
import { inOrder } from "./guild-row.ts";

/** Every guild in the schema, and when the bot left it. */
export async function readGuilds(connection: Connection): Promise<Map<Snowflake, number | null>> {
  const { rows } = await connection.query<{ id: string; left: number | null }>(
    `SELECT guild_id::text AS id, left_ms AS "left" FROM guild`,
  );
  return new Map(rows.map(({ id, left }) => [id, left]));
}

/** The first leaving counts, until the bot is back. */
export async function markLeft(
  connection: Connection,
  guildIds: readonly Snowflake[],
  leftMs: number | null,
): Promise<void> {
  // One after the other, in their order: a statement for all would hold their rows in any order.
  for (const guildId of inOrder(guildIds)) {
    await connection.query(
      `UPDATE guild SET left_ms = $2::bigint WHERE guild_id = $1 AND (left_ms IS NULL) <> ($2::bigint IS NULL)`,
      [guildId, leftMs],
    );
  }
}
