import type { Database } from "better-sqlite3";
import type { Snowflake } from "../../snowflake.ts";
import { postDay, postsIn, type StoredPostRow } from "../post-row.ts";
import type { ScheduledPost } from "../scheduled-post.ts";

/** All posts that this version knows how to make. */
export function readPosts(database: Database): ScheduledPost[] {
  return database
    .prepare<[], StoredPostRow>(
      `SELECT CAST(guild.id AS TEXT) AS guild, post.id AS id, CAST(channel AS TEXT) AS channel, every, day, hour,
         card, period, members, done_ms AS doneMs, CAST(message AS TEXT) AS message, trouble
       FROM post JOIN guild ON guild.key = post.guild ORDER BY post.guild, post.id`,
    )
    .all()
    .flatMap(postsIn);
}

/** A guild may have posts before anything was counted: `since_ms` stays NULL. @returns whether its id was free */
export function addPost(database: Database, post: ScheduledPost): boolean {
  const known = database.prepare<[bigint]>("INSERT INTO guild (id) VALUES (?) ON CONFLICT DO NOTHING");
  const add = database.prepare<[PostValues]>(
    `INSERT INTO post (guild, id, channel, every, day, hour, card, period, members, done_ms, message, trouble)
     VALUES ((SELECT key FROM guild WHERE id = @guild),
       @id, @channel, @every, @day, @hour, @card, @period, @members, @doneMs, @message, @trouble)
     ON CONFLICT (guild, id) DO NOTHING`,
  );
  return database
    .transaction(() => {
      known.run(BigInt(post.guildId));
      return add.run(valuesOf(post)).changes > 0;
    })
    .immediate();
}

export function writePost(database: Database, post: ScheduledPost): void {
  database
    .prepare<[PostValues]>(
      `UPDATE post SET channel = @channel, every = @every, day = @day, hour = @hour, card = @card, period = @period,
         members = @members, done_ms = @doneMs, message = @message, trouble = @trouble
       WHERE guild = (SELECT key FROM guild WHERE id = @guild) AND id = @id`,
    )
    .run(valuesOf(post));
}

type PostValues = Readonly<Record<string, bigint | number | string | null>>;

function valuesOf(post: ScheduledPost): PostValues {
  return {
    guild: BigInt(post.guildId),
    id: post.id,
    channel: BigInt(post.channelId),
    every: post.timing.every,
    day: postDay(post.timing),
    hour: post.timing.every === "refresh" ? null : post.timing.hour,
    card: post.card,
    period: post.period,
    members: post.members,
    doneMs: post.doneMs,
    message: post.messageId === null ? null : BigInt(post.messageId),
    trouble: post.trouble,
  };
}

export function removePost(database: Database, guildId: Snowflake, id: number): void {
  database
    .prepare<[bigint, number]>(
      "DELETE FROM post WHERE guild = (SELECT key FROM guild WHERE id = ?) AND id = ?",
    )
    .run(BigInt(guildId), id);
}
