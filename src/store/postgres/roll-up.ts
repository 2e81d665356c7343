import { IANAZone } from "luxon";
import { HOUR_MS } from "../../clock.ts";
import { dayAt, firstHourOf } from "../../local-day.ts";
import type { Snowflake } from "../../snowflake.ts";
import type { RollUpRequest, RollUpSlice } from "../store.ts";
import { dayEdges } from "../zone-days.ts";
import type { Connection } from "./database.ts";
import { holdGuild, rowsRewritten } from "./guild-row.ts";
import { dropEmptyPartitions } from "./partitions.ts";
import type { Transactions } from "./transactions.ts";

/** Guilds that are looked at in one piece: few at first, for the next one is often due as well. */
const FEWEST_CANDIDATES = 16;
const MOST_CANDIDATES = 1_000;

/** Guilds that may have something due: each costs a step down the index of each partition that is old enough. */
const OLDEST = `
  SELECT guild_id::text AS id, zone, hour, day FROM (
    SELECT guild_id, time_zone AS zone,
      (SELECT min(hour) FROM hourly WHERE hourly.guild_id = guild.guild_id AND hour < $2::integer) AS hour,
      (SELECT min(day) FROM daily WHERE daily.guild_id = guild.guild_id AND day < $3::integer) AS day
    FROM guild WHERE guild_id >= $1 ORDER BY guild_id LIMIT $4
  ) AS candidate ORDER BY guild_id`;

interface Candidate {
  readonly id: Snowflake;
  readonly zone: string | null;
  /** The oldest hour or day that may be due. */
  readonly hour: number | null;
  readonly day: number | null;
}

/**
 * Sums the oldest due day of one guild into daily rows, or drops its oldest due daily rows: one transaction. What is
 * due is found in the tables each time, so a process may be killed anywhere between or within. Where nothing is due,
 * partitions that became empty are dropped.
 */
export async function rollUp(
  transactions: Transactions,
  request: RollUpRequest,
  write: <T>(task: () => Promise<T>) => Promise<T>,
): Promise<RollUpSlice> {
  const wholeDaysBefore = dayEdges(request);
  for await (const { id, zone, hour, day } of candidates(transactions, request)) {
    // A zone that this host's time zone data does not know, must not stop the others.
    const timeZone = zone !== null && IANAZone.isValidZone(zone) ? zone : request.timeZone;
    if (hour !== null && hour < wholeDaysBefore(timeZone)) {
      const rows = await write(() =>
        transactions.write((connection) => sumDay(connection, id, timeZone, hour)),
      );
      return { rows, next: id };
    }
    if (day !== null) {
      const rows = await write(() => transactions.write((connection) => dropDay(connection, id, day)));
      return { rows, next: id };
    }
  }
  await write(() => dropEmptyPartitions(transactions, request.hourlyBefore));
  return { rows: 0, next: null };
}

async function sumDay(
  connection: Connection,
  guildId: Snowflake,
  timeZone: string,
  hour: number,
): Promise<number> {
  await holdGuild(connection, guildId);
  const day = dayAt(timeZone, hour * HOUR_MS);
  const hours = [guildId, firstHourOf(timeZone, day), firstHourOf(timeZone, day + 1)];
  await connection.query(
    `INSERT INTO daily (guild_id, day, place, member, state, messages, duration_ms)
     SELECT guild_id, $4::integer, place, member, state, sum(messages), sum(duration_ms) FROM hourly
     WHERE guild_id = $1 AND hour >= $2 AND hour < $3 GROUP BY guild_id, place, member, state
     ON CONFLICT (guild_id, day, place, member, state) DO UPDATE SET
       messages = daily.messages + excluded.messages, duration_ms = daily.duration_ms + excluded.duration_ms`,
    [...hours, day],
  );
  const { changes } = await connection.query(
    "DELETE FROM hourly WHERE guild_id = $1 AND hour >= $2 AND hour < $3",
    hours,
  );
  await rowsRewritten(connection, guildId);
  return changes;
}

async function dropDay(connection: Connection, guildId: Snowflake, day: number): Promise<number> {
  await holdGuild(connection, guildId);
  const { changes } = await connection.query("DELETE FROM daily WHERE guild_id = $1 AND day = $2", [
    guildId,
    day,
  ]);
  return changes;
}

async function* candidates(
  transactions: Transactions,
  { from, hourlyBefore, dailyBefore }: RollUpRequest,
): AsyncGenerator<Candidate, void, void> {
  let first = BigInt(from ?? 0);
  for (let count = FEWEST_CANDIDATES; ; count = Math.min(count * 4, MOST_CANDIDATES)) {
    // No day is before NULL.
    const parameters = [String(first), hourlyBefore, dailyBefore, count];
    const { rows } = await transactions.snapshot((connection) =>
      connection.query<Candidate>(OLDEST, parameters),
    );
    yield* rows.filter(({ hour, day }) => hour !== null || day !== null);
    const last = rows.at(-1);
    if (last === undefined || rows.length < count) return;
    first = BigInt(last.id) + 1n;
  }
}
