import type { Database, Statement } from "better-sqlite3";
import { slotOf } from "./slot.ts";

/** Rows of one statement. */
const ROWS = 40;
const COLUMNS = 6;

/** What one member did in one place in one hour, by the keys of its guild. */
export interface Cell {
  readonly guild: number;
  readonly hour: number;
  readonly place: number;
  readonly member: number;
  readonly state: number;
  readonly messages: number;
  readonly durationMs: number;
}

/** Adds cells to rows by hour and to all-time ones, as part of a batch's transaction. */
export class CellWriter {
  readonly #hourly: RowWriter;
  readonly #lifetime: RowWriter;

  constructor(database: Database) {
    this.#hourly = new RowWriter(database, "hourly");
    this.#lifetime = new RowWriter(database, "lifetime");
  }

  add({ guild, hour, place, member, state, messages, durationMs }: Cell): void {
    this.#hourly.add(slotOf(guild, hour), place, member, state, messages, durationMs);
    this.#lifetime.add(guild, place, member, state, messages, durationMs);
  }

  /** Writes what waits for others. */
  finish(): void {
    this.#hourly.finish();
    this.#lifetime.finish();
  }

  /** Drops what waits: the transaction has failed. */
  forget(): void {
    this.#hourly.forget();
    this.#lifetime.forget();
  }
}

/**
 * Adds to a table's rows, many in one statement: one of its own costs as much as three others of them.
 *
 * SQLite keeps a copy of every page that a statement of many rows changes, in case that it fails halfway, unless all that
 * may fail ends the transaction. Hence `OR ROLLBACK`, and figures that are not `NOT NULL`: an upsert's update asks for that
 * in a way that ends the statement alone.
 */
class RowWriter {
  readonly #one: Statement<[number[]]>;
  readonly #many: Statement<[number[]]>;
  /** Of rows that wait. */
  readonly #values: number[] = [];

  constructor(database: Database, table: "hourly" | "lifetime") {
    const adding = (rows: number): Statement<[number[]]> =>
      database.prepare<[number[]]>(
        `INSERT OR ROLLBACK INTO ${table} VALUES ${Array.from({ length: rows }, () => "(?, ?, ?, ?, ?, ?)").join(", ")}
         ON CONFLICT DO UPDATE SET
           messages = messages + excluded.messages, duration_ms = duration_ms + excluded.duration_ms`,
      );
    this.#one = adding(1);
    this.#many = adding(ROWS);
  }

  /** @param key the guild, or its hour; all in the order of the table's columns */
  add(key: number, place: number, member: number, state: number, messages: number, durationMs: number): void {
    this.#values.push(key, place, member, state, messages, durationMs);
    if (this.#values.length < ROWS * COLUMNS) return;
    this.#many.run(this.#values);
    this.forget();
  }

  finish(): void {
    for (let at = 0; at < this.#values.length; at += COLUMNS)
      this.#one.run(this.#values.slice(at, at + COLUMNS));
    this.forget();
  }

  forget(): void {
    this.#values.length = 0;
  }
}
