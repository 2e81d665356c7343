import { asError, GuildStatsError, type GuildStatsErrorCode } from "../../errors.ts";

/** SQLite's result codes (sqlite.org/rescode.html) in our words; extended codes share their first part. */
const CODES: readonly (readonly [prefix: string, code: GuildStatsErrorCode, why: string])[] = [
  ["SQLITE_CORRUPT", "STORE_CORRUPT", "the file is damaged"],
  ["SQLITE_NOTADB", "STORE_CORRUPT", "the file is not a SQLite database"],
  ["SQLITE_CANTOPEN", "STORE_UNWRITABLE", "the file cannot be opened or created"],
  ["SQLITE_READONLY", "STORE_UNWRITABLE", "the file cannot be written"],
  ["SQLITE_PERM", "STORE_UNWRITABLE", "access to the file is denied"],
  [
    "SQLITE_BUSY",
    "STORE_LOCKED",
    "another process holds the file, which only one may; PostgreSQL serves several",
  ],
  ["SQLITE_FULL", "STORE_FULL", "no space is left for the file"],
  ["SQLITE_IOERR_WRITE", "STORE_FULL", "the file cannot grow"],
  ["SQLITE_IOERR_SHMSIZE", "STORE_FULL", "the shared index of the log cannot grow"],
];

/** Whatever a database call threw, on either thread, as a coded error that names the file. */
export function storeError(thrown: unknown, path: string): GuildStatsError {
  const cause = asError(thrown);
  if (cause instanceof GuildStatsError) {
    if (cause.details["path"] === path) return cause;
    const details = { ...cause.details, path };
    return new GuildStatsError(cause.code, `${path}: ${cause.message}`, { cause, details });
  }
  const sqliteCode = "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
  const known = CODES.find(([prefix]) => sqliteCode?.startsWith(prefix));
  const [code, why] = known
    ? [known[1], `${known[2]} (${sqliteCode})`]
    : ["STORE_FAILED" as const, cause.message];
  return new GuildStatsError(code, `${path}: ${why}`, { cause, details: { path, sqliteCode } });
}
