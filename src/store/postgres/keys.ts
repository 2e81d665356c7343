import { GuildStatsError } from "../../errors.ts";
import type { Snowflake } from "../../snowflake.ts";
import { storable } from "../text.ts";
import { type Connection, column } from "./database.ts";

/** The keys of names of several guilds. */
export class Keys {
  readonly #keys = new Map<string, number>();

  set(guildId: Snowflake, id: string, key: number): void {
    this.#keys.set(`${guildId} ${storable(id)}`, key);
  }

  /** @throws `STORE_FAILED` for a name that has none */
  of(guildId: Snowflake, id: string): number {
    const key = this.#keys.get(`${guildId} ${storable(id)}`);
    if (key === undefined) throw new GuildStatsError("STORE_FAILED", "the database gave no key to an id");
    return key;
  }
}

/**
 * Gives keys away that no row of a guild has: one more than the largest, then one more each. The guilds are held, so
 * nobody else does so meanwhile. The key of the last row may be given away again once it is deleted: with it go all
 * rows that know it.
 */
export async function newKeys(
  connection: Connection,
  table: "place" | "member",
  guildIds: Iterable<Snowflake>,
): Promise<(guildId: Snowflake) => number> {
  const ids = new Set(guildIds);
  if (ids.size === 0) return () => 0;
  // One step down the index for each guild; grouped, all keys of the guilds would be read.
  const { rows } = await connection.query<{ guild: string; last: number | null }>(
    `SELECT guild_id::text AS guild,
       (SELECT max(key) FROM ${table} WHERE ${table}.guild_id = guild.guild_id) AS last
     FROM guild WHERE guild_id = ANY ($1::bigint[])`,
    [column(ids)],
  );
  const last = new Map(rows.map((row) => [row.guild, row.last ?? 0]));
  return (guildId) => {
    const key = (last.get(guildId) ?? 0) + 1;
    last.set(guildId, key);
    return key;
  };
}
