import type { Snowflake } from "../../snowflake.ts";
import { postDay, postsIn, type StoredPostRow } from "../post-row.ts";
import type { ScheduledPost } from "../scheduled-post.ts";
import { type Connection, column } from "./database.ts";
import { holdGuilds } from "./guild-row.ts";

/** All posts that this version knows how to make. @param guildIds of these guilds only; `null`: of all */
export async function readPosts(
  connection: Connection,
  guildIds: readonly Snowflake[] | null = null,
): Promise<ScheduledPost[]> {
  const { rows } = await connection.query<StoredPostRow>(
    `SELECT guild_id::text AS guild, id, channel::text AS channel, every, day, hour, card, period, members,
       done_ms AS "doneMs", message::text AS message, trouble FROM post
     WHERE $1::bigint[] IS NULL OR guild_id = ANY ($1::bigint[]) ORDER BY guild_id, id`,
    [guildIds && column(guildIds)],
  );
  return rows.flatMap(postsIn);
}

/** A guild may have posts before anything was counted: `since_ms` stays NULL. @returns whether its id was free */
export async function addPost(connection: Connection, post: ScheduledPost): Promise<boolean> {
  await holdGuilds(connection, [post.guildId], null, null);
  const { changes } = await connection.query(
    `INSERT INTO post (guild_id, id, channel, every, day, hour, card, period, members, done_ms, message, trouble)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (guild_id, id) DO NOTHING`,
    valuesOf(post),
  );
  return changes > 0;
}

export async function writePost(connection: Connection, post: ScheduledPost): Promise<void> {
  await connection.query(
    `UPDATE post SET channel = $3, every = $4, day = $5, hour = $6, card = $7, period = $8, members = $9,
       done_ms = $10, message = $11, trouble = $12
     WHERE guild_id = $1 AND id = $2`,
    valuesOf(post),
  );
}

function valuesOf(post: ScheduledPost): (number | string | null)[] {
  return [
    post.guildId,
    post.id,
    post.channelId,
    post.timing.every,
    postDay(post.timing),
    post.timing.every === "refresh" ? null : post.timing.hour,
    post.card,
    post.period,
    post.members,
    post.doneMs,
    post.messageId,
    post.trouble,
  ];
}

export async function removePost(connection: Connection, guildId: Snowflake, id: number): Promise<void> {
  await connection.query("DELETE FROM post WHERE guild_id = $1 AND id = $2", [guildId, id]);
}
