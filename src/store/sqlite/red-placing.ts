import type { Database } from "better-sqlite3";
import { HOUR_MS } from "../../clock.ts";
import { DISCORD_EPOCH_MS } from "../../snowflake.ts";
import type { RedPlacing, RedPlacingReport } from "../red-past.ts";
import { SWEEP_RED_USERS } from "./red-users.ts";
import type { SideThread, SqlStatement, SqlValue } from "./side-thread.ts";
import { slotOfSql } from "./slot.ts";
import { runAndCheckpoint } from "./write-ahead-log.ts";

/** The guild's key; takes the guild's id. */
const GUILD = "(SELECT key FROM guild WHERE id = ?)";
/** The first id that Discord could make at an instant. */
const idAt = (ms: string): string => `((max(${ms}, ${DISCORD_EPOCH_MS}) - ${DISCORD_EPOCH_MS}) << 22)`;

/**
 * Moves what is staged of a guild among its counts: one transaction on the side thread, in which the staged rows go
 * as the counts come, so that it happens once. Asked for again it finds nothing to do.
 *
 * Nothing is counted twice. Where the cog went on after the guild was first counted as it happened, its hours from
 * that one on are left out, of the hours and of the lifetime. Where a channel's history of that time was read in,
 * all its messages are left out; and what is placed is marked as such a range, so that it is not read in later.
 */
export async function placeRed(
  database: Database,
  side: SideThread,
  placing: RedPlacing,
): Promise<RedPlacingReport> {
  const { guildId, channels } = placing;
  const due = database
    .prepare<[string, bigint], { key: number; kind: string }>(
      `SELECT key, kind FROM red_import WHERE placed_ms IS NULL AND (
         kind = 'channel' AND id IN (SELECT CAST(value AS INTEGER) FROM json_each(?))
         OR kind = 'activities' AND id = ?)`,
    )
    .all(JSON.stringify(channels.map(({ channelId }) => channelId)), BigInt(guildId));
  const keys = JSON.stringify(due.map(({ key }) => key));
  if (due.length > 0) await runAndCheckpoint(side, statements(placing, keys));
  const leftOut = database
    .prepare<[string], { messages: number | null; ms: number | null }>(
      `SELECT sum(left_out_messages) AS messages, sum(left_out_ms) AS ms FROM red_import
       WHERE key IN (SELECT value FROM json_each(?))`,
    )
    .get(keys);
  return {
    guildId,
    channels: due.filter(({ kind }) => kind === "channel").length,
    activities: due.some(({ kind }) => kind === "activities"),
    leftOutMessages: leftOut?.messages ?? 0,
    leftOutMs: leftOut?.ms ?? 0,
  };
}

/** The first number that no place or member of the guild has, and those behind it. */
function nextKey(table: "place" | "member"): string {
  return `(SELECT coalesce(max(key), 0) FROM ${table} WHERE ${table}.guild = guild.key) + row_number() OVER ()`;
}

/** Of temporary tables SQLite knows no sizes: CROSS JOIN keeps it from turning the loops inside out. */
function statements({ guildId, channels, botIds, nowMs }: RedPlacing, keys: string): SqlStatement[] {
  const guild = BigInt(guildId);
  const statement = (sql: string, ...parameters: SqlValue[]): SqlStatement => ({ sql, parameters });
  return [
    ...gathering(guild, JSON.stringify(channels), keys),
    statement(
      `INSERT INTO guild (id, since_ms) SELECT ?, min(since_ms) FROM due WHERE true
       ON CONFLICT (id) DO UPDATE SET since_ms = min(coalesce(since_ms, excluded.since_ms), excluded.since_ms)`,
      guild,
    ),
    statement(
      `INSERT INTO place (guild, key, id, parent, name)
       SELECT guild.key, ${nextKey("place")}, seen.id, seen.parent, seen.name
       FROM guild JOIN due JOIN seen ON seen.id = due.id
       WHERE guild.id = ? AND due.kind = 'channel'
       ON CONFLICT (guild, id) DO UPDATE SET name = coalesce(excluded.name, name)`,
      guild,
    ),
    statement(
      `INSERT INTO place (guild, key, id)
       SELECT guild.key, ${nextKey("place")}, totals.place
       FROM guild JOIN (SELECT DISTINCT place FROM totals WHERE typeof(place) = 'text') AS totals
       WHERE guild.id = ? ON CONFLICT (guild, id) DO NOTHING`,
      guild,
    ),
    // Of a member who was counted as it happened the gateway has told what the file does not.
    statement(
      `INSERT INTO member (guild, key, id, bot)
       SELECT guild.key, ${nextKey("member")}, red_member.id,
         red_member.id IN (SELECT CAST(value AS INTEGER) FROM json_each(?))
       FROM guild JOIN red_member
       WHERE guild.id = ? AND red_member.key IN (SELECT member FROM totals) ON CONFLICT (id, guild) DO NOTHING`,
      JSON.stringify(botIds),
      guild,
    ),
    statement(
      `INSERT INTO hourly
       SELECT ${slotOfSql("place.guild", "hours.hour")}, place.key, member.key, 0, hours.messages, hours.duration_ms
       FROM hours CROSS JOIN red_member ON red_member.key = hours.member
       CROSS JOIN place ON place.guild = ${GUILD} AND place.id = hours.place
       CROSS JOIN member ON member.id = red_member.id AND member.guild = place.guild
       WHERE NOT hours.live AND (hours.messages > 0 OR hours.duration_ms > 0)
       ORDER BY hours.hour, place.key, member.key
       ON CONFLICT DO UPDATE SET messages = messages + excluded.messages,
         duration_ms = duration_ms + excluded.duration_ms`,
      guild,
    ),
    statement(
      `INSERT INTO lifetime
       SELECT place.guild, place.key, member.key, 0, totals.messages, totals.duration_ms
       FROM totals CROSS JOIN red_member ON red_member.key = totals.member
       CROSS JOIN place ON place.guild = ${GUILD} AND place.id = totals.place
       CROSS JOIN member ON member.id = red_member.id AND member.guild = place.guild
       WHERE true ORDER BY place.key, member.key
       ON CONFLICT DO UPDATE SET messages = messages + excluded.messages,
         duration_ms = duration_ms + excluded.duration_ms`,
      guild,
    ),
    statement(
      `INSERT INTO imported (guild, place, until_message, from_message)
       SELECT place.guild, place.key, ${idAt("due.until_ms")}, ${idAt("due.since_ms")}
       FROM due CROSS JOIN place ON place.guild = ${GUILD} AND place.id = +due.id
       WHERE due.kind = 'channel' AND NOT due.read_in AND due.since_ms < due.until_ms
         AND EXISTS (SELECT 1 FROM totals WHERE totals.import = due.import AND messages > 0)
       ON CONFLICT (guild, place, until_message) DO UPDATE SET from_message = min(from_message, excluded.from_message)`,
      guild,
    ),
    statement(
      `UPDATE red_import SET placed_ms = ?,
         left_out_messages = (SELECT coalesce(sum(messages), 0) FROM red_lifetime WHERE import = key)
           - (SELECT coalesce(sum(messages), 0) FROM totals WHERE import = key),
         left_out_ms = (SELECT coalesce(sum(duration_ms), 0) FROM red_lifetime WHERE import = key)
           - (SELECT coalesce(sum(duration_ms), 0) FROM totals WHERE import = key)
       WHERE key IN (SELECT import FROM due)`,
      nowMs,
    ),
    statement("DELETE FROM red_hourly WHERE import IN (SELECT import FROM due)"),
    statement("DELETE FROM red_lifetime WHERE import IN (SELECT import FROM due)"),
    ...SWEEP_RED_USERS.map((sql) => statement(sql)),
    ...["seen", "due", "hours", "counted", "totals"].map((table) => statement(`DROP TABLE ${table}`)),
  ];
}

