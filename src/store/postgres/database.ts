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
  /** Runs a statement that must be outside of a transaction. */
  run(sql: string): Promise<void>;
  /** Releases all connections. No transaction runs then. */
  close(): Promise<void>;
}

/** Numbers of one column, in the order of its rows. */
export type NumberColumn = Float64Array;

/** How a driver has to read values, by the oid of their type in the catalogue of PostgreSQL. */
export const VALUE_PARSERS: Readonly<Record<number, (text: string) => number | NumberColumn>> = {
  20: Number, // int8
  1700: Number, // numeric
  1007: numbersIn, // int4[]
  1016: numbersIn, // int8[]
  1022: numbersIn, // float8[]
};

function numbersIn(text: string): NumberColumn {
  return text.length === 2 ? new Float64Array() : Float64Array.from(text.slice(1, -1).split(","), Number);
}

/** A column of numbers, ids or truths as a statement takes it. `null` is allowed; text is not, for it is not quoted. */
export function column(values: Iterable<string | number | boolean | null>): string {
  return `{${Array.from(values, (value) => (value === null ? "NULL" : value)).join()}}`;
}
