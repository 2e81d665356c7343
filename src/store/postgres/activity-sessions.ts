import type { Snowflake } from "../../snowflake.ts";
import type { ActivityChanges, ActivitySession, OpenActivity } from "../store.ts";
import { storable } from "../text.ts";
import { type Connection, column } from "./database.ts";
import type { Keys } from "./keys.ts";

/** Writes what members do; part of a batch's transaction. */
export async function openActivities(
  connection: Connection,
  sessions: readonly ActivitySession[],
  members: Keys,
): Promise<void> {
  // Two names may be one as the database spells them; the later one is as good.
  const distinct = [
    ...new Map(
      sessions.map((each) => [`${each.guildId} ${each.userId} ${storable(each.activityId)}`, each]),
    ).values(),
  ];
  if (distinct.length === 0) return;
  await connection.query(
    `INSERT INTO activity_session (guild_id, member, activity, begin_ms, end_ms)
     SELECT * FROM unnest($1::bigint[], $2::integer[], $3::text[], $4::bigint[], $5::bigint[])
     ON CONFLICT (guild_id, member, activity) DO UPDATE SET
       begin_ms = excluded.begin_ms, end_ms = excluded.end_ms`,
    [
      column(distinct.map(({ guildId }) => guildId)),
      column(distinct.map(({ guildId, userId }) => members.of(guildId, userId))),
      distinct.map(({ activityId }) => storable(activityId)),
      column(distinct.map(({ uncountedSinceMs }) => uncountedSinceMs)),
      column(distinct.map(({ endedMs }) => endedMs)),
    ],
  );
}

/**
 * Removes what is over; part of a batch's transaction. Keys are looked up first: else the database takes all who do the
 * same beside each who ended it.
 */
export async function closeActivities(
  connection: Connection,
  closed: ActivityChanges["closed"],
): Promise<void> {
  if (closed.length === 0) return;
  await connection.query(
    `WITH ended AS MATERIALIZED (
       SELECT closed.guild_id, key, activity
       FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS closed (guild_id, id, activity)
       JOIN member ON member.guild_id = closed.guild_id AND member.id = closed.id)
     DELETE FROM activity_session USING ended
     WHERE activity_session.guild_id = ended.guild_id AND activity_session.member = ended.key
       AND activity_session.activity = ended.activity`,
    [
      column(closed.map(({ guildId }) => guildId)),
      column(closed.map(({ userId }) => userId)),
      closed.map(({ activityId }) => storable(activityId)),
    ],
  );
}

/** What earlier runs left. LIMIT as in who is in voice. */
export async function readOpenActivities(
  connection: Connection,
  guildIds: readonly Snowflake[] | null = null,
): Promise<OpenActivity[]> {
  const { rows } = await connection.query<OpenActivity>(
    `SELECT activity_session.guild_id::text AS "guildId", member.id::text AS "userId", bot,
       activity AS "activityId", begin_ms AS "uncountedSinceMs", end_ms AS "endedMs",
       coalesce(settled_ms, 0) AS "settledMs"
     FROM activity_session
     CROSS JOIN LATERAL (SELECT id, bot FROM member
       WHERE member.guild_id = activity_session.guild_id AND key = activity_session.member LIMIT 1) AS member
     JOIN guild ON guild.guild_id = activity_session.guild_id
     ${guildIds === null ? "" : "WHERE activity_session.guild_id = ANY ($1::bigint[])"}`,
    guildIds === null ? [] : [column(guildIds)],
  );
  return [...rows];
}