/**
 * What is to be placed, in temporary tables: channels that the gateway named, imports, hours, totals to add. SQLite uses an
 * index only where both sides are of one type: a place's id has none, which a plus takes from that of an import.
 */
function gathering(guild: bigint, channels: string, keys: string): SqlStatement[] {
  // Live counts begin with the first message, or with the first write when voice came before any.
  const liveMs = `min(live_since_ms, coalesce((SELECT (min(first_message) >> 22) + ${DISCORD_EPOCH_MS}
    FROM place WHERE place.guild = guild.key), live_since_ms))`;
  return [
    {
      sql: `CREATE TEMP TABLE seen AS SELECT CAST(json_extract(value, '$.channelId') AS INTEGER) AS id,
          CAST(json_extract(value, '$.parentId') AS INTEGER) AS parent, json_extract(value, '$.name') AS name
        FROM json_each(?)`,
      parameters: [channels],
    },
    {
      sql: `CREATE TEMP TABLE due AS SELECT key AS import, kind, id, since_ms, until_ms,
          (SELECT ${liveMs} / ${HOUR_MS} FROM guild WHERE id = ? AND ${liveMs} < until_ms) AS live_hour,
          kind = 'channel' AND EXISTS (SELECT 1 FROM imported JOIN place ON (place.guild, place.key) = (imported.guild, imported.place)
            WHERE place.guild = ${GUILD} AND place.id = +red_import.id
              AND imported.until_message > ${idAt("since_ms")} AND imported.from_message < ${idAt("until_ms")}
          ) AS read_in
        FROM red_import WHERE placed_ms IS NULL AND key IN (SELECT value FROM json_each(?))`,
      parameters: [guild, guild, keys],
    },
    {
      sql: `CREATE TEMP TABLE hours AS SELECT red_hourly.import AS import, +due.id AS place, member, hour,
          iif(due.read_in, 0, messages) AS messages, duration_ms,
          due.live_hour IS NOT NULL AND hour >= due.live_hour AS live
        FROM due JOIN red_hourly ON red_hourly.import = due.import`,
      parameters: [],
    },
    {
      sql: `CREATE TEMP TABLE counted (import INTEGER, member INTEGER, messages, duration_ms,
          PRIMARY KEY (import, member))`,
      parameters: [],
    },
    {
      sql: `INSERT INTO counted SELECT import, member, sum(messages), sum(duration_ms)
        FROM hours WHERE live GROUP BY import, member`,
      parameters: [],
    },
    {
      sql: `CREATE TEMP TABLE totals (import INTEGER, place, member INTEGER, messages, duration_ms,
          PRIMARY KEY (import, place, member))`,
      parameters: [],
    },
    {
      sql: `INSERT INTO totals SELECT * FROM (
          SELECT red_lifetime.import, place, red_lifetime.member,
            iif(due.read_in, 0, red_lifetime.messages - coalesce(counted.messages, 0)) AS messages,
            red_lifetime.duration_ms - coalesce(counted.duration_ms, 0) AS duration_ms
          FROM due CROSS JOIN red_lifetime ON red_lifetime.import = due.import
          LEFT JOIN counted ON counted.import = due.import AND counted.member = red_lifetime.member
        ) WHERE messages > 0 OR duration_ms > 0`,
      parameters: [],
    },
  ];
}
