import { type Clock, HOUR_MS } from "../../clock.ts";
import { type CalendarDay, dayAt, firstHourOf } from "../../local-day.ts";
import type { Snowflake } from "../../snowflake.ts";
import type { CellRows, GuildSums, SumsRequest } from "../store.ts";
import { GUILD, type Names, namesIn, naming } from "./names.ts";
import type { SideThread, SqlStatement, SqlValue } from "./side-thread.ts";

const COLUMNS = 5;
/** Rows that are looked through between two turns of the event loop: a millisecond or so. */
const SLICE_ROWS = 8_192;

/** Days that lie, wholly or in part, in a range of hours: `share` of each day `[fromDay, untilDay)`. */
interface DayShare {
  readonly fromDay: CalendarDay;
  readonly untilDay: CalendarDay;
  /** In (0, 1]. */
  readonly share: number;
}

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
  const parameters: SqlValue[] = [guild, range.fromHour, range.untilHour];
  const parts = [
    `SELECT place, member, state, messages, duration_ms FROM hourly
     WHERE guild = ${GUILD} AND hour >= ? AND hour < ?`,
  ];
  for (const { share, fromDay, untilDay } of dayShares(range)) {
    parts.push(`SELECT place, member, state, messages * ?, duration_ms * ? FROM daily
      WHERE guild = ${GUILD} AND day >= ? AND day < ?`);
    parameters.push(share, share, guild, fromDay, untilDay);
  }
  const sql = `SELECT place, member, state, sum(messages), sum(duration_ms)
    FROM (${parts.join(" UNION ALL ")}) GROUP BY place, member, state`;
  return { sql, parameters };
}

/** The days of a zone in a range of hours: those that it holds, and those that it cuts by the hours inside it. */
function dayShares({ fromHour, untilHour, timeZone }: Omit<SumsRequest, "writer">): DayShare[] {
  if (fromHour >= untilHour) return [];
  const fromDay = dayAt(timeZone, fromHour * HOUR_MS);
  const untilDay = dayAt(timeZone, (untilHour - 1) * HOUR_MS) + 1;
  const shares: DayShare[] = [];
  for (const day of new Set([fromDay, untilDay - 1])) {
    const [start, end] = [firstHourOf(timeZone, day), firstHourOf(timeZone, day + 1)];
    const inside = Math.min(end, untilHour) - Math.max(start, fromHour);
    if (inside > 0) shares.push({ fromDay: day, untilDay: day + 1, share: inside / (end - start) });
  }
  if (untilDay - fromDay > 2) shares.push({ fromDay: fromDay + 1, untilDay: untilDay - 1, share: 1 });
  return shares;
}

async function columns(clock: Clock, numbers: Float64Array, names: Names): Promise<CellRows> {
  const length = numbers.length / COLUMNS;
  const rows: CellRows = {
    place: new Int32Array(length),
    member: new Int32Array(length),
    state: new Uint16Array(length),
    messages: new Float64Array(length),
    durationMs: new Float64Array(length),
  };
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
