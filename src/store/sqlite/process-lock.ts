import Database from "better-sqlite3";

/**
 * Holds a store's file for this process until the result is closed. Two processes that wrote one file would each
 * answer from a memory that misses the other's counts.
 *
 * The lock is an exclusive transaction on an empty file of its own, `<path>.lock`: the operating system ends it
 * when the process is killed, which a pid file does not; and a backup tool may read the database meanwhile, which
 * `locking_mode = EXCLUSIVE` would forbid. The empty file stays: removing it would race with the next process.
 * @throws `SQLITE_BUSY` while another process, or another store of this one, holds it
 */
export function holdProcessLock(path: string): Database.Database {
  const lock = new Database(`${path}.lock`, { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (thrown) {
    lock.close();
    throw thrown;
  }
}
