import type { Clock } from "../../clock.ts";
import type { Snowflake } from "../../snowflake.ts";
import { populationByDay } from "../population-days.ts";
import type { DaysRequest, GuildDays } from "../store.ts";
import { type ZoneDay, zoneDays } from "../zone-days.ts";
import { CELL_TEXT, columnsOfParts, type KeyedRows } from "./cell-columns.ts";
import { namesIn, naming } from "./names.ts";
import { populationBetween, populationRows } from "./population.ts";
import type { SideGroups, SideThread, SqlValue } from "./side-thread.ts";
import { hourOfDay, hoursOf, IN_HOURS } from "./slot.ts";

// Not summed up by SQLite: an hour has nearly as many rows as its day has of them, and sorting takes longer than reading.
// As one statement, a union of rows would be read into a table first.
const CELLS = `
  SELECT ?, concat_ws(',', (
    SELECT group_concat(${CELL_TEXT}) FROM hourly WHERE ${IN_HOURS}
  ), (
    SELECT group_concat(${CELL_TEXT}) FROM (
      SELECT place, member, state, CAST(messages * ? + 0.5 AS INTEGER) AS messages,
        CAST(duration_ms * ? + 0.5 AS INTEGER) AS duration_ms
      FROM daily WHERE ${IN_HOURS})
  ))`;

/** Reads a guild's counters by day on the side thread. Rows and names are of one moment, so that every row has its names. */
export async function readDays(
  side: SideThread,
  clock: Clock,
  guildId: Snowflake,
  { writer, fromDay, untilHour, populationFromDay, timeZone, take }: DaysRequest,
): Promise<GuildDays> {
  const id = BigInt(guildId);
  const days = await zoneDays(clock, timeZone, fromDay, untilHour);
  const populationDays = await zoneDays(clock, timeZone, populationFromDay, untilHour);
  const populationFrom = populationDays[0]?.fromHour ?? untilHour;
  const { groups, texts, parts } = await side.readInParts(
    { groups: [populationBetween(id, populationFrom, untilHour)], texts: naming(id, writer) },
    cellsOf(id, days),
  );
  const names = await namesIn(clock, texts);
  const { appliedSequence, places, members } = names;
  const takeDays =
    take && (({ key: day, ...rows }: KeyedRows) => take({ places, members, rows: { day, ...rows } }));
  const { key: day, ...rows } = await columnsOfParts(clock, parts, names, takeDays);
  const population = groups.flatMap(populationRows);
  return {
    appliedSequence,
    places,
    members,
    rows: { day, ...rows },
    population: populationByDay(population, populationDays),
    membersBefore: population.find(({ hour }) => hour < populationFrom)?.members ?? null,
  };
}

function cellsOf(guild: bigint, days: readonly ZoneDay[]): SideGroups {
  const each = days.map(({ day, fromHour, untilHour, share }): readonly SqlValue[] => {
    const ofDay = hoursOf(guild, hourOfDay(day), hourOfDay(day + 1));
    return [day, ...hoursOf(guild, fromHour, untilHour), share, share, ...ofDay];
  });
  return { sql: CELLS, each };
}
