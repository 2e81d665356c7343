import { GuildStatsError } from "../../errors.ts";
import type { Snowflake } from "../../snowflake.ts";
import { type Connection, column } from "./database.ts";
import { storable } from "./text.ts";

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
  const { rows } = await connection.query<{ guild: string; last: number }>(
    `SELECT guild_id::text AS guild, max(key) AS last FROM ${table}
     WHERE guild_id = ANY ($1::bigint[]) GROUP BY guild_id`,
    [column(new Set(guildIds))],
  );
  const last = new Map(rows.map((row) => [row.guild, row.last]));
  return (guildId) => {
    const key = (last.get(guildId) ?? 0) + 1;
    last.set(guildId, key);
    return key;
  };
}
