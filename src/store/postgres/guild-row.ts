import { isOlder, type Snowflake } from "../../snowflake.ts";
import { type Connection, column } from "./database.ts";

/** Ids in the order of their numbers, each once: the order in which guilds are held, so that nobody waits in a circle. */
export function inOrder(ids: Iterable<Snowflake>): Snowflake[] {
  return [...new Set(ids)].sort((a, b) => (a === b ? 0 : isOlder(a, b) ? -1 : 1));
}

/**
 * Holds guilds until the transaction ends, and makes those that are new.
 * @param sinceMs `null`: nothing was counted
 * @param liveSinceMs `null`: not counted as it happened
 */
export async function holdGuilds(
  connection: Connection,
  guildIds: Iterable<Snowflake>,
  sinceMs: number | null,
  liveSinceMs: number | null,
): Promise<void> {
  const ids = inOrder(guildIds);
  if (ids.length === 0) return;
  // A row that stays as it is is held all the same, and not written again.
  await connection.query(
    `INSERT INTO guild (guild_id, since_ms, live_since_ms)
     SELECT guild_id, $2::bigint, $3::bigint FROM unnest($1::bigint[]) AS given (guild_id)
     ON CONFLICT (guild_id) DO UPDATE SET
       since_ms = least(guild.since_ms, excluded.since_ms),
       live_since_ms = coalesce(guild.live_since_ms, excluded.live_since_ms)
     WHERE coalesce(guild.since_ms > excluded.since_ms, excluded.since_ms IS NOT NULL)
       OR (guild.live_since_ms IS NULL AND excluded.live_since_ms IS NOT NULL)`,
    [column(ids), sinceMs, liveSinceMs],
  );
}

/** Holds those guilds that there are until the transaction ends. */
export async function holdKnownGuilds(connection: Connection, guildIds: Iterable<Snowflake>): Promise<void> {
  const ids = [...guildIds];
  if (ids.length === 0) return;
  await connection.query(
    "SELECT 1 FROM guild WHERE guild_id = ANY ($1::bigint[]) ORDER BY guild_id FOR UPDATE",
    [column(ids)],
  );
}

/** Holds a guild until the transaction ends. @returns whether there is such a guild */
export async function holdGuild(connection: Connection, guildId: Snowflake): Promise<boolean> {
  const { rows } = await connection.query("SELECT 1 FROM guild WHERE guild_id = $1 FOR UPDATE", [guildId]);
  return rows.length > 0;
}

/** Says that a guild's rows are not what they were, in the transaction that moves or purges them: see `ExportPage`. */
export async function rowsRewritten(connection: Connection, guildId: Snowflake): Promise<void> {
  await connection.query("UPDATE guild SET rewrites = rewrites + 1 WHERE guild_id = $1", [guildId]);
}
