import type { SqlStatement } from "./side-thread.ts";

/** Says that a guild's rows are not what they were, in the transaction that moves or purges them: see `ExportPage`. */
export function rowsRewritten(guild: number): SqlStatement {
  return { sql: "UPDATE guild SET rewrites = rewrites + 1 WHERE key = ?", parameters: [guild] };
}
