import type { Database } from "better-sqlite3";
import { type Finding, NUMBER } from "../../finding.ts";

/** One thing that must hold of a file. */
export interface Check {
  /** One word. */
  readonly name: string;
  /** Only reads. May throw what SQLite throws at damage. */
  run(database: Database, nowMs: number): Finding;
}

/** "3 in hourly, 1 in daily". */
export function listed(tables: ReadonlyMap<string, number>): string {
  return [...tables].map(([table, rows]) => `${NUMBER.format(rows)} in ${table}`).join(", ");
}

/** How many rows of each table a query per table counts; tables without any are left out. */
export function countedRows(
  database: Database,
  sql: Readonly<Record<string, string>>,
): ReadonlyMap<string, number> {
  const rows = Object.entries(sql).map(
    ([table, query]) => [table, Number(database.prepare(query).pluck().get())] as const,
  );
  return new Map(rows.filter(([, count]) => count > 0));
}

/** For what should never be in a file that only GuildStats wrote. */
export const RESTORE =
  "stop the bot, keep a copy of the file, and put back the newest backup that this command finds sound";
