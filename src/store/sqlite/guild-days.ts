import type { Clock } from "../../clock.ts";
import type { CalendarDay } from "../../local-day.ts";
import type { Snowflake } from "../../snowflake.ts";
import type { DaysRequest, GuildDays, PopulationDay } from "../store.ts";
import { type ZoneDay, zoneDays } from "../zone-days.ts";
import { CELL_TEXT, cellColumns } from "./cell-columns.ts";
import { GUILD, namesIn, naming } from "./names.ts";
import type { SideSeries, SideSeriesAnswer, SideThread, SqlValue } from "./side-thread.ts";
import { hourOfDay, hoursOf, IN_HOURS } from "./slot.ts";

// Not summed up by SQLite: an hour has nearly as many rows as its day has of them, and sorting takes longer than reading.
const CELLS = `
  SELECT group_concat(${CELL_TEXT}) FROM (
    SELECT place, member, state, messages, duration_ms FROM hourly WHERE ${IN_HOURS}
    UNION ALL
    SELECT place, member, state, messages * ?, duration_ms * ? FROM daily WHERE ${IN_HOURS}
  )`;
const POPULATION = `
  SELECT sum(joins) || ',' || sum(leaves) || ',' || (
    SELECT members FROM population WHERE guild = ${GUILD} AND hour >= ? AND hour < ? ORDER BY hour DESC LIMIT 1)
  FROM population WHERE guild = ${GUILD} AND hour >= ? AND hour < ?`;

/** Reads a guild's counters by day on the side thread. Rows and names are of one moment, so that every row has its names. */
export async function readDays(
  side: SideThread,
  clock: Clock,
  guildId: Snowflake,
  { writer, fromDay, untilHour, populationFromDay, timeZone }: DaysRequest,
): Promise<GuildDays> {
  const id = BigInt(guildId);
  const days = await zoneDays(clock, timeZone, fromDay, untilHour);
  const populationDays = await zoneDays(clock, timeZone, populationFromDay, untilHour);
  const { series, texts } = await side.readAtOnce({
    series: [cellsOf(id, days), populationOf(id, populationDays, untilHour)],
    texts: naming(id, writer),
  });
  const [cells, population] = series;
  const names = await namesIn(clock, texts);
  const { appliedSequence, places, members } = names;
  const none = { values: new Float64Array(), ends: new Float64Array() };
  const dayAtIndex = (index: number): CalendarDay => days[index]?.day ?? 0;
  const { key: day, ...rows } = await cellColumns(clock, cells ?? none, dayAtIndex, names);
  return {
    appliedSequence,
    places,
    members,
    rows: { day, ...rows },
    population: populationDays.flatMap((day, index) => populationIn(population, index + 1, day) ?? []),
    membersBefore: populationIn(population, 0, { day: 0 })?.members ?? null,
  };
}

function cellsOf(guild: bigint, days: readonly ZoneDay[]): SideSeries {
  const each = days.map(({ day, fromHour, untilHour, share }): readonly SqlValue[] => {
    // As an integer, a whole share leaves figures integers, which are shorter as text.
    const exact = share === 1 ? 1n : share;
    const ofDay = hoursOf(guild, hourOfDay(day), hourOfDay(day + 1));
    return [...hoursOf(guild, fromHour, untilHour), exact, exact, ...ofDay];
  });
  return { sql: CELLS, each };
}

function populationOf(guild: bigint, days: readonly ZoneDay[], untilHour: number): SideSeries {
  const of = (from: number, until: number): readonly SqlValue[] => [guild, from, until, guild, from, until];
  const before = of(0, days[0]?.fromHour ?? untilHour);
  return {
    sql: POPULATION,
    each: [before, ...days.map(({ fromHour, untilHour: until }) => of(fromHour, until))],
  };
}

function populationIn(
  answer: SideSeriesAnswer | undefined,
  index: number,
  { day }: Pick<ZoneDay, "day">,
): PopulationDay | null {
  const end = answer?.ends[index] ?? 0;
  const start = index === 0 ? 0 : (answer?.ends[index - 1] ?? 0);
  if (start === end) return null;
  const [joins = 0, leaves = 0, members = 0] = answer?.values.subarray(start, end) ?? [];
  return { day, joins, leaves, members };
}
