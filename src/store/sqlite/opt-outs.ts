import { randomBytes } from "node:crypto";
import type { Database } from "better-sqlite3";
import { GuildStatsError } from "../../errors.ts";
import type { OptOutBy, OptOutList } from "../store.ts";

/** The hashes, and the key they were made with; the key is made when it is first asked for. */
export function readOptOuts(database: Database): OptOutList {
  database.prepare("INSERT INTO meta VALUES ('opt_out_key', ?) ON CONFLICT DO NOTHING").run(randomBytes(32));
  const key = database
    .prepare<[], { value: Uint8Array }>("SELECT value FROM meta WHERE name = 'opt_out_key'")
    .get();
  if (key === undefined) throw new GuildStatsError("STORE_CORRUPT", "the key of opt-outs is missing");
  const rows = database
    .prepare<[], { user_hash: string; by: string }>("SELECT user_hash, by FROM opt_out")
    .all();
  const hashesBy = (by: OptOutBy): string[] =>
    rows.filter((row) => row.by === by).map(({ user_hash }) => user_hash);
  return { key: Uint8Array.from(key.value), hashes: hashesBy("self"), ignored: hashesBy("owner") };
}

export function addOptOut(database: Database, hash: string, by: OptOutBy): void {
  database.prepare("INSERT INTO opt_out VALUES (?, ?) ON CONFLICT DO NOTHING").run(hash, by);
}

export function removeOptOut(database: Database, hash: string, by: OptOutBy): void {
  database.prepare("DELETE FROM opt_out WHERE user_hash = ? AND by = ?").run(hash, by);
}
