import { type ColumnKind, hasCounts, type Section, type SectionName } from "../copy/sections.ts";
import { COUNTER_TABLES, countsOf } from "./counter-tables.ts";
import { slotOfSql } from "./slot.ts";

/** How a file has a section's rows. Each `?` is the next value of a row, in the section's order. */
interface Mapping {
  readonly table: string;
  /** Which of the table's rows; empty: all. */
  readonly where: string;
  /** A row's values as they are told. */
  readonly told: readonly string[];
  /** What the rows are ordered by, and the same of the key of a row that is given. */
  readonly order: readonly string[];
  readonly given: readonly string[];
  /** Columns as they are written, and their values. */
  readonly columns: readonly string[];
  readonly taken: readonly string[];
}

const GUILD_KEY = "(SELECT key FROM guild WHERE id = ?)";
const IMPORT_KEY = "(SELECT key FROM red_import WHERE kind = ? AND id = ?)";
const USER_KEY = "(SELECT key FROM red_member WHERE id = ?)";
/** As an expression: to a column of another table SQLite would compare it without the index. */
const USER_BEHIND = `${USER_KEY} + 0`;
const IMPORT_TOLD = [
  "(SELECT kind FROM red_import WHERE key = import)",
  "(SELECT CAST(id AS TEXT) FROM red_import WHERE key = import)",
] as const;
const USER_TOLD = "(SELECT CAST(id AS TEXT) FROM red_member WHERE key = member)";

/** Rows by hour or day, which have a slot in place of the server and the time. @param hour of the time, an expression */
function slotted(hour: string): Partial<Mapping> {
  const slot = slotOfSql(GUILD_KEY, hour);
  return {
    order: ["slot", "place", "member", "state"],
    given: [slot, "?", "?", "?"],
    columns: ["slot", "place", "member", "state", "messages", "duration_ms"],
    taken: [slot, "?", "?", "?", "?", "?"],
  };
}

/** Sections that are not simply a table with the same columns, and a number in place of the server's id. */
const UNUSUAL: Partial<Record<SectionName, Partial<Mapping>>> = {
  secret: {
    table: "meta",
    where: "name = 'opt_out_key'",
    told: ["name", "lower(hex(value))"],
    taken: ["?", "unhex(?)"],
  },
  instant: {
    table: "meta_number",
    told: ["substr(name, 1, length(name) - 3)", "value"],
    given: ["? || '_ms'"],
    columns: ["name", "value"],
    taken: ["? || '_ms'", "?"],
  },
  daily: slotted("? * 24"),
  hourly: slotted("?"),
  red_import: { order: ["key"], given: [IMPORT_KEY] },
  red_lifetime: {
    told: [...IMPORT_TOLD, "CAST(place AS TEXT)", USER_TOLD, "messages", "duration_ms"],
    order: ["import", "place", "member"],
    given: [IMPORT_KEY, "?", USER_BEHIND],
    columns: ["import", "place", "member", "messages", "duration_ms"],
    taken: [IMPORT_KEY, "?", USER_KEY, "?", "?"],
  },
  red_hourly: {
    told: [...IMPORT_TOLD, USER_TOLD, "hour", "messages", "duration_ms"],
    order: ["import", "member", "hour"],
    given: [IMPORT_KEY, USER_BEHIND, "?"],
    columns: ["import", "member", "hour", "messages", "duration_ms"],
    taken: [IMPORT_KEY, USER_KEY, "?", "?", "?"],
  },
};

function mappingOf({ name: table, columns, keyLength }: Section): Mapping {
  const names = columns.map(([name, kind]) => (kind === "guild" ? "guild" : name));
  const taken = columns.map(([, kind]) => (kind === "guild" ? GUILD_KEY : "?"));
  const usual = {
    table,
    where: "",
    told: columns.map(([name, kind]) => told(table, name, kind)),
    order: names.slice(0, keyLength),
    given: taken.slice(0, keyLength),
    columns: names,
    taken,
  };
  if (table !== "guild") return { ...usual, ...UNUSUAL[table] };
  const [, ...others] = usual.told;
  return {
    ...usual,
    told: ["CAST(id AS TEXT)", ...others],
    order: ["key"],
    columns: ["id", ...names.slice(1)],
    taken: taken.map(() => "?"),
  };
}

/** Ids exceed what a double holds, so they leave the file as text. */
function told(table: string, name: string, kind: ColumnKind): string {
  if (kind === "guild") return `(SELECT CAST(id AS TEXT) FROM guild WHERE guild.key = ${table}.guild)`;
  return kind === "id" || kind === "mixed" ? `CAST(${name} AS TEXT)` : name;
}

/** The statements of a section. */
export interface CopySql {
  /** The first rows; the parameter is how many. */
  readonly first: string;
  /** Rows behind a key, whose values are the first parameters; the last one is how many. */
  readonly behind: string;
  /** A row. */
  readonly insert: string;
  readonly totals: string;
  /** Of the server whose id is the parameter. */
  readonly totalsOf: string;
}

export function copySql(section: Section): CopySql {
  const { table, where, told, order, given, columns, taken } = mappingOf(section);
  const conditions = (...all: readonly string[]): string => {
    const set = all.filter((condition) => condition !== "");
    return set.length === 0 ? "" : `WHERE ${set.join(" AND ")}`;
  };
  const rows = (condition: string): string =>
    `SELECT ${told} FROM ${table} ${conditions(where, condition)} ORDER BY ${order} LIMIT ?`;
  const sums = hasCounts(section) ? "coalesce(sum(messages), 0), coalesce(sum(duration_ms), 0)" : "0, 0";
  return {
    first: rows(""),
    behind: rows(`(${order}) > (${given})`),
    insert: `INSERT INTO ${table} (${columns}) VALUES (${taken})`,
    totals: `SELECT count(*), ${sums} FROM ${table} ${conditions(where)}`,
    totalsOf: `SELECT count(*), ${sums} FROM guild ${ofGuild(table)} WHERE guild.id = ?`,
  };
}

/** Joins the rows of one server of the table `guild`. */
function ofGuild(table: string): string {
  if (table === "guild") return "";
  const counter = COUNTER_TABLES.find((name) => name === table);
  return `CROSS JOIN ${table} ON ${counter ? countsOf(counter, "guild.key") : `${table}.guild = guild.key`}`;
}
