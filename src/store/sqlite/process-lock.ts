import { readlinkSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import Database from "better-sqlite3";

/** As many links, one behind the other, as operating systems follow. */
const MOST_LINKS = 40;

/**
 * Holds a store's file for this process until the result is closed. Two processes that wrote one file would each
 * answer from a memory that misses the other's counts.
 *
 * The lock is an exclusive transaction on an empty file of its own, `<path>.lock`: the operating system ends it
 * when the process is killed, which a pid file does not; and a backup tool may read the database meanwhile, which
 * `locking_mode = EXCLUSIVE` would forbid. The empty file stays: removing it would race with the next process. It is
 * beside the file itself, by whichever link that was named.
 * @throws `SQLITE_BUSY` while another process, or another store of this one, holds it
 */
export function holdProcessLock(path: string): Database.Database {
  const lock = new Database(`${linkedPath(path)}.lock`, { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (thrown) {
    lock.close();
    throw thrown;
  }
}

/** Where a file is, or will be made, to which a link may lead. */
function linkedPath(path: string): string {
  let at = path;
  for (let links = 0; links < MOST_LINKS; links++) {
    const link = linkAt(at);
    if (link === null) return at;
    at = resolve(realpathSync(dirname(at)), link);
  }
  return at;
}

function linkAt(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    // It is none, or cannot be reached: whoever opens it is told why.
    return null;
  }
}
