import type { Database } from "better-sqlite3";
import type { StoreMetrics } from "../../metrics.ts";

/** What SQLite has in memory of a file: a few microseconds, and the disk is not asked. */
export function databaseMetrics(database: Database): StoreMetrics {
  const number = (pragma: string): number => Number(database.pragma(pragma, { simple: true }));
  return Object.freeze({
    bytes: number("page_count") * number("page_size"),
    schemaVersion: number("user_version"),
  });
}
