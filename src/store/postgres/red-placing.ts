import { HOUR_MS } from "../../clock.ts";
import { DISCORD_EPOCH_MS, type Snowflake } from "../../snowflake.ts";
import type { RedItem, RedPlacing, RedPlacingReport } from "../red-past.ts";
import { type Connection, column, type SqlValue } from "./database.ts";
import { holdGuilds } from "./guild-row.ts";
import { memberKeys } from "./members.ts";
import { placeKeys, UNNAMED } from "./places.ts";

/** An item that is about to be placed. */
interface DueItem extends RedItem {
  readonly sinceMs: number;
  readonly untilMs: number;
  /** From this hour on, counts are there already; `null`: none are. */
  readonly liveHour: number | null;
  /** Whether history of its time was read in. */
  readonly readIn: boolean;
}

/** The first id that Discord could make at an instant. */
const idAt = (ms: string): string => `((greatest(${ms}, ${DISCORD_EPOCH_MS}) - ${DISCORD_EPOCH_MS}) << 22)`;

/** What is to be placed: items, hours of them, totals to add. Their parameters are `$1` to `$4`. */
const GATHERED = `
  WITH due AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::integer[], $4::boolean[]) AS due (kind, id, live_hour, read_in)
  ), hours AS (
    SELECT due.kind, due.id, user_id, hour, CASE WHEN read_in THEN 0 ELSE messages END AS messages, duration_ms,
      coalesce(hour >= live_hour, false) AS live
    FROM due JOIN red_hourly ON red_hourly.kind = due.kind AND red_hourly.id = due.id
  ), counted AS (
    SELECT kind, id, user_id, sum(messages) AS messages, sum(duration_ms) AS duration_ms
    FROM hours WHERE live GROUP BY kind, id, user_id
  ), totals AS (
    SELECT * FROM (
      SELECT due.kind, due.id, red_lifetime.place, red_lifetime.user_id,
        CASE WHEN read_in THEN 0 ELSE red_lifetime.messages - coalesce(counted.messages, 0) END AS messages,
        red_lifetime.duration_ms - coalesce(counted.duration_ms, 0) AS duration_ms
      FROM due JOIN red_lifetime ON red_lifetime.kind = due.kind AND red_lifetime.id = due.id
      LEFT JOIN counted ON counted.kind = due.kind AND counted.id = due.id
        AND counted.user_id = red_lifetime.user_id
    ) AS rest WHERE messages > 0 OR duration_ms > 0
  )`;

/**
 * Moves what is staged of a guild among its counts, in one transaction, in which the staged rows go as the counts come:
 * so it happens once. Asked for again it finds nothing to do.
 *
 * Nothing is counted twice. Where the cog went on after the guild was first counted as it happened, its hours from
 * that one on are left out, of the hours and of the lifetime. Where a channel's history of that time was read in,
 * all its messages are left out; and what is placed is marked as such a range, so that it is not read in later.
 */
