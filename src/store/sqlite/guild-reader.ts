import type { Clock } from "../../clock.ts";
import type { Snowflake } from "../../snowflake.ts";
import type { GuildSnapshot, LoadRequest } from "../store.ts";
import { CELL_TEXT, cellColumns, columnsOfParts, type KeyedRows } from "./cell-columns.ts";
import { GUILD, namesIn, naming } from "./names.ts";
import { populationBetween, populationRows } from "./population.ts";
import type { SideGroupsAnswer, SideThread, SqlStatement } from "./side-thread.ts";
import { hoursOf, IN_HOURS } from "./slot.ts";

// A group an hour, or a place: in the order in which rows lie there is nothing to sort.
const HOURLY = `SELECT hour, group_concat(${CELL_TEXT}) FROM hourly WHERE ${IN_HOURS} GROUP BY slot`;
const LIFETIME = `SELECT place, group_concat(${CELL_TEXT}) FROM lifetime WHERE guild = ${GUILD} GROUP BY place`;
const SINCE = "SELECT CAST(since_ms AS TEXT) FROM guild WHERE id = ? AND since_ms IS NOT NULL";

const NONE: SideGroupsAnswer = {
  keys: new Float64Array(),
  values: new Float64Array(),
  ends: new Float64Array(),
};

/**
 * Reads a guild on the side thread. Rows and names are of one moment, so that every row has its names; what came is
 * looked through in slices, while more is being read.
 */
export async function readGuild(
  side: SideThread,
  clock: Clock,
  guildId: Snowflake,
  { writer, fromHour, populationFromHour = fromHour, take }: LoadRequest,
): Promise<GuildSnapshot> {
  const id = BigInt(guildId);
  const since: SqlStatement = { sql: SINCE, parameters: [id] };
  const { groups, texts, parts } = await side.readInParts(
    {
      groups: [populationBetween(id, populationFromHour), { sql: LIFETIME, each: [[id]] }],
      texts: [...naming(id, writer), since],
    },
    { sql: HOURLY, each: [hoursOf(id, fromHour, Infinity)] },
  );
  const [population = NONE, lifetime = NONE] = groups;
  const [sinceMs] = texts.at(-1) ?? [];
  const names = await namesIn(clock, texts);
  const { appliedSequence, places, members } = names;
  const takeHours =
    take && (({ key: hour, ...rows }: KeyedRows) => take({ places, members, hourly: { hour, ...rows } }));
  const { key: hour, ...hourly } = await columnsOfParts(clock, parts, names, takeHours);
  const { key: _, ...totals } = await cellColumns(clock, lifetime, names);
  return {
    appliedSequence,
    sinceMs: sinceMs === undefined ? null : Number(sinceMs),
    places,
    members,
    hourly: { hour, ...hourly },
    lifetime: totals,
    population: populationRows(population),
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
