import type { Snowflake } from "../../snowflake.ts";
import type { Connection, NumberColumn, SqlValue } from "./database.ts";

export type CounterTable = "hourly" | "daily" | "lifetime";

/** Rows in columns of equal length; places and members by their keys. */
export interface CounterPage {
  /** Hour or day; 0 in the lifetime. */
  readonly time: NumberColumn;
  readonly place: NumberColumn;
  readonly member: NumberColumn;
  readonly state: NumberColumn;
  readonly messages: NumberColumn;
  readonly durationMs: NumberColumn;
}

/** What an aggregate says of no rows. */
type PageRow = { readonly [Name in keyof CounterPage]: NumberColumn | null };

/** Rows of a page: some 60 kB, and about a millisecond to take apart. */
export const PAGE_ROWS = 2_000;

const TIME: Readonly<Record<CounterTable, string>> = { hourly: "hour", daily: "day", lifetime: "0" };

/** Makes columns of the rows of a query that has `time`, `place`, `member`, `state`, `messages` and `duration_ms`. */
export function inColumns(query: string): string {
  return `SELECT array_agg(time) AS time, array_agg(place) AS place, array_agg(member) AS member,
      array_agg(state) AS state, array_agg(messages) AS messages, array_agg(duration_ms) AS "durationMs"
    FROM (${query}) AS cells`;
}

/** The columns of an {@link inColumns} query; `null`: it had no rows. */
export async function readColumns(
  connection: Connection,
  sql: string,
  parameters: readonly SqlValue[],
): Promise<CounterPage | null> {
  const [row] = (await connection.query<PageRow>(sql, parameters)).rows;
  const { time, place, member, state, messages, durationMs } = row ?? {};
  if (!time || !place || !member || !state || !messages || !durationMs) return null;
  return { time, place, member, state, messages, durationMs };
}

/** Which rows of a guild to read: from an hour or day on, and of one member only, if there is one. */
export interface CounterRange {
  readonly guildId: Snowflake;
  readonly from?: number;
  /** Key of the member. */
  readonly member?: number;
}

/** A guild's counters in the order of their keys, a page at a time: behind the last row of the one before. */
export async function* counterPages(
  connection: Connection,
  table: CounterTable,
  { guildId, from = 0, member }: CounterRange,
): AsyncGenerator<CounterPage, void, void> {
  const time = TIME[table];
  // The time by itself too: it tells the planner which partitions are meant.
  const behind =
    table === "lifetime"
      ? "place >= $3 AND (place, member, state) > ($3, $4, $5) AND $2::bigint IS NOT NULL"
      : `${time} >= $2 AND (${time}, place, member, state) > ($2::bigint, $3::bigint, $4::bigint, $5::bigint)`;
  const sql = inColumns(
    `SELECT ${time} AS time, place, member, state, messages, duration_ms FROM ${table}
     WHERE guild_id = $1 AND ${behind}${member === undefined ? "" : " AND member = $6"}
     ORDER BY ${table === "lifetime" ? "" : `${time}, `}place, member, state LIMIT ${PAGE_ROWS}`,
  );
  let after: readonly number[] = [from, -1, -1, -1];
  for (;;) {
    const page = await readColumns(connection, sql, [
      guildId,
      ...after,
      ...(member === undefined ? [] : [member]),
    ]);
    if (page === null) return;
    yield page;
    if (page.time.length < PAGE_ROWS) return;
    after = [page.time, page.place, page.member, page.state].map((column) => column.at(-1) ?? 0);
  }
}
