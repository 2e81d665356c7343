import type { Database } from "better-sqlite3";

/** Since when the present rules of counting hold, Unix milliseconds; 0 when they never changed. */
export function readRulesSince(database: Database): number {
  const row = database
    .prepare<[], { value: number }>("SELECT value FROM meta_number WHERE name = 'rules_since_ms'")
    .get();
  return row?.value ?? 0;
}

export function writeRulesSince(database: Database, sinceMs: number): void {
  database
    .prepare<[number]>(
      `INSERT INTO meta_number VALUES ('rules_since_ms', ?)
       ON CONFLICT DO UPDATE SET value = max(value, excluded.value)`,
    )
    .run(sinceMs);
}
