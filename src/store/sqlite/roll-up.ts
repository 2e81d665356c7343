import { IANAZone } from "luxon";
import { HOUR_MS } from "../../clock.ts";
import { dayAt, firstHourOf } from "../../local-day.ts";
import type { Snowflake } from "../../snowflake.ts";
import type { RollUpRequest, RollUpSlice } from "../store.ts";
import { dayEdges } from "../zone-days.ts";
import { rowsRewritten } from "./rows-rewritten.ts";
import type { SideThread, SqlStatement } from "./side-thread.ts";
import { hourOfDay, slotOf, slotsOf, slotsOfGuild } from "./slot.ts";

/** Guilds that are looked at in one piece. */
const CANDIDATES = 200;

/** Guilds that may have something due: each costs two steps down a tree, for rows are clustered by guild and time. */
const OLDEST = `
  SELECT key, CAST(id AS TEXT), time_zone, oldest_hour, oldest_day
  FROM (
    SELECT key, id, time_zone,
      (SELECT hour FROM hourly WHERE ${slotsOfGuild("guild.key")} ORDER BY slot LIMIT 1) AS oldest_hour,
      (SELECT day FROM daily WHERE ${slotsOfGuild("guild.key")} ORDER BY slot LIMIT 1) AS oldest_day
    FROM guild WHERE key >= ?
  )
  WHERE oldest_hour < ? OR oldest_day < ?
  ORDER BY key LIMIT ${CANDIDATES}`;

const FROM = "SELECT coalesce((SELECT key FROM guild WHERE id = ?), 0)";

const SUM = `
  INSERT INTO daily
  SELECT ?, place, member, state, sum(messages), sum(duration_ms) FROM hourly
  WHERE slot >= ? AND slot < ? GROUP BY place, member, state
  ON CONFLICT DO UPDATE SET
    messages = messages + excluded.messages, duration_ms = duration_ms + excluded.duration_ms`;

interface Candidate {
  readonly guild: number;
  readonly id: Snowflake;
  readonly timeZone: string;
  readonly oldestHour: number | null;
  readonly oldestDay: number | null;
}

/**
 * Sums the oldest due day of one guild into daily rows, or drops its oldest due daily rows: one transaction on the
 * side thread. What is due is found in the file each time, so a process may be killed anywhere between or within.
 * @param write runs statements as one transaction, in turn with other writers; the looking keeps nobody waiting
 */
export async function rollUp(
  side: SideThread,
  request: RollUpRequest,
  write: (statements: readonly SqlStatement[]) => Promise<readonly number[]>,
): Promise<RollUpSlice> {
  const wholeDaysBefore = dayEdges(request);
  for await (const candidate of candidates(side, request)) {
    const { guild, id, timeZone, oldestHour, oldestDay } = candidate;
    if (oldestHour !== null && oldestHour < wholeDaysBefore(timeZone)) {
      const day = dayAt(timeZone, oldestHour * HOUR_MS);
      const hours = slotsOf(guild, firstHourOf(timeZone, day), firstHourOf(timeZone, day + 1));
      const [, rows = 0] = await write([
        { sql: SUM, parameters: [slotOf(guild, hourOfDay(day)), ...hours] },
        { sql: "DELETE FROM hourly WHERE slot >= ? AND slot < ?", parameters: hours },
        rowsRewritten(guild),
      ]);
      return { rows, next: id };
    }
    if (oldestDay !== null && request.dailyBefore !== null && oldestDay < request.dailyBefore) {
      const [rows = 0] = await write([
        {
          sql: "DELETE FROM daily WHERE slot >= ? AND slot < ?",
          parameters: slotsOf(guild, hourOfDay(oldestDay), hourOfDay(oldestDay + 1)),
        },
      ]);
      return { rows, next: id };
    }
  }
  return { rows: 0, next: null };
}

async function* candidates(side: SideThread, request: RollUpRequest): AsyncGenerator<Candidate> {
  const { from, hourlyBefore, dailyBefore } = request;
  let key = from === null ? 0 : await number(side, { sql: FROM, parameters: [BigInt(from)] });
  for (;;) {
    // No day is before NULL.
    const rows = await side.query({ sql: OLDEST, parameters: [key, hourlyBefore, dailyBefore] });
    for (const [guild, id, zone, oldestHour, oldestDay] of rows) {
      key = Number(guild) + 1;
      // A zone that this host's time zone data does not know, must not stop the others.
      const timeZone = typeof zone === "string" && IANAZone.isValidZone(zone) ? zone : request.timeZone;
      yield {
        guild: Number(guild),
        id: String(id),
        timeZone,
        oldestHour: oldestHour === null || oldestHour === undefined ? null : Number(oldestHour),
        oldestDay: oldestDay === null || oldestDay === undefined ? null : Number(oldestDay),
      };
    }
    if (rows.length < CANDIDATES) return;
  }
}

async function number(side: SideThread, statement: SqlStatement): Promise<number> {
  const [row] = await side.query(statement);
  return Number(row?.[0] ?? 0);
}
