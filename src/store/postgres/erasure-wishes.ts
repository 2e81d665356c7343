import { randomUUID } from "node:crypto";
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

const WISHES = "SELECT user_hash AS hash, guild_id::text AS guild, asked FROM erasure_wish";

interface WishRow {
  readonly hash: string;
  readonly guild: string;
  readonly asked: string;
}

/** A wish as it stood at one moment. Whoever wishes the same again gives it another name. */
export interface Wish extends ErasureMade {
  readonly asked: string;
}

/** Writes a wish down, or that it was wished once more. */
export async function addWish(
  connection: Connection,
  hash: string,
  guildId: Snowflake | null,
): Promise<void> {
  await connection.query(
    `INSERT INTO erasure_wish (user_hash, guild_id, asked) VALUES ($1, $2, $3)
     ON CONFLICT (user_hash, guild_id) DO UPDATE SET asked = excluded.asked`,
    [hash, guildId ?? EVERYWHERE, randomUUID()],
  );
}

/** The wishes that an erasure fulfils which begins behind this. One for all guilds fulfils those for single ones. */
export async function wishesFor(
  connection: Connection,
  hash: string,
  guildId: Snowflake | null,
): Promise<readonly Wish[]> {
  const { rows } = await connection.query<WishRow>(
    `${WISHES} WHERE user_hash = $1 AND (guild_id = $2::bigint OR $2::bigint IS NULL)`,
    [hash, guildId],
  );
  return rows.map(wishOf);
}

/** These wishes were fulfilled; not those that another process wrote down since then. */
export async function removeWishes(connection: Connection, wishes: readonly Wish[]): Promise<void> {
  for (const { hash, guildId, asked } of wishes) {
    await connection.query("DELETE FROM erasure_wish WHERE user_hash = $1 AND guild_id = $2 AND asked = $3", [
      hash,
      guildId ?? EVERYWHERE,
      asked,
    ]);
  }
}

/** What became of the wishes. */
export interface FoundWishes {
  readonly wishes: readonly ErasureWish[];
  /** Those that fit no user in the tables: the rows are deleted, or never were. */
  readonly spent: readonly Wish[];
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
  const { rows } = await connection.query<WishRow>(WISHES);
  if (rows.length === 0) return { wishes: [], spent: [] };
  const wishes = new Map<string, Wish[]>();
  for (const wish of rows.map(wishOf)) wishes.set(wish.hash, [...(wishes.get(wish.hash) ?? []), wish]);
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
  return {
    wishes: [...found].flatMap(([userId, hash]) =>
      (wishes.get(hash) ?? []).map(({ guildId }) => ({ userId, guildId })),
    ),
    spent: [...wishes].flatMap(([hash, all]) => (known.has(hash) ? [] : all)),
  };
}

function wishOf({ hash, guild, asked }: WishRow): Wish {
  return { hash, guildId: guild === EVERYWHERE ? null : guild, asked };
}
