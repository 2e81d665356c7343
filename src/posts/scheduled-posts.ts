import type { GuildStatsError } from "../errors.ts";
import type { ScheduledPost } from "../store/scheduled-post.ts";

/** Most posts of one guild. */
export const MOST_POSTS = 10;

export interface ScheduledPostsEvents {
  /** A card is in its channel, or the message there was brought up to date. @param lateMs since it was due */
  posted(post: ScheduledPost, lateMs: number): void;
  /** What a post was for was deleted, and the post with it. */
  removed(post: ScheduledPost, what: "channel" | "message"): void;
  failed(error: GuildStatsError): void;
}
