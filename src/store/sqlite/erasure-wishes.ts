import type { Database } from "better-sqlite3";
import type { Clock } from "../../clock.ts";
import type { Snowflake } from "../../snowflake.ts";
import { optOutHash } from "../opt-out-hash.ts";
import type { ErasureWish } from "../store.ts";

/** Ids hashed between two turns of the event loop: two milliseconds or so. */
const SLICE_IDS = 400;

/** The wish for an erasure in all guilds. No guild has this id. */
const EVERYWHERE = "0";

interface WishRow {
  readonly hash: string;
  readonly guild: string;
}

export function addWish(database: Database, hash: string, guildId: Snowflake | null): void {
  database
    .prepare("INSERT INTO erasure_wish VALUES (?, ?) ON CONFLICT DO NOTHING")
    .run(hash, BigInt(guildId ?? EVERYWHERE));
}

/** The wish was fulfilled. One for all guilds fulfils those for single ones. */
export function removeWish(database: Database, hash: string, guildId: Snowflake | null): void {
  database
    .prepare("DELETE FROM erasure_wish WHERE user_hash = ? AND (guild_id = ? OR ? IS NULL)")
    .run(hash, BigInt(guildId ?? EVERYWHERE), guildId);
}

/** What became of the wishes. */
export interface FoundWishes {
  readonly wishes: readonly ErasureWish[];
  /** Hashes of wishes that fit no user in the tables: the rows are deleted, or never were; the log may hold them yet. */
  readonly spent: readonly string[];
}

export function removeWishes(database: Database, hashes: readonly string[]): void {
  const remove = database.prepare<[string]>("DELETE FROM erasure_wish WHERE user_hash = ?");
  for (const hash of hashes) remove.run(hash);
}

/**
 * The users in the file whose erasure was asked for and did not end. A wish is kept without the id, so all ids are
 * hashed, in slices; without a wish, none.
 */
export async function readWishes(database: Database, key: Uint8Array, clock: Clock): Promise<FoundWishes> {
  const wishes = new Map<string, Snowflake[]>();
  const rows = database
    .prepare<[], WishRow>("SELECT user_hash AS hash, CAST(guild_id AS TEXT) AS guild FROM erasure_wish")
    .all();
  if (rows.length === 0) return { wishes: [], spent: [] };
  for (const { hash, guild } of rows) wishes.set(hash, [...(wishes.get(hash) ?? []), guild]);
  const found = new Map<Snowflake, string>();
  for (const table of ["member", "red_member"] as const) {
    const slice = database
      .prepare<[bigint, number], Snowflake>(
        `SELECT DISTINCT CAST(id AS TEXT) FROM ${table} WHERE id > ? ORDER BY id LIMIT ?`,
      )
      .pluck();
    for (let last: Snowflake | undefined = EVERYWHERE; last !== undefined; ) {
      const ids = slice.all(BigInt(last), SLICE_IDS);
      for (const id of ids) {
        const hash = optOutHash(key, id);
        if (wishes.has(hash)) found.set(id, hash);
      }
      last = ids.at(-1);
      await clock.turn();
    }
  }
  const known = new Set(found.values());
  return {
    wishes: [...found].flatMap(([userId, hash]) =>
      (wishes.get(hash) ?? []).map((guild) => ({ userId, guildId: guild === EVERYWHERE ? null : guild })),
    ),
    spent: [...wishes.keys()].filter((hash) => !known.has(hash)),
  };
}
