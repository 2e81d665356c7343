import { z } from "zod";
import { MEMBERS_FILTERS } from "../members-filter.ts";
import { PERIODS } from "../period.ts";
import { SERVER_CARDS } from "../server-card.ts";
import { POST_TROUBLES, type PostTiming, type ScheduledPost } from "./scheduled-post.ts";

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

/** A post as a table holds it: what a newer version wrote need not be known here. */
export interface StoredPostRow {
  readonly guild: string;
  readonly id: number;
  readonly channel: string;
  readonly every: string;
  /** Of the week or month, as {@link postDay} tells it. */
  readonly day: number | null;
  readonly hour: number | null;
  readonly card: string;
  readonly period: string;
  readonly members: string;
  readonly doneMs: number;
  readonly message: string | null;
  readonly trouble: string | null;
}

/** The post of a row; nothing where this version does not know how to make it. */
export function postsIn({ every, day, hour, ...rest }: StoredPostRow): ScheduledPost[] {
  const { data } = row.safeParse({ ...rest, timing: { every, day, hour } });
  return data === undefined ? [] : [postOf(data)];
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

/** The day of the week or month of a timing that has one. */
export function postDay(timing: PostTiming): number | null {
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
