import Database from "better-sqlite3";

/** Every "table.column" of a database file, in order. */
export function sqliteColumns(path: string): string[] {
  const database = new Database(path, { readonly: true });
  try {
    return database
      .prepare<[], string>(
        `SELECT t.name || '.' || c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'`,
      )
      .pluck()
      .all()
      .sort();
  } finally {
    database.close();
  }
}
