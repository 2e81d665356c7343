import { existsSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { GuildStatsError } from "../../errors.ts";
import { APPLICATION_ID, MIGRATIONS } from "./schema.ts";

/** SQLite's default, kept: rows are some 20 bytes, and a page is what a write to a random place costs. */
const PAGE_BYTES = 4_096;

/** Writes never meet another writer, for a store orders its own; this is for a backup tool in the same moment. */
export const BUSY_TIMEOUT_MS = 100;

/**
 * Opens the file for writing, makes it if it is missing, and brings its schema up to date. Call it with the
 * process lock held: nobody else may migrate meanwhile.
 * @throws `STORE_UNWRITABLE`, `STORE_FOREIGN`, `STORE_NEWER`, or SQLite's own error
 */
export function openWriter(path: string, maxBytes: number | null): Database.Database {
  const database = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    // Before anything is written: another program's file must stay as it is.
    requireOurs(database, path);
    const version = requireSupported(database, path);
    database.pragma("journal_mode = WAL");
    // In WAL mode a killed process loses nothing under NORMAL: what was acknowledged is in the operating system's
    // hands. A power cut may lose the last batches, whole, and never damages the file; a crash loses up to a flush
    // period of counts anyway. FULL would make each batch wait for the disk, on the event loop.
    database.pragma("synchronous = NORMAL");
    database.pragma("foreign_keys = ON");
    // Deleted rows are overwritten: an erased user's id must not stay in free space.
    database.pragma("secure_delete = ON");
    // A checkpoint waits for the disk; the side thread does it.
    database.pragma("wal_autocheckpoint = 0");
    // auto_vacuum stays NONE: only erasures free pages, and the next counts fill them again.
    if (maxBytes !== null) database.pragma(`max_page_count = ${Math.floor(maxBytes / PAGE_BYTES)}`);
    migrate(database, version);
    // Whatever a killed process left in the log, perhaps an erased user's old rows, ends here.
    database.pragma("wal_checkpoint(TRUNCATE)");
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

/** Opens the file for reading beside the writer: it sees whole batches only, and never waits. */
export function openReader(path: string): Database.Database {
  return new Database(path, { readonly: true, timeout: BUSY_TIMEOUT_MS });
}

/**
 * Opens a file that is only read, by who needs it to be of this version; a bot may use it meanwhile.
 * @throws `STORE_UNWRITABLE`, `STORE_FOREIGN`, `STORE_NEWER`, `STORE_FAILED` when its schema is older, or SQLite's own error
 */
export function openCurrentReader(path: string): Database.Database {
  requireFolder(path);
  const database = openReader(path);
  try {
    requireOurs(database, path);
    const version = requireSupported(database, path);
    if (version === MIGRATIONS.length) return database;
    const why =
      version === 0 ? "is empty" : `has schema version ${version}, and this is ${MIGRATIONS.length}`;
    throw new GuildStatsError("STORE_FAILED", `${path}: the file ${why}; start the bot with it once`, {
      details: { path, version },
    });
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

/** @throws `STORE_UNWRITABLE` when the folder is missing: a typing error in a path must not make folders */
export function requireFolder(path: string): void {
  const folder = dirname(path);
  if (existsSync(folder)) return;
  throw new GuildStatsError("STORE_UNWRITABLE", `${path}: the folder ${folder} does not exist`, {
    details: { path },
  });
}

/** @throws `STORE_FOREIGN` unless the file is GuildStats's, or empty */
export function requireOurs(database: Database.Database, path: string): void {
  const applicationId = Number(database.pragma("application_id", { simple: true }));
  if (applicationId === APPLICATION_ID) return;
  const tables = database.prepare<[], { count: number }>("SELECT count(*) AS count FROM sqlite_master").get();
  if (applicationId === 0 && tables?.count === 0) return;
  throw new GuildStatsError("STORE_FOREIGN", `${path}: the file is a database of another program`, {
    details: { path, applicationId },
  });
}

/**
 * The schema version of a file that is ours; 0 for an empty one.
 * @throws `STORE_NEWER`
 */
export function requireSupported(database: Database.Database, path: string): number {
  const found = Number(database.pragma("user_version", { simple: true }));
  const supported = MIGRATIONS.length;
  if (found <= supported) return found;
  throw new GuildStatsError(
    "STORE_NEWER",
    `${path}: schema version ${found} was written by a newer GuildStats; this one supports up to ${supported}`,
    { details: { path, found, supported } },
  );
}

function migrate(database: Database.Database, version: number): void {
  const steps = MIGRATIONS.slice(version);
  // Also without a step to take: a file that cannot be written is found out now, not at the first flush.
  database
    .transaction(() => {
      for (const step of steps) database.exec(step);
      if (steps.length === 0) return;
      database.pragma(`application_id = ${APPLICATION_ID}`);
      database.pragma(`user_version = ${MIGRATIONS.length}`);
    })
    .immediate();
}
