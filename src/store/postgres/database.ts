/**
 * What statements take. A column of numbers or of ids travels as one value, `{1,2,3}`: see {@link column}; a column of
 * texts as a list.
 */
export type SqlValue = string | number | boolean | null | Uint8Array | readonly (string | null)[];

export interface Answer<Row> {
  readonly rows: readonly Row[];
  /** Rows that were inserted, updated or deleted. */
  readonly changes: number;
}

/** One transaction on one connection. */
export interface Connection {
  query<Row extends object>(sql: string, parameters?: readonly SqlValue[]): Promise<Answer<Row>>;
  /** Runs several statements, whose answers nobody needs. */
  script(sql: string): Promise<void>;
}

/** A connection that hears what the server is notified of. */
export interface Listening {
  /** Resolves when nothing is heard any more, by whatever cause. */
  readonly lost: Promise<void>;
  /** Asks the server for a sign of life. @throws when there is none within some seconds */
  check(): Promise<void>;
  /** Idempotent, and never rejects. */
  end(): Promise<void>;
}

/**
 * A PostgreSQL database, by whatever driver. Drivers hand numbers of any width over as numbers, and arrays of them as
 * {@link NumberColumn}: {@link VALUE_PARSERS}. Ids must leave the database as text, for they exceed what a double holds.
 */
export interface Database {
  /**
   * Runs a task between `begin` and `COMMIT`; a task that throws leaves no trace.
   * @param begin statements that begin a transaction and set it up
   */
  transaction<T>(begin: string, task: (connection: Connection) => Promise<T>): Promise<T>;
  /**
   * Runs a statement that must be outside of a transaction.
   * @param reads what its answer has to be waited for
   */
  run(sql: string, reads: "nothing" | "whole tables"): Promise<void>;
  /**
   * Listens on a connection of its own, which is the caller's to end.
   * @param channel an identifier without quotes in it
   * @param heard is called at each notice
   */
  listen(channel: string, heard: () => void): Promise<Listening>;
  /** Releases all connections but those that listen. No transaction runs then. */
  close(): Promise<void>;
}

/** Numbers of one column, in the order of its rows. */
export type NumberColumn = Float64Array;

const COMMA = 44;
const ZERO = 48;
/** Below 2^53. */
const EXACT_DIGITS = 15;

/** How a driver has to read values, by the oid of their type in the catalogue of PostgreSQL. */
export const VALUE_PARSERS: Readonly<Record<number, (text: string) => number | NumberColumn>> = {
  20: Number, // int8
  1700: Number, // numeric
  1007: numbersIn, // int4[]
  1016: numbersIn, // int8[]
  1022: numbersIn, // float8[]
};

/** Digit by digit: a text of its own for each number would take several times as long. */
function numbersIn(text: string): NumberColumn {
  const end = text.length - 1;
  let length = end > 1 ? 1 : 0;
  for (let at = 1; at < end; at++) if (text.charCodeAt(at) === COMMA) length++;
  const values = new Float64Array(length);
  for (let index = 0, at = 1; index < length; index++) {
    const start = at;
    let value = 0;
    for (; at < end; at++) {
      const digit = text.charCodeAt(at) - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if ((at < end && text.charCodeAt(at) !== COMMA) || at - start > EXACT_DIGITS) {
      // A fraction, a sign, or more than adds up without rounding: there are few.
      const next = text.indexOf(",", at);
      at = next === -1 ? end : next;
      value = Number(text.slice(start, at));
    }
    values[index] = value;
    at++;
  }
  return values;
}

/** A column of numbers, ids or truths as a statement takes it. `null` is allowed; text is not, for it is not quoted. */
export function column(values: Iterable<string | number | boolean | null>): string {
  return `{${Array.from(values, (value) => (value === null ? "NULL" : value)).join()}}`;
}
