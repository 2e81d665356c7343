import type { Database } from "better-sqlite3";
import { z } from "zod";
import { MEMBERS_FILTERS } from "../../members-filter.ts";
import { PERIODS } from "../../period.ts";
import { SERVER_CARDS } from "../../server-card.ts";
import type { Snowflake } from "../../snowflake.ts";
import { POST_TROUBLES, type PostTiming, type ScheduledPost } from "../scheduled-post.ts";

const hour = z.number().int().min(0).max(23);

const row = z.object({
  guild: z.string(),
  id: z.number().int().min(1),
  channel: z.string(),
  timing: z.discriminatedUnion("every", [
    z.object({ every: z.literal("day"), hour }),
    z.object({ every: z.literal("week"), day: z.number().int().min(0).max(6), hour }),
    z.object({ every: z.literal("month"), day: z.number().int().min(1).max(31), hour }),
    z.object({ every: z.literal("refresh") }),
  ]),
  card: z.enum(SERVER_CARDS),
  period: z.enum(PERIODS),
  members: z.enum(MEMBERS_FILTERS),
  // Beyond it no calendar tells what comes next.
  doneMs: z.number().int().min(0).max(8e15),
  message: z.string().nullable(),
  // A reason that is not known says no less than none.
  trouble: z.enum(POST_TROUBLES).nullable().catch(null),
});

type Row = z.infer<typeof row>;

/** All posts that this version knows how to make. */
export function readPosts(database: Database): ScheduledPost[] {
  return database
    .prepare<[], { readonly every: string; readonly day: number | null; readonly hour: number | null }>(
      `SELECT CAST(guild.id AS TEXT) AS guild, post.id AS id, CAST(channel AS TEXT) AS channel, every, day, hour,
         card, period, members, done_ms AS doneMs, CAST(message AS TEXT) AS message, trouble
       FROM post JOIN guild ON guild.key = post.guild ORDER BY post.guild, post.id`,
    )
    .all()
    .flatMap(({ every, day, hour, ...rest }) => {
      const { data } = row.safeParse({ ...rest, timing: { every, day, hour } });
      return data === undefined ? [] : [postOf(data)];
    });
}

function postOf({ guild, id, channel, timing, card, period, members, doneMs, message, trouble }: Row) {
  return Object.freeze<ScheduledPost>({
    guildId: guild,
    id,
    channelId: channel,
    timing: Object.freeze(timingOf(timing)),
    card,
    period,
    members,
    doneMs,
    messageId: message,
    trouble,
  });
}

function timingOf(timing: Row["timing"]): PostTiming {
  switch (timing.every) {
    case "day":
    case "refresh":
      return timing;
    case "week":
      return { every: "week", weekday: timing.day, hour: timing.hour };
    case "month":
      return { every: "month", monthDay: timing.day, hour: timing.hour };
    default:
      return timing satisfies never;
  }
}

/** A guild may have posts before anything was counted: `since_ms` stays NULL. */
export function writePost(database: Database, post: ScheduledPost): void {
  const known = database.prepare<[bigint]>("INSERT INTO guild (id) VALUES (?) ON CONFLICT DO NOTHING");
  const replace = database.prepare<
    [Readonly<Record<string, bigint | number | string | null>>]
  >(`INSERT OR REPLACE INTO post (guild, id, channel, every, day, hour, card, period, members, done_ms, message, trouble)
     VALUES ((SELECT key FROM guild WHERE id = @guild),
       @id, @channel, @every, @day, @hour, @card, @period, @members, @doneMs, @message, @trouble)`);
  database
    .transaction(() => {
      known.run(BigInt(post.guildId));
      replace.run({
        guild: BigInt(post.guildId),
        id: post.id,
        channel: BigInt(post.channelId),
        every: post.timing.every,
        day: dayOf(post.timing),
        hour: post.timing.every === "refresh" ? null : post.timing.hour,
        card: post.card,
        period: post.period,
        members: post.members,
        doneMs: post.doneMs,
        message: post.messageId === null ? null : BigInt(post.messageId),
        trouble: post.trouble,
      });
    })
    .immediate();
}

function dayOf(timing: PostTiming): number | null {
  switch (timing.every) {
    case "day":
    case "refresh":
      return null;
    case "week":
      return timing.weekday;
    case "month":
      return timing.monthDay;
    default:
      return timing satisfies never;
  }
}

export function removePost(database: Database, guildId: Snowflake, id: number): void {
  database
    .prepare<[bigint, number]>(
      "DELETE FROM post WHERE guild = (SELECT key FROM guild WHERE id = ?) AND id = ?",
    )
    .run(BigInt(guildId), id);
}
