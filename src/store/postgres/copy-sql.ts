import { type ColumnKind, hasCounts, isOfGuilds, type Section } from "../copy/sections.ts";

interface Held {
  /** The type of a parameter. */
  readonly type: string;
  /** A column as it is told. */
  readonly told: (column: string) => string;
  /** A parameter as the column takes it. */
  readonly taken: (parameter: string) => string;
}

const asItIs = (sql: string): string => sql;
const asText = (sql: string): string => `${sql}::text`;

/** How this engine holds each kind of value. */
const KINDS: Readonly<Record<ColumnKind, Held>> = {
  guild: { type: "bigint", told: asText, taken: asItIs },
  id: { type: "bigint", told: asText, taken: asItIs },
  mixed: { type: "text", told: asItIs, taken: asItIs },
  number: { type: "bigint", told: asItIs, taken: asItIs },
  flag: { type: "integer", told: (column) => `${column}::integer`, taken: (given) => `${given} <> 0` },
  text: { type: "text", told: asItIs, taken: asItIs },
  hex: {
    type: "text",
    told: (column) => `encode(${column}, 'hex')`,
    taken: (given) => `decode(${given}, 'hex')`,
  },
};

/** The statements of a section, whose tables and columns have the same names here. */
export interface CopySql {
  /** The first rows; the parameter is how many. */
  readonly first: string;
  /** Rows behind a key, whose values are the first parameters; the last one is how many. */
  readonly behind: string;
  /** Each parameter is a column. */
  readonly insert: string;
  readonly totals: string;
  /** By server, of those whose ids are the parameter. */
  readonly totalsOf: string;
}

export function copySql(section: Section): CopySql {
  const { name: table, columns, keyLength } = section;
  const names = columns.map(([name]) => name).join();
  const told = columns.map(([name, kind]) => `${KINDS[kind].told(name)} AS ${name}`).join();
  const types = columns.map(([, kind]) => KINDS[kind].type);
  const taken = columns.map(([name, kind]) => KINDS[kind].taken(`given.${name}`)).join();
  // Of the table: an id is told as text, in whose order it must not be read.
  const key = columns.slice(0, keyLength).map(([name]) => `${table}.${name}`);
  const values = types.slice(0, keyLength).map((type, at) => `$${at + 1}::${type}`);
  const sums = hasCounts(section)
    ? "coalesce(sum(messages), 0) AS messages, coalesce(sum(duration_ms), 0) AS ms"
    : "0 AS messages, 0 AS ms";
  return {
    first: `SELECT ${told} FROM ${table} ORDER BY ${key} LIMIT $1`,
    behind: `SELECT ${told} FROM ${table} WHERE (${key}) > (${values}) ORDER BY ${key} LIMIT $${keyLength + 1}`,
    insert: `INSERT INTO ${table} (${names}) SELECT ${taken}
      FROM unnest(${types.map((type, at) => `$${at + 1}::${type}[]`)}) AS given (${names})`,
    totals: `SELECT count(*) AS rows, ${sums} FROM ${table}`,
    totalsOf: isOfGuilds(section)
      ? `SELECT guild_id::text AS guild, count(*) AS rows, ${sums} FROM ${table}
         WHERE guild_id = ANY ($1::bigint[]) GROUP BY guild_id`
      : "",
  };
}