export async function placeRed(connection: Connection, placing: RedPlacing): Promise<RedPlacingReport> {
  const { guildId, nowMs } = placing;
  await holdGuilds(connection, (await hasDue(connection, placing)) ? [guildId] : [], null, null);
  const due = await dueItems(connection, placing);
  const channels = due.filter(({ kind }) => kind === "channel");
  const report = { guildId, channels: channels.length, activities: channels.length < due.length };
  if (due.length === 0) return { ...report, leftOutMessages: 0, leftOutMs: 0 };
  const gathered = [
    due.map(({ kind }) => kind),
    due.map(({ id }) => id),
    column(due.map(({ liveHour }) => liveHour)),
    column(due.map(({ readIn }) => readIn)),
  ];
  await holdGuilds(connection, [guildId], Math.min(...due.map(({ sinceMs }) => sinceMs)), null);
  await addNames(connection, placing, channels, gathered);
  await addCounts(connection, guildId, gathered);
  await markAsRead(connection, guildId, channels, gathered);
  const left = await connection.query<{ messages: number; ms: number }>(
    `${GATHERED}, staged AS (
       SELECT due.kind, due.id, sum(messages) AS messages, sum(duration_ms) AS ms
       FROM due JOIN red_lifetime ON red_lifetime.kind = due.kind AND red_lifetime.id = due.id GROUP BY 1, 2
     ), placed AS (SELECT kind, id, sum(messages) AS messages, sum(duration_ms) AS ms FROM totals GROUP BY 1, 2)
     UPDATE red_import SET placed_ms = $5,
       left_out_messages = coalesce(staged.messages, 0) - coalesce(placed.messages, 0),
       left_out_ms = coalesce(staged.ms, 0) - coalesce(placed.ms, 0)
     FROM due LEFT JOIN staged ON staged.kind = due.kind AND staged.id = due.id
       LEFT JOIN placed ON placed.kind = due.kind AND placed.id = due.id
     WHERE red_import.kind = due.kind AND red_import.id = due.id
     RETURNING left_out_messages AS messages, left_out_ms AS ms`,
    [...gathered, nowMs],
  );
  for (const table of ["red_hourly", "red_lifetime"]) {
    await connection.query(
      `DELETE FROM ${table} USING unnest($1::text[], $2::text[]) AS due (kind, id)
       WHERE ${table}.kind = due.kind AND ${table}.id = due.id`,
      gathered.slice(0, 2),
    );
  }
  const sum = (of: "messages" | "ms"): number => left.rows.reduce((all, row) => all + row[of], 0);
  return { ...report, leftOutMessages: sum("messages"), leftOutMs: sum("ms") };
}

/** The hours that placing would add to. */
export async function stagedHours(
  connection: Connection,
  { channels }: RedPlacing,
): Promise<readonly number[]> {
  const { rows } = await connection.query<{ hour: number }>(
    "SELECT DISTINCT hour FROM red_hourly WHERE kind = 'channel' AND id = ANY ($1::text[])",
    [channels.map(({ channelId }) => channelId)],
  );
  return rows.map(({ hour }) => hour);
}

const DUE = `placed_ms IS NULL AND (kind = 'channel' AND id = ANY ($1::text[]) OR kind = 'activities' AND id = $2::text)`;

function dueParameters({ guildId, channels }: RedPlacing): SqlValue[] {
  return [channels.map(({ channelId }) => channelId), guildId];
}

async function hasDue(connection: Connection, placing: RedPlacing): Promise<boolean> {
  const { rows } = await connection.query(
    `SELECT 1 FROM red_import WHERE ${DUE} LIMIT 1`,
    dueParameters(placing),
  );
  return rows.length > 0;
}

async function dueItems(connection: Connection, placing: RedPlacing): Promise<readonly DueItem[]> {
  // Live counts begin with the first message, or with the first write when voice came before any.
  const liveMs = `(SELECT least(live_since_ms, coalesce(
      (SELECT (min(first_message) >> 22) + ${DISCORD_EPOCH_MS} FROM place WHERE guild_id = $2::bigint),
      live_since_ms)) FROM guild WHERE guild_id = $2::bigint AND live_since_ms IS NOT NULL)`;
  const { rows } = await connection.query<DueItem>(
    `SELECT kind, id, since_ms AS "sinceMs", until_ms AS "untilMs",
       CASE WHEN ${liveMs} < until_ms THEN (${liveMs} / ${HOUR_MS})::integer END AS "liveHour",
       kind = 'channel' AND EXISTS (
         SELECT 1 FROM imported JOIN place ON place.guild_id = imported.guild_id AND place.key = imported.place
         WHERE imported.guild_id = $2::bigint AND place.id = red_import.id
           AND imported.until_message > ${idAt("since_ms")} AND imported.from_message < ${idAt("until_ms")}
       ) AS "readIn"
     FROM red_import WHERE ${DUE} ORDER BY kind, id FOR UPDATE`,
    dueParameters(placing),
  );
  return rows;
}

