import type { Snowflake } from "../../snowflake.ts";
import type { OpenVoice, SessionChanges, VoiceSession } from "../store.ts";
import { storable } from "../text.ts";
import { type Connection, column } from "./database.ts";
import type { Keys } from "./keys.ts";

/** Writes who is in voice; part of a batch's transaction. */
export async function openVoice(
  connection: Connection,
  sessions: readonly VoiceSession[],
  places: Keys,
  members: Keys,
): Promise<void> {
  if (sessions.length === 0) return;
  await connection.query(
    `INSERT INTO voice_session (guild_id, member, place, session, state, counted_ms)
     SELECT * FROM unnest($1::bigint[], $2::integer[], $3::integer[], $4::text[], $5::integer[], $6::bigint[])
     ON CONFLICT (guild_id, member) DO UPDATE SET place = excluded.place, session = excluded.session,
       state = excluded.state, counted_ms = excluded.counted_ms`,
    [
      column(sessions.map(({ guildId }) => guildId)),
      column(sessions.map(({ guildId, userId }) => members.of(guildId, userId))),
      column(sessions.map(({ guildId, channelId }) => places.of(guildId, channelId))),
      sessions.map(({ sessionId }) => storable(sessionId)),
      column(sessions.map(({ state }) => state)),
      column(sessions.map(({ countedMs }) => countedMs)),
    ],
  );
}

/**
 * Removes who left; part of a batch's transaction. Keys are looked up first: else the database may take each of a guild's
 * sessions beside each that ended.
 */
export async function closeVoice(connection: Connection, closed: SessionChanges["closed"]): Promise<void> {
  if (closed.length === 0) return;
  await connection.query(
    `WITH ended AS MATERIALIZED (
       SELECT closed.guild_id, key FROM unnest($1::bigint[], $2::bigint[]) AS closed (guild_id, id)
       JOIN member ON member.guild_id = closed.guild_id AND member.id = closed.id)
     DELETE FROM voice_session USING ended
     WHERE voice_session.guild_id = ended.guild_id AND voice_session.member = ended.key`,
    [column(closed.map(({ guildId }) => guildId)), column(closed.map(({ userId }) => userId))],
  );
}

/**
 * The sessions that earlier runs left open. LIMIT keeps the database from going through all members and places of a guild
 * for each session: it takes guilds for equally large.
 */
export async function readOpenVoice(
  connection: Connection,
  guildIds: readonly Snowflake[] | null = null,
): Promise<OpenVoice[]> {
  const { rows } = await connection.query<OpenVoice>(
    `SELECT voice_session.guild_id::text AS "guildId", member.id::text AS "userId", bot,
       place.id AS "channelId", session AS "sessionId", state, coalesce(counted_ms, settled_ms) AS "settledMs"
     FROM voice_session
     CROSS JOIN LATERAL (SELECT id, bot FROM member
       WHERE member.guild_id = voice_session.guild_id AND key = voice_session.member LIMIT 1) AS member
     CROSS JOIN LATERAL (SELECT id FROM place
       WHERE place.guild_id = voice_session.guild_id AND key = voice_session.place LIMIT 1) AS place
     JOIN guild ON guild.guild_id = voice_session.guild_id
     WHERE coalesce(counted_ms, settled_ms) IS NOT NULL
       ${guildIds === null ? "" : "AND voice_session.guild_id = ANY ($1::bigint[])"}`,
    guildIds === null ? [] : [column(guildIds)],
  );
  return [...rows];
}
