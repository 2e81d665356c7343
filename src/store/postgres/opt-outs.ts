import { randomBytes } from "node:crypto";
import { GuildStatsError } from "../../errors.ts";
import type { OptOutBy, OptOutList } from "../store.ts";
import type { Connection } from "./database.ts";
import { addWish } from "./erasure-wishes.ts";

/** The key of the hashes, made when it is first asked for. */
export async function optOutKey(connection: Connection): Promise<Uint8Array> {
  const select = "SELECT value FROM secret WHERE name = 'opt_out_key'";
  const known = (await connection.query<{ value: Uint8Array }>(select)).rows[0];
  if (known !== undefined) return Uint8Array.from(known.value);
  // Another process may be first: whatever is stored then is the key.
  await connection.query("INSERT INTO secret VALUES ('opt_out_key', $1) ON CONFLICT (name) DO NOTHING", [
    randomBytes(32),
  ]);
  const made = (await connection.query<{ value: Uint8Array }>(select)).rows[0];
  if (made === undefined) throw new GuildStatsError("STORE_CORRUPT", "the key of opt-outs is missing");
  return Uint8Array.from(made.value);
}

/** The hashes, and the key they were made with. */
export async function readOptOuts(connection: Connection): Promise<OptOutList> {
  const key = await optOutKey(connection);
  const { rows } = await connection.query<{ hash: string; by: string }>(
    "SELECT user_hash AS hash, by FROM opt_out ORDER BY user_hash",
  );
  const hashesBy = (by: OptOutBy): string[] => rows.filter((row) => row.by === by).map(({ hash }) => hash);
  return { key, hashes: hashesBy("self"), ignored: hashesBy("owner") };
}

/** By whom some users are kept out. */
export async function readOptOutsOf(
  connection: Connection,
  hashes: readonly string[],
): Promise<readonly { readonly hash: string; readonly by: OptOutBy }[]> {
  const { rows } = await connection.query<{ hash: string; by: OptOutBy }>(
    "SELECT user_hash AS hash, by FROM opt_out WHERE user_hash = ANY ($1::text[])",
    [hashes],
  );
  return rows;
}

/** A crash between an opt-out and its erasure must not leave what was recorded: the wish is written with it. */
export async function addOptOut(connection: Connection, hash: string, by: OptOutBy): Promise<void> {
  await connection.query("INSERT INTO opt_out VALUES ($1, $2) ON CONFLICT (user_hash, by) DO NOTHING", [
    hash,
    by,
  ]);
  await addWish(connection, hash, null);
}

export async function removeOptOut(connection: Connection, hash: string, by: OptOutBy): Promise<void> {
  await connection.query("DELETE FROM opt_out WHERE user_hash = $1 AND by = $2", [hash, by]);
}
