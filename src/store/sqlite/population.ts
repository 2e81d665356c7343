import type { PopulationRow } from "../store.ts";
import { GUILD } from "./names.ts";
import type { SideGroups, SideGroupsAnswer } from "./side-thread.ts";

// One group: an hour's three numbers each by itself would take longer to pass than to read.
const POPULATION = `
  SELECT 0, group_concat(hour || ',' || joins || ',' || leaves || ',' || members) FROM population
  WHERE guild = ${GUILD} AND hour < ? AND hour >=
    coalesce((SELECT max(hour) FROM population WHERE guild = ${GUILD} AND hour < ?), ?)
  GROUP BY guild`;
const COLUMNS = 4;

/** Asks the side thread for comings and goings, and the newest before them, if any. @param untilHour default: all */
export function populationBetween(
  guild: bigint,
  fromHour: number,
  untilHour: number = Number.MAX_SAFE_INTEGER,
): SideGroups {
  return { sql: POPULATION, each: [[guild, untilHour, guild, fromHour, fromHour]] };
}

/** Oldest first. @param answer to {@link populationBetween} */
export function populationRows({ values }: SideGroupsAnswer): PopulationRow[] {
  return Array.from({ length: values.length / COLUMNS }, (_, row) => {
    const [hour = 0, joins = 0, leaves = 0, members = 0] = values.subarray(
      row * COLUMNS,
      (row + 1) * COLUMNS,
    );
    return { hour, joins, leaves, members };
  });
}
