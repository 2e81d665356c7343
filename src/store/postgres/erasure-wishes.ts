import { type Clock, Pace } from "../../clock.ts";
import type { Snowflake } from "../../snowflake.ts";
import type { ErasureMade } from "../changes.ts";
import { optOutHash } from "../opt-out-hash.ts";
import type { ErasureWish } from "../store.ts";
import type { Connection } from "./database.ts";

/** Ids that are read at once. */
const PAGE_IDS = 10_000;

/** The wish for an erasure in all guilds. No guild has this id. */
const EVERYWHERE = "0";

export async function addWish(
  connection: Connection,
  hash: string,
  guildId: Snowflake | null,
): Promise<void> {
  await connection.query(
    "INSERT INTO erasure_wish VALUES ($1, $2) ON CONFLICT (user_hash, guild_id) DO NOTHING",
    [hash, guildId ?? EVERYWHERE],
  );
}

/** The wish was fulfilled. One for all guilds fulfils those for single ones. */
export async function removeWish(
  connection: Connection,
  hash: string,
  guildId: Snowflake | null,
): Promise<void> {
  await connection.query(
    "DELETE FROM erasure_wish WHERE user_hash = $1 AND (guild_id = $2::bigint OR $2::bigint IS NULL)",
    [hash, guildId],
  );
}

/** What became of the wishes. */
export interface FoundWishes {
  readonly wishes: readonly ErasureWish[];
  /** Those that fit no user in the tables: the rows are deleted, or never were. */
  readonly spent: readonly ErasureMade[];
}

/**
 * The users of whom anything is stored, whose erasure was asked for and did not end. A wish is kept without the id, so
 * all ids are hashed; without a wish, none.
 */
export async function readWishes(
  connection: Connection,
  key: Uint8Array,
  clock: Clock,
): Promise<FoundWishes> {
  const { rows } = await connection.query<{ hash: string; guild: string }>(
    "SELECT user_hash AS hash, guild_id::text AS guild FROM erasure_wish",
  );
  if (rows.length === 0) return { wishes: [], spent: [] };
  const wishes = new Map<string, Snowflake[]>();
  for (const { hash, guild } of rows) wishes.set(hash, [...(wishes.get(hash) ?? []), guild]);
  const found = new Map<Snowflake, string>();
  const pace = new Pace(clock);
  for (const [table, column] of [
    ["member", "id"],
    ["red_lifetime", "user_id"],
  ] as const) {
    for (let last: Snowflake | undefined = EVERYWHERE; last !== undefined; ) {
      // By the number: `id` is the text here, in whose order pages would leave most out.
      const page: { readonly rows: readonly { readonly id: string }[] } = await connection.query(
        `SELECT DISTINCT ${column} AS number, ${column}::text AS id FROM ${table} WHERE ${column} > $1
         ORDER BY number LIMIT ${PAGE_IDS}`,
        [last],
      );
      for (const { id } of page.rows) {
        const hash = optOutHash(key, id);
        if (wishes.has(hash)) found.set(id, hash);
        await pace.turnIfDue();
      }
      last = page.rows.at(-1)?.id;
    }
  }
  const known = new Set(found.values());
  const guildsOf = (hash: string) =>
    (wishes.get(hash) ?? []).map((guild) => (guild === EVERYWHERE ? null : guild));
  return {
    wishes: [...found].flatMap(([userId, hash]) => guildsOf(hash).map((guildId) => ({ userId, guildId }))),
    spent: [...wishes.keys()].flatMap((hash) =>
      known.has(hash) ? [] : guildsOf(hash).map((guildId) => ({ hash, guildId })),
    ),
  };
}
