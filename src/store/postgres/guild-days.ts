import type { Clock } from "../../clock.ts";
import type { Snowflake } from "../../snowflake.ts";
import { Columns } from "../columns.ts";
import { populationByDay } from "../population-days.ts";
import type { DaysRequest, GuildDays } from "../store.ts";
import { zoneDays } from "../zone-days.ts";
import { inColumns, readColumns } from "./counter-pages.ts";
import { readNames } from "./guild-names.ts";
import { readPopulation } from "./population.ts";
import type { Transactions } from "./transactions.ts";

// Not summed up by the database: an hour has nearly as many rows as its day has of them.
const CELLS = inColumns(`
  SELECT 0 AS time, place, member, state, messages::float8 AS messages, duration_ms::float8 AS duration_ms
    FROM hourly WHERE guild_id = $1 AND hour >= $2 AND hour < $3
  UNION ALL
  SELECT 0, place, member, state, floor(messages * $4::float8 + 0.5), floor(duration_ms * $4::float8 + 0.5)
    FROM daily WHERE guild_id = $1 AND day = $5`);

/** Reads a guild's counters by day, a query a day, all of one moment. */
export async function readDays(
  transactions: Transactions,
  clock: Clock,
  guildId: Snowflake,
  { writer, fromDay, untilHour, populationFromDay, timeZone }: DaysRequest,
): Promise<GuildDays> {
  const days = await zoneDays(clock, timeZone, fromDay, untilHour);
  const populationDays = await zoneDays(clock, timeZone, populationFromDay, untilHour);
  return transactions.snapshot(async (connection) => {
    const { appliedSequence, places, members, placeAt, memberAt } = await readNames(
      connection,
      guildId,
      writer,
    );
    const columns = new Columns();
    for (const { day, fromHour, untilHour: until, share } of days) {
      const page = await readColumns(connection, CELLS, [guildId, fromHour, until, share, day]);
      for (let row = 0; page !== null && row < page.place.length; row++) {
        columns.push(
          day,
          placeAt(page.place[row] ?? -1),
          memberAt(page.member[row] ?? -1),
          page.state[row] ?? 0,
          page.messages[row] ?? 0,
          page.durationMs[row] ?? 0,
        );
      }
    }
    const { hour, ...rows } = columns.done();
    const from = populationDays[0]?.fromHour ?? untilHour;
    const population = await readPopulation(connection, guildId, from, untilHour);
    return {
      appliedSequence,
      places,
      members,
      rows: { day: hour, ...rows },
      population: populationByDay(population, populationDays),
      membersBefore: population.find((row) => row.hour < from)?.members ?? null,
    };
  });
}
