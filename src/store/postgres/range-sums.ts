import type { Snowflake } from "../../snowflake.ts";
import { Columns } from "../columns.ts";
import type { GuildSums, SumsRequest } from "../store.ts";
import { dayShares } from "../zone-days.ts";
import { type CounterPage, inColumns, PAGE_ROWS } from "./counter-pages.ts";
import type { Connection, SqlValue } from "./database.ts";
import { readNames } from "./guild-names.ts";

/** Sums a range of hours of one guild in the database; within a snapshot, so that every row has its names. */
export async function readSums(
  connection: Connection,
  guildId: Snowflake,
  { writer, ...range }: SumsRequest,
): Promise<GuildSums> {
  const { sql, parameters } = summing(guildId, range);
  const names = await readNames(connection, guildId, writer);
  const { rows } = await connection.query<CounterPage>(sql, parameters);
  const columns = new Columns();
  for (const { place, member, state, messages, durationMs } of rows) {
    for (let row = 0; row < place.length; row++) {
      columns.push(
        0,
        names.placeAt(place[row] ?? -1),
        names.memberAt(member[row] ?? -1),
        state[row] ?? 0,
        messages[row] ?? 0,
        durationMs[row] ?? 0,
      );
    }
  }
  const { appliedSequence, places, members } = names;
  return { appliedSequence, places, members, rows: columns.done() };
}

function summing(
  guildId: Snowflake,
  range: Omit<SumsRequest, "writer">,
): { readonly sql: string; readonly parameters: readonly SqlValue[] } {
  const parameters: SqlValue[] = [guildId, range.fromHour, range.untilHour];
  const parts = [
    `SELECT place, member, state, messages::float8 AS messages, duration_ms::float8 AS duration_ms FROM hourly
     WHERE guild_id = $1 AND hour >= $2 AND hour < $3`,
  ];
  for (const { share, fromDay, untilDay } of dayShares(range)) {
    const next = parameters.push(share, fromDay, untilDay);
    parts.push(`SELECT place, member, state, messages * $${next - 2}::float8, duration_ms * $${next - 2}::float8
      FROM daily WHERE guild_id = $1 AND day >= $${next - 1} AND day < $${next}`);
  }
  // In pieces of a page: one value of all rows would be taken apart in one go.
  const sums = `SELECT 0 AS time, place, member, state, sum(messages) AS messages, sum(duration_ms) AS duration_ms,
      row_number() OVER () / ${PAGE_ROWS} AS piece
    FROM (${parts.join(" UNION ALL ")}) AS parts GROUP BY place, member, state`;
  return { sql: `${inColumns(sums)} GROUP BY piece`, parameters };
}
