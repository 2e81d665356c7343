import type { Database } from "better-sqlite3";

/** What a check found: nothing wrong; something to know; or something that is wrong. */
export interface Finding {
  readonly verdict: "ok" | "remark" | "problem";
  /** What was found, a sentence without a full stop. */
  readonly says: string;
  /** What to do about it; `null` when nothing is to be done. */
  readonly advice: string | null;
}

/** One thing that must hold of a file. */
export interface Check {
  /** One word. */
  readonly name: string;
  /** Only reads. May throw what SQLite throws at damage. */
  run(database: Database, nowMs: number): Finding;
}

export function ok(says: string): Finding {
  return { verdict: "ok", says, advice: null };
}

export function remark(says: string, advice: string | null = null): Finding {
  return { verdict: "remark", says, advice };
}

export function problem(says: string, advice: string): Finding {
  return { verdict: "problem", says, advice };
}

const NUMBER = new Intl.NumberFormat("en");

/** "1 row", "2,000 rows". */
export function counted(count: number, noun: string): string {
  return `${NUMBER.format(count)} ${noun}${count === 1 ? "" : "s"}`;
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
