import type { MembersFilter } from "../members-filter.ts";
import type { Period } from "../period.ts";
import type { ServerCard } from "../server-card.ts";
import type { Snowflake } from "../snowflake.ts";

/**
 * When a card comes: at an hour of the guild's calendar, or as one message that is kept up to date. `weekday` is 0 for
 * Monday to 6 for Sunday; `monthDay` is 1 to 31, the last day where a month has fewer; `hour` is 0 to 23, and where
 * clocks skip it, the instant at which they do.
 */
export type PostTiming =
  | { readonly every: "day"; readonly hour: number }
  | { readonly every: "week"; readonly weekday: number; readonly hour: number }
  | { readonly every: "month"; readonly monthDay: number; readonly hour: number }
  | { readonly every: "refresh" };

/** What an admin asks for: a card of the server that comes by itself. */
export interface PostPlan {
  readonly guildId: Snowflake;
  readonly channelId: Snowflake;
  readonly timing: PostTiming;
  readonly card: ServerCard;
  readonly period: Period;
  readonly members: MembersFilter;
}

/** Why a card could not be posted though its channel is there. */
export const POST_TROUBLES = [
  /** The bot may not see the channel, write in it, or attach files there. */
  "permissions",
  /** The guild has turned GuildStats off or hides its members, or activities are not counted any more. */
  "off",
  /** Discord, the store or the renderer failed. */
  "failed",
] as const;
/** One of {@link POST_TROUBLES}. */
export type PostTrouble = (typeof POST_TROUBLES)[number];

/** A {@link PostPlan} and how far it got. It names no user. */
export interface ScheduledPost extends PostPlan {
  /** Unique in its guild, from 1; a number that was removed may come again. */
  readonly id: number;
  /** Up to which instant, inclusive, all that was due is posted or let go, Unix milliseconds. */
  readonly doneMs: number;
  /** The message that is kept up to date; `null`: none yet, or a timing that posts anew. */
  readonly messageId: Snowflake | null;
  /** Why the last attempt was none; `null`: it was one, or none was made. */
  readonly trouble: PostTrouble | null;
}