async function addNames(
  connection: Connection,
  { guildId, channels, botIds }: RedPlacing,
  dueChannels: readonly DueItem[],
  gathered: readonly SqlValue[],
): Promise<void> {
  const due = new Set(dueChannels.map(({ id }) => id));
  const activities = await connection.query<{ place: string }>(
    `${GATHERED} SELECT DISTINCT place FROM totals WHERE kind = 'activities'`,
    gathered,
  );
  await placeKeys(connection, [
    ...channels
      .filter(({ channelId }) => due.has(channelId))
      .map(({ channelId, parentId, name }) => ({ ...UNNAMED, guildId, id: channelId, parentId, name })),
    ...activities.rows.map(({ place }) => ({ ...UNNAMED, guildId, id: place })),
  ]);
  // Of a member who was counted as it happened the gateway has told what the file does not.
  const unknown = await connection.query<{ id: Snowflake }>(
    `${GATHERED} SELECT DISTINCT user_id::text AS id FROM totals
     WHERE NOT EXISTS (SELECT 1 FROM member WHERE guild_id = $5 AND member.id = totals.user_id)`,
    [...gathered, guildId],
  );
  const bots = new Set(botIds);
  await memberKeys(
    connection,
    unknown.rows.map(({ id }) => ({ guildId, id, bot: bots.has(id) })),
  );
}

async function addCounts(
  connection: Connection,
  guildId: Snowflake,
  gathered: readonly SqlValue[],
): Promise<void> {
  await connection.query(
    `${GATHERED}
     INSERT INTO hourly (guild_id, hour, place, member, state, messages, duration_ms)
     SELECT place.guild_id, hour, place.key, member.key, 0, messages, duration_ms
     FROM hours JOIN place ON place.guild_id = $5 AND place.id = hours.id
       JOIN member ON member.guild_id = $5 AND member.id = hours.user_id
     WHERE NOT live AND (messages > 0 OR duration_ms > 0)
     ON CONFLICT (guild_id, hour, place, member, state) DO UPDATE SET
       messages = hourly.messages + excluded.messages, duration_ms = hourly.duration_ms + excluded.duration_ms`,
    [...gathered, guildId],
  );
  await connection.query(
    `${GATHERED}
     INSERT INTO lifetime (guild_id, place, member, state, messages, duration_ms)
     SELECT place.guild_id, place.key, member.key, 0, messages, duration_ms
     FROM totals JOIN place ON place.guild_id = $5 AND place.id = totals.place
       JOIN member ON member.guild_id = $5 AND member.id = totals.user_id
     ON CONFLICT (guild_id, place, member, state) DO UPDATE SET messages = lifetime.messages + excluded.messages,
       duration_ms = lifetime.duration_ms + excluded.duration_ms`,
    [...gathered, guildId],
  );
}

/** What is placed of messages is not read in later. */
async function markAsRead(
  connection: Connection,
  guildId: Snowflake,
  channels: readonly DueItem[],
  gathered: readonly SqlValue[],
): Promise<void> {
  const read = channels.filter(({ sinceMs, untilMs, readIn }) => !readIn && sinceMs < untilMs);
  await connection.query(
    `${GATHERED}
     INSERT INTO imported (guild_id, place, until_message, from_message)
     SELECT guild_id, key, ${idAt("until_ms")}, ${idAt("since_ms")}
     FROM unnest($6::text[], $7::bigint[], $8::bigint[]) AS read (id, since_ms, until_ms)
     JOIN place ON place.guild_id = $5 AND place.id = read.id
     WHERE read.id IN (SELECT id FROM totals WHERE kind = 'channel' AND messages > 0)
     ON CONFLICT (guild_id, place, until_message)
     DO UPDATE SET from_message = least(imported.from_message, excluded.from_message)`,
    [
      ...gathered,
      guildId,
      read.map(({ id }) => id),
      column(read.map(({ sinceMs }) => sinceMs)),
      column(read.map(({ untilMs }) => untilMs)),
    ],
  );
}
