import type { Store } from "../store.ts";
import { type SqliteOptions, SqliteStore } from "./sqlite-store.ts";

export type { SqliteOptions } from "./sqlite-store.ts";

/**
 * A store in one SQLite file, for one process. Touches nothing until GuildStats starts; then the file is made if
 * it does not exist, next to it `-wal` and `-shm` while it is open, and `.lock`, which keeps other processes out.
 * @param path the database file; its folder must exist
 */
export function sqlite(path: string, options: SqliteOptions = {}): Store {
  return new SqliteStore(path, options);
}
