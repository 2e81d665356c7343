import type { Database } from "better-sqlite3";
import type { Snowflake } from "../../snowflake.ts";
import type { Purge, Purgeable } from "../store.ts";
import { COUNTER_TABLES, type CounterTable, countsOf } from "./counter-tables.ts";
import { placeValue } from "./place-value.ts";
import { withoutPlaces } from "./places-without-counts.ts";
import { rowsRewritten } from "./rows-rewritten.ts";
import type { SideThread, SqlStatement, SqlValue } from "./side-thread.ts";
import { runAndCheckpoint } from "./write-ahead-log.ts";

const ACTIVITIES = "place IN (SELECT key FROM place WHERE guild = ? AND typeof(id) = 'text')";
const CHANNELS = "place IN (SELECT key FROM place WHERE guild = ? AND typeof(id) = 'integer')";
const MEMBERS =
  "member IN (SELECT key FROM member WHERE guild = ? AND id IN (SELECT CAST(value AS INTEGER) FROM json_each(?)))";
const PLACES = "place IN (SELECT key FROM place WHERE guild = ? AND (id = ? OR parent = ?))";

/** The counts that go: how many rows each of these statements changes is what a purge answers. */
interface Counts {
  readonly counts: readonly SqlStatement[];
  readonly names: readonly SqlStatement[];
}

/**
 * Deletes what an admin chose of one guild: one transaction on the side thread. Unlike an erasure it does not
 * search for copies in the file's gaps.
 * @returns how many counter rows were deleted or changed
 */
export async function purge(
  database: Database,
  side: SideThread,
  guildId: Snowflake,
  what: Purge,
): Promise<number> {
  const row = database
    .prepare<[bigint], { key: number }>("SELECT key FROM guild WHERE id = ?")
    .get(BigInt(guildId));
  if (row === undefined) return 0;
  const { counts, names } = purging(row.key, what);
  // One column each: of several SQLite looks through the whole list for each member, for one of them might be NULL.
  const left: SqlStatement = {
    sql: `DELETE FROM member WHERE guild = ? AND key NOT IN (SELECT member FROM lifetime WHERE guild = ?)
      AND key NOT IN (SELECT member FROM voice_session WHERE guild = ?)
      AND key NOT IN (SELECT member FROM activity_session WHERE guild = ?)`,
    parameters: [row.key, row.key, row.key, row.key],
  };
  const changes = await runAndCheckpoint(side, [...counts, ...names, left, rowsRewritten(row.key)]);
  return changes.slice(0, counts.length).reduce((sum, changed) => sum + changed, 0);
}

/** What the same purge would take: one query on the side thread. */
export async function purgeable(
  database: Database,
  side: SideThread,
  guildId: Snowflake,
  what: Purge,
): Promise<Purgeable> {
  const row = database
    .prepare<[bigint], { key: number; since_ms: number | null }>(
      "SELECT key, since_ms FROM guild WHERE id = ?",
    )
    .get(BigInt(guildId));
  if (row === undefined) return { rows: 0, members: 0, sinceMs: null };
  const { which, parameters } = chosen(row.key, what);
  const counted = (count: string, table: CounterTable): string =>
    `(SELECT ${count} FROM ${table} WHERE ${countsOf(table, row.key)} AND ${which})`;
  const population = what === "all" ? " + (SELECT count(*) FROM population WHERE guild = ?)" : "";
  const [found] = await side.query({
    sql: `SELECT ${counted("count(DISTINCT member)", "lifetime")},
      ${COUNTER_TABLES.map((table) => counted("count(*)", table)).join(" + ")}${population}`,
    parameters: [
      ...["members", ...COUNTER_TABLES].flatMap(() => parameters),
      ...(what === "all" ? [row.key] : []),
    ],
  });
  const [members = 0, rows = 0] = found ?? [];
  return { rows: Number(rows), members: Number(members), sinceMs: row.since_ms };
}

/** Which counter rows a purge deletes or changes. */
function chosen(
  guild: number,
  what: Purge,
): { readonly which: string; readonly parameters: readonly SqlValue[] } {
  if (what === "all") return { which: "true", parameters: [] };
  if ("placeId" in what) {
    const id = placeValue(what.placeId);
    return { which: PLACES, parameters: [guild, id, id] };
  }
  if ("memberIds" in what) return { which: MEMBERS, parameters: [guild, JSON.stringify(what.memberIds)] };
  switch (what.metric) {
    case "activities":
      return { which: ACTIVITIES, parameters: [guild] };
    case "messages":
      return { which: "messages > 0", parameters: [] };
    case "voice":
      return { which: `duration_ms > 0 AND ${CHANNELS}`, parameters: [guild] };
    default:
      return what.metric satisfies never;
  }
}

function purging(guild: number, what: Purge): Counts {
  if (what === "all") {
    return {
      counts: [
        ...deleting(guild, "true", []),
        { sql: "DELETE FROM population WHERE guild = ?", parameters: [guild] },
      ],
      names: [
        ...withoutPlaces(guild, "true", []),
        // "Tracking since" begins anew with the next count.
        { sql: "UPDATE guild SET since_ms = NULL WHERE key = ?", parameters: [guild] },
      ],
    };
  }
  if ("placeId" in what) {
    const id = placeValue(what.placeId);
    return {
      counts: deleting(guild, PLACES, [guild, id, id]),
      names: withoutPlaces(guild, "(id = ? OR parent = ?)", [id, id]),
    };
  }
  if ("memberIds" in what) {
    const ids = JSON.stringify(what.memberIds);
    return { counts: deleting(guild, MEMBERS, [guild, ids]), names: [] };
  }
  switch (what.metric) {
    case "activities":
      return {
        counts: deleting(guild, ACTIVITIES, [guild]),
        names: withoutPlaces(guild, "typeof(id) = 'text'", []),
      };
    case "messages":
      return { counts: zeroing(guild, "messages", "duration_ms", "true", []), names: [] };
    case "voice":
      return { counts: zeroing(guild, "duration_ms", "messages", CHANNELS, [guild]), names: [] };
    default:
      return what.metric satisfies never;
  }
}

function deleting(guild: number, which: string, parameters: readonly SqlValue[]): SqlStatement[] {
  return COUNTER_TABLES.map((table) => ({
    sql: `DELETE FROM ${table} WHERE ${countsOf(table, guild)} AND ${which}`,
    parameters,
  }));
}

/** Takes one figure out of rows; rows without the other one go. */
function zeroing(
  guild: number,
  figure: "messages" | "duration_ms",
  other: "messages" | "duration_ms",
  which: string,
  parameters: readonly SqlValue[],
): SqlStatement[] {
  return COUNTER_TABLES.flatMap((table) => [
    {
      sql: `DELETE FROM ${table} WHERE ${countsOf(table, guild)} AND ${figure} > 0 AND ${other} = 0 AND ${which}`,
      parameters,
    },
    {
      sql: `UPDATE ${table} SET ${figure} = 0 WHERE ${countsOf(table, guild)} AND ${figure} > 0 AND ${which}`,
      parameters,
    },
  ]);
}
