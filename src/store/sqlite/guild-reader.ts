import type { Clock } from "../../clock.ts";
import type { Snowflake } from "../../snowflake.ts";
import type { GuildSnapshot, LoadRequest, PopulationRow } from "../store.ts";
import { CELL_TEXT, cellColumns } from "./cell-columns.ts";
import { GUILD, namesIn, naming } from "./names.ts";
import type { SideGroupsAnswer, SideThread, SqlStatement } from "./side-thread.ts";

// A group an hour, or a place: in the order in which rows lie there is nothing to sort.
const HOURLY = `
  SELECT hour, group_concat(${CELL_TEXT}) FROM hourly WHERE guild = ${GUILD} AND hour >= ? GROUP BY hour`;
const LIFETIME = `SELECT place, group_concat(${CELL_TEXT}) FROM lifetime WHERE guild = ${GUILD} GROUP BY place`;
const POPULATION = `
  SELECT hour, joins || ',' || leaves || ',' || members FROM population WHERE guild = ${GUILD} AND hour >=
    coalesce((SELECT max(hour) FROM population WHERE guild = ${GUILD} AND hour < ?), ?) ORDER BY hour`;
const SINCE = "SELECT CAST(since_ms AS TEXT) FROM guild WHERE id = ? AND since_ms IS NOT NULL";

const NONE: SideGroupsAnswer = {
  keys: new Float64Array(),
  values: new Float64Array(),
  ends: new Float64Array(),
};

/**
 * Reads a guild on the side thread. Rows and names are of one moment, so that every row has its names; what came is
 * looked through in slices.
 */
export async function readGuild(
  side: SideThread,
  clock: Clock,
  guildId: Snowflake,
  { writer, fromHour, populationFromHour = fromHour }: LoadRequest,
): Promise<GuildSnapshot> {
  const id = BigInt(guildId);
  const since: SqlStatement = { sql: SINCE, parameters: [id] };
  const { groups, texts } = await side.readAtOnce({
    groups: [
      { sql: HOURLY, parameters: [id, fromHour] },
      { sql: LIFETIME, parameters: [id] },
      { sql: POPULATION, parameters: [id, id, populationFromHour, populationFromHour] },
    ],
    texts: [...naming(id, writer), since],
  });
  const [hourly = NONE, lifetime = NONE, population = NONE] = groups;
  const [sinceMs] = texts.at(-1) ?? [];
  const names = await namesIn(clock, texts);
  const { appliedSequence, places, members } = names;
  const { key: hour, ...rows } = await cellColumns(clock, hourly, keysOf(hourly), names);
  const { key: _, ...totals } = await cellColumns(clock, lifetime, keysOf(lifetime), names);
  return {
    appliedSequence,
    sinceMs: sinceMs === undefined ? null : Number(sinceMs),
    places,
    members,
    hourly: { hour, ...rows },
    lifetime: totals,
    population: Array.from(population.keys, (own, index) => populationOf(own, population, index)),
  };
}

/** Everyone who has counts in a guild. */
export async function readMemberIds(
  side: SideThread,
  clock: Clock,
  guildId: Snowflake,
): Promise<readonly Snowflake[]> {
  const { texts } = await side.readAtOnce({ texts: naming(BigInt(guildId), "") });
  return (await namesIn(clock, texts)).members.map(({ id }) => id);
}

function keysOf({ keys }: SideGroupsAnswer): (index: number) => number {
  return (index) => keys[index] ?? 0;
}

function populationOf(hour: number, { values }: SideGroupsAnswer, index: number): PopulationRow {
  const [joins = 0, leaves = 0, members = 0] = values.subarray(index * 3, index * 3 + 3);
  return { hour, joins, leaves, members };
}
