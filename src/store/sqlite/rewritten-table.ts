/**
 * Writes a table of ids or names anew, into pages that SQLite zeroes first: where it moved rows between pages, copies
 * stayed behind in the pages' gaps, which `secure_delete` does not overwrite. Within a transaction in which foreign
 * keys are deferred.
 */
export function rewritten(table: "member" | "place"): readonly string[] {
  return [
    `CREATE TEMP TABLE kept AS SELECT * FROM ${table} ORDER BY guild, key`,
    `DELETE FROM ${table}`,
    `INSERT INTO ${table} SELECT * FROM kept`,
    "DROP TABLE kept",
  ];
}
