import Database from "better-sqlite3";
import { GuildStatsError } from "../../errors.ts";
import { APPLICATION_ID, MIGRATIONS } from "./schema.ts";

/**
 * Holds a database for this process: counts would be doubled if two wrote it. The lock is a transaction on a
 * file beside it, which the operating system ends when the process is killed.
 * @throws SQLITE_BUSY while another process holds it
 */
export function holdLock(path: string): Database.Database {
  const lock = new Database(`${path}.lock`, { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (thrown) {
    lock.close();
    throw thrown;
  }
}

/** Opens the file for writing and brings its schema up to date. */
export function openWriter(path: string): Database.Database {
  const database = new Database(path, { timeout: 1_000 });
  try {
    requireOurs(database, path);
    database.pragma("journal_mode = WAL");
    // In WAL mode a killed process loses nothing under NORMAL; a power cut may lose the last batches whole, and
    // never damages the file. FULL would wait for the disk in every batch, on the event loop.
    database.pragma("synchronous = NORMAL");
    database.pragma("foreign_keys = ON");
    // Deleted rows are overwritten: an erased user's id must not stay in free space.
    database.pragma("secure_delete = ON");
    // A checkpoint copies up to 4 MB and waits for the disk; the checkpointer does it beside the event loop.
    database.pragma("wal_autocheckpoint = 0");
    migrate(database, path);
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

/** Opens the file for reading beside the writer: it sees whole batches only, and never waits. */
export function openReader(path: string): Database.Database {
  return new Database(path, { readonly: true, timeout: 1_000 });
}

function requireOurs(database: Database.Database, path: string): void {
  const applicationId = Number(database.pragma("application_id", { simple: true }));
  if (applicationId === APPLICATION_ID) return;
  const tables = database.prepare<[], { count: number }>("SELECT count(*) AS count FROM sqlite_master").get();
  if (applicationId === 0 && tables?.count === 0) return;
  throw new GuildStatsError("STORE_FOREIGN", `${path}: the file is a database of another program`, {
    details: { path, applicationId },
  });
}

function migrate(database: Database.Database, path: string): void {
  const supported = MIGRATIONS.length;
  // The version is read under the write lock: two processes that start at once must not both migrate.
  database
    .transaction(() => {
      const found = Number(database.pragma("user_version", { simple: true }));
      if (found > supported) {
        throw new GuildStatsError(
          "STORE_NEWER",
          `${path}: schema version ${found} was written by a newer GuildStats; this one supports up to ${supported}`,
          { details: { path, found, supported } },
        );
      }
      if (found === supported) return;
      for (const migration of MIGRATIONS.slice(found)) database.exec(migration);
      database.pragma(`application_id = ${APPLICATION_ID}`);
      database.pragma(`user_version = ${supported}`);
    })
    .immediate();
}
