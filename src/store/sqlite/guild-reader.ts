import type { Clock } from "../../clock.ts";
import type { Snowflake } from "../../snowflake.ts";
import type { GuildSnapshot, HourRows, LoadRequest, PopulationRow } from "../store.ts";
import { CELL_TEXT, cellColumns } from "./cell-columns.ts";
import { GUILD, namesIn, naming } from "./names.ts";
import type { SideGroupsAnswer, SideThread, SqlStatement } from "./side-thread.ts";
import { hoursOf, IN_HOURS } from "./slot.ts";

// A group an hour, or a place: in the order in which rows lie there is nothing to sort.
const HOURLY = `SELECT hour, group_concat(${CELL_TEXT}) FROM hourly WHERE ${IN_HOURS} GROUP BY slot`;
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
      groups: [
        { sql: LIFETIME, parameters: [id] },
        { sql: POPULATION, parameters: [id, id, populationFromHour, populationFromHour] },
      ],
      texts: [...naming(id, writer), since],
    },
    { sql: HOURLY, parameters: hoursOf(id, fromHour, Infinity) },
  );
  const [lifetime = NONE, population = NONE] = groups;
  const [sinceMs] = texts.at(-1) ?? [];
  const names = await namesIn(clock, texts);
  const { appliedSequence, places, members } = names;
  const untaken: HourRows[] = [];
  for await (const part of parts) {
    const { key: hour, ...rows } = await cellColumns(clock, part, keysOf(part), names);
    const hourly = { hour, ...rows };
    if (take) await take({ places, members, hourly });
    else untaken.push(hourly);
  }
  const { key: _, ...totals } = await cellColumns(clock, lifetime, keysOf(lifetime), names);
  return {
    appliedSequence,
    sinceMs: sinceMs === undefined ? null : Number(sinceMs),
    places,
    members,
    hourly: joinedRows(untaken),
    lifetime: totals,
    population: Array.from(population.keys, (own, index) => populationOf(own, population, index)),
  };
}

function joinedRows(parts: readonly HourRows[]): HourRows {
  const rows = parts.reduce((sum, { hour }) => sum + hour.length, 0);
  const joined: HourRows = {
    hour: new Int32Array(rows),
    place: new Int32Array(rows),
    member: new Int32Array(rows),
    state: new Uint16Array(rows),
    messages: new Float64Array(rows),
    durationMs: new Float64Array(rows),
  };
  let at = 0;
  for (const part of parts) {
    joined.hour.set(part.hour, at);
    joined.place.set(part.place, at);
    joined.member.set(part.member, at);
    joined.state.set(part.state, at);
    joined.messages.set(part.messages, at);
    joined.durationMs.set(part.durationMs, at);
    at += part.hour.length;
  }
  return joined;
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
