import type { Database, Statement } from "better-sqlite3";

/** Rows in one statement. More gain nothing: entering SQLite is a quarter of writing a row, and is shared out by then. */
const ROWS = 40;

/** Adds rows to the counts of a table, many in one statement. */
export class CountedRows {
  readonly #columns: number;
  readonly #many: Statement<[readonly number[]]>;
  readonly #one: Statement<[readonly number[]]>;

  /** @param key the columns before `messages` and `duration_ms`, as the table has them */
  constructor(database: Database, table: "hourly" | "lifetime", key: readonly string[]) {
    this.#columns = key.length + 2;
    const row = `(${Array(this.#columns).fill("?").join(", ")})`;
    const prepare = (rows: number): Statement<[readonly number[]]> =>
      database.prepare(
        `INSERT INTO ${table} (${[...key, "messages", "duration_ms"].join(", ")})
         VALUES ${Array(rows).fill(row).join(", ")} ON CONFLICT DO UPDATE SET
           messages = messages + excluded.messages, duration_ms = duration_ms + excluded.duration_ms`,
      );
    this.#many = prepare(ROWS);
    this.#one = prepare(1);
  }

  /** @param values row after row, in the order of the columns */
  add(values: readonly number[]): void {
    const size = this.#columns * ROWS;
    let at = 0;
    for (; at + size <= values.length; at += size) this.#many.run(values.slice(at, at + size));
    for (; at < values.length; at += this.#columns) this.#one.run(values.slice(at, at + this.#columns));
  }
}
