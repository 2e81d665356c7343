import { randomBytes } from "node:crypto";
import type { Database } from "better-sqlite3";
import { GuildStatsError } from "../../errors.ts";
import type { OptOutBy, OptOutList } from "../store.ts";
import { addWish } from "./erasure-wishes.ts";

/** The key of the hashes, made when it is first asked for. */
export function optOutKey(database: Database): Uint8Array {
  database.prepare("INSERT INTO meta VALUES ('opt_out_key', ?) ON CONFLICT DO NOTHING").run(randomBytes(32));
  const key = database
    .prepare<[], { value: Uint8Array }>("SELECT value FROM meta WHERE name = 'opt_out_key'")
    .get();
  if (key === undefined) throw new GuildStatsError("STORE_CORRUPT", "the key of opt-outs is missing");
  return Uint8Array.from(key.value);
}

/** The hashes, and the key they were made with. */
export function readOptOuts(database: Database): OptOutList {
  const key = optOutKey(database);
  const rows = database
    .prepare<[], { user_hash: string; by: string }>("SELECT user_hash, by FROM opt_out")
    .all();
  const hashesBy = (by: OptOutBy): string[] =>
    rows.filter((row) => row.by === by).map(({ user_hash }) => user_hash);
  return { key, hashes: hashesBy("self"), ignored: hashesBy("owner") };
}

/** A crash between an opt-out and its erasure must not leave what was recorded: the wish is written with it. */
export function addOptOut(database: Database, hash: string, by: OptOutBy): void {
  database
    .transaction(() => {
      database.prepare("INSERT INTO opt_out VALUES (?, ?) ON CONFLICT DO NOTHING").run(hash, by);
      addWish(database, hash, null);
    })
    .immediate();
}

export function removeOptOut(database: Database, hash: string, by: OptOutBy): void {
  database.prepare("DELETE FROM opt_out WHERE user_hash = ? AND by = ?").run(hash, by);
}
