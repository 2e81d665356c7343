import { existsSync } from "node:fs";
import type { Database } from "better-sqlite3";
import type { Snowflake } from "../../snowflake.ts";
import type { RedItem, RedStaging, StoredRedItem } from "../red-past.ts";
import { openReader, requireOurs, requireSupported } from "./open-database.ts";
import { MIGRATIONS } from "./schema.ts";
import { storeError } from "./sqlite-error.ts";

/** All that was imported from the Red cog, placed or not. */
export function readRedStaging(database: Database): RedStaging {
  const items = database
    .prepare<[], StoredRedItem>(
      `SELECT kind, CAST(id AS TEXT) AS id, staged_ms AS stagedMs, placed_ms AS placedMs
       FROM red_import ORDER BY key`,
    )
    .all();
  const users = database.prepare<[], number>("SELECT count(*) FROM red_member").pluck().get() ?? 0;
  return { items, users };
}

/** The users of whom counts wait in one channel, or in one guild's activities. */
export function readRedUsers(database: Database, { kind, id }: RedItem): Snowflake[] {
  return database
    .prepare<[string, bigint], Snowflake>(
      `SELECT CAST(id AS TEXT) FROM red_member WHERE key IN (
         SELECT member FROM red_lifetime WHERE import = (
           SELECT key FROM red_import WHERE kind = ? AND id = ? AND placed_ms IS NULL))`,
    )
    .pluck()
    .all(kind, BigInt(id));
}

/**
 * {@link readRedStaging} of a file that is only read; a bot may use it meanwhile. A file that is missing, or older
 * than the import, holds nothing.
 * @throws `STORE_CORRUPT`, `STORE_FOREIGN`, `STORE_NEWER`
 */
export function redStagingIn(path: string): RedStaging {
  if (!existsSync(path)) return { items: [], users: 0 };
  let database: Database | null = null;
  try {
    database = openReader(path);
    requireOurs(database, path);
    const version = requireSupported(database, path);
    return version < MIGRATIONS.length ? { items: [], users: 0 } : readRedStaging(database);
  } catch (thrown) {
    throw storeError(thrown, path);
  } finally {
    database?.close();
  }
}
