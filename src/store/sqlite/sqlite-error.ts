import Database from "better-sqlite3";
import { asError, GuildStatsError, type GuildStatsErrorCode } from "../../errors.ts";

/** SQLite's result codes (sqlite.org/rescode.html) in our words; extended codes share their first part. */
const CODES: readonly (readonly [prefix: string, code: GuildStatsErrorCode, why: string])[] = [
  ["SQLITE_CORRUPT", "STORE_CORRUPT", "the file is damaged"],
  ["SQLITE_NOTADB", "STORE_CORRUPT", "the file is not a SQLite database"],
  ["SQLITE_CANTOPEN", "STORE_UNWRITABLE", "the file cannot be opened or created"],
  ["SQLITE_READONLY", "STORE_UNWRITABLE", "the file cannot be written"],
  ["SQLITE_PERM", "STORE_UNWRITABLE", "access to the file is denied"],
  ["SQLITE_BUSY", "STORE_LOCKED", "another process holds the file"],
  ["SQLITE_FULL", "STORE_FULL", "no space is left for the file"],
  ["SQLITE_IOERR_WRITE", "STORE_FULL", "the file cannot grow"],
];

/** Whatever a database call threw, as a coded error that names the file. */
export function storeError(thrown: unknown, path: string): GuildStatsError {
  if (thrown instanceof GuildStatsError) return thrown;
  const cause = asError(thrown);
  const sqliteCode = cause instanceof Database.SqliteError ? cause.code : undefined;
  const known = CODES.find(([prefix]) => sqliteCode?.startsWith(prefix));
  if (known) {
    const [, code, why] = known;
    return new GuildStatsError(code, `${path}: ${why} (${sqliteCode})`, {
      cause,
      details: { path, sqliteCode },
    });
  }
  // better-sqlite3 itself refuses a path whose folder does not exist, before SQLite sees it.
  const code = cause instanceof TypeError ? "STORE_UNWRITABLE" : "STORE_FAILED";
  return new GuildStatsError(code, `${path}: ${cause.message}`, { cause, details: { path, sqliteCode } });
}
