import type { Snowflake } from "../../snowflake.ts";
import type { Purge, Purgeable } from "../store.ts";
import { storable } from "../text.ts";
import { type Connection, column, type SqlValue } from "./database.ts";
import { holdGuild, rowsRewritten } from "./guild-row.ts";
import { IS_ACTIVITY, IS_CHANNEL } from "./place-kinds.ts";
import { removePlaces } from "./places-without-counts.ts";

const TABLES = ["hourly", "daily", "lifetime"] as const;
/**
 * An IN that is no join: a guild's rows are gone through once. As a join they are gone through for each key, where the
 * database takes the guild for a small one, for it has grown since the last ANALYZE.
 */
const isIn = (key: "place" | "member", keys: string): string =>
  `(${key} IN (SELECT key FROM ${key} WHERE guild_id = $1 AND ${keys})) IS TRUE`;
const ACTIVITIES = isIn("place", IS_ACTIVITY);
const CHANNELS = isIn("place", IS_CHANNEL);
const MEMBERS = isIn("member", "id = ANY ($2::bigint[])");
const PLACES = isIn("place", "(id = $2 OR parent = $2)");

/** Which counter rows a purge deletes or changes; the guild is `$1`. */
interface Chosen {
  readonly which: string;
  readonly parameters: readonly SqlValue[];
}

/** Deletes what an admin chose of one guild. @returns how many counter rows were deleted or changed */
export async function purge(connection: Connection, guildId: Snowflake, what: Purge): Promise<number> {
  if (!(await holdGuild(connection, guildId))) return 0;
  const rows = await purgeCounts(connection, guildId, what);
  await purgeNames(connection, guildId, what);
  // Of sets, and not of joins, for the same reason as above.
  await connection.query(
    `DELETE FROM member WHERE guild_id = $1 AND key = ANY (ARRAY(
       SELECT key FROM member WHERE guild_id = $1 EXCEPT (
         SELECT member FROM lifetime WHERE guild_id = $1
         UNION ALL SELECT member FROM voice_session WHERE guild_id = $1
         UNION ALL SELECT member FROM activity_session WHERE guild_id = $1)))`,
    [guildId],
  );
  await rowsRewritten(connection, guildId);
  return rows;
}

/** What the same purge would take; within a snapshot. */
export async function purgeable(connection: Connection, guildId: Snowflake, what: Purge): Promise<Purgeable> {
  const { which, parameters } = chosen(what);
  const count = (counted: string, table: string, condition: string): string =>
    `(SELECT count(${counted}) FROM ${table} WHERE guild_id = $1 AND ${condition})`;
  const counts = TABLES.map((table) => count("*", table, which));
  if (what === "all") counts.push(count("*", "population", "true"));
  const { rows } = await connection.query<{ since: number | null; members: number; rows: number }>(
    `SELECT since_ms AS since, ${count("DISTINCT member", "lifetime", which)} AS members,
       ${counts.join(" + ")} AS rows FROM guild WHERE guild_id = $1`,
    [guildId, ...parameters],
  );
  const [found] = rows;
  return { rows: found?.rows ?? 0, members: found?.members ?? 0, sinceMs: found?.since ?? null };
}

function chosen(what: Purge): Chosen {
  if (what === "all") return { which: "true", parameters: [] };
  if ("placeId" in what) return { which: PLACES, parameters: [storable(what.placeId)] };
  if ("memberIds" in what) return { which: MEMBERS, parameters: [column(what.memberIds)] };
  switch (what.metric) {
    case "activities":
      return { which: ACTIVITIES, parameters: [] };
    case "messages":
      return { which: "messages > 0", parameters: [] };
    case "voice":
      return { which: `duration_ms > 0 AND ${CHANNELS}`, parameters: [] };
    default:
      return what.metric satisfies never;
  }
}

async function purgeCounts(connection: Connection, guildId: Snowflake, what: Purge): Promise<number> {
  const { which, parameters } = chosen(what);
  let rows = 0;
  const run = async (sql: string): Promise<void> => {
    rows += (await connection.query(sql, [guildId, ...parameters])).changes;
  };
  const figures =
    what !== "all" && "metric" in what && what.metric !== "activities" ? figuresOf(what.metric) : null;
  for (const table of TABLES) {
    if (figures === null) await run(`DELETE FROM ${table} WHERE guild_id = $1 AND ${which}`);
    else {
      // Takes one figure out of rows; rows without the other one go.
      await run(`DELETE FROM ${table} WHERE guild_id = $1 AND ${figures.other} = 0 AND ${which}`);
      await run(`UPDATE ${table} SET ${figures.figure} = 0 WHERE guild_id = $1 AND ${which}`);
    }
  }
  if (what === "all") await run("DELETE FROM population WHERE guild_id = $1");
  return rows;
}

function figuresOf(metric: "messages" | "voice"): { readonly figure: string; readonly other: string } {
  return metric === "messages"
    ? { figure: "messages", other: "duration_ms" }
    : { figure: "duration_ms", other: "messages" };
}

async function purgeNames(connection: Connection, guildId: Snowflake, what: Purge): Promise<void> {
  if (what === "all") {
    await removePlaces(connection, guildId, "true");
    // "Tracking since" begins anew with the next count.
    await connection.query("UPDATE guild SET since_ms = NULL WHERE guild_id = $1", [guildId]);
  } else if ("placeId" in what) {
    await removePlaces(connection, guildId, "(id = $2 OR parent = $2)", [storable(what.placeId)]);
  } else if ("metric" in what && what.metric === "activities") {
    await removePlaces(connection, guildId, IS_ACTIVITY);
  }
}
