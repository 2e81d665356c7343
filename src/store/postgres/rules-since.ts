import type { Connection } from "./database.ts";

/** Since when the present rules of counting hold, Unix milliseconds; 0 when they never changed. */
export async function readRulesSince(connection: Connection): Promise<number> {
  const { rows } = await connection.query<{ at: number }>(
    "SELECT at_ms AS at FROM instant WHERE name = 'rules_since'",
  );
  return rows[0]?.at ?? 0;
}

export async function writeRulesSince(connection: Connection, sinceMs: number): Promise<void> {
  await connection.query(
    `INSERT INTO instant VALUES ('rules_since', $1)
     ON CONFLICT (name) DO UPDATE SET at_ms = greatest(instant.at_ms, excluded.at_ms)`,
    [sinceMs],
  );
}
