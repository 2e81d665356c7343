import type { Clock } from "../../clock.ts";
import type { Snowflake } from "../../snowflake.ts";
import { emptyCells } from "../columns.ts";
import type { CellRows, GuildSums, SumsRequest } from "../store.ts";
import { dayShares } from "../zone-days.ts";
import { type Names, namesIn, naming } from "./names.ts";
import type { SideThread, SqlStatement } from "./side-thread.ts";
import { hourOfDay, hoursOf, IN_HOURS } from "./slot.ts";

const COLUMNS = 5;
/** Rows that are looked through between two turns of the event loop: a millisecond or so. */
const SLICE_ROWS = 8_192;

/**
 * Sums a range of hours of one guild on the side thread: a busy guild's month is 200,000 rows, which come back as
 * 60,000 in 0.2 s, and are taken in slices. Rows and names are of one moment, so that every row has its names.
 */
export async function readSums(
  side: SideThread,
  clock: Clock,
  guildId: Snowflake,
  { writer, ...range }: SumsRequest,
): Promise<GuildSums> {
  const id = BigInt(guildId);
  const { numbers, texts } = await side.readAtOnce({
    numbers: summing(id, range),
    texts: naming(id, writer),
  });
  const names = await namesIn(clock, texts);
  const { appliedSequence, places, members } = names;
  return { appliedSequence, places, members, rows: await columns(clock, numbers, names) };
}

function summing(guild: bigint, range: Omit<SumsRequest, "writer">): SqlStatement {
  const parameters = [...hoursOf(guild, range.fromHour, range.untilHour)];
  const parts = [`SELECT place, member, state, messages, duration_ms FROM hourly WHERE ${IN_HOURS}`];
  for (const { share, fromDay, untilDay } of dayShares(range)) {
    parts.push(`SELECT place, member, state, messages * ?, duration_ms * ? FROM daily WHERE ${IN_HOURS}`);
    parameters.push(share, share, ...hoursOf(guild, hourOfDay(fromDay), hourOfDay(untilDay)));
  }
  const sql = `SELECT place, member, state, sum(messages), sum(duration_ms)
    FROM (${parts.join(" UNION ALL ")}) GROUP BY place, member, state`;
  return { sql, parameters };
}

async function columns(clock: Clock, numbers: Float64Array, names: Names): Promise<CellRows> {
  const length = numbers.length / COLUMNS;
  const rows = emptyCells(length);
  for (let row = 0, at = 0; row < length; row++, at += COLUMNS) {
    if (row % SLICE_ROWS === SLICE_ROWS - 1) await clock.turn();
    rows.place[row] = names.placeAt(numbers[at] ?? -1);
    rows.member[row] = names.memberAt(numbers[at + 1] ?? -1);
    rows.state[row] = numbers[at + 2] ?? 0;
    rows.messages[row] = numbers[at + 3] ?? 0;
    rows.durationMs[row] = numbers[at + 4] ?? 0;
  }
  return rows;
}
