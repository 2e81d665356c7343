import type { Snowflake } from "../snowflake.ts";
import type { PostTrouble, ScheduledPost } from "../store/scheduled-post.ts";

/** What became of an attempt. */
export type PostOutcome =
  | { readonly kind: "posted"; readonly messageId: Snowflake }
  /** The message kept up to date shows what it should already. */
  | { readonly kind: "unchanged" }
  /** The channel, or the message kept up to date, was deleted: so is the post, for nobody wants it back. */
  | { readonly kind: "gone"; readonly what: "channel" | "message" }
  /** It is tried again later, and until the next one is due at most. */
  | { readonly kind: "refused"; readonly trouble: Exclude<PostTrouble, "failed"> }
  /** The guild is in an outage or not with this process: nothing is known, and nothing decided. */
  | { readonly kind: "away" };

/** Posts cards; what only Discord's side knows. */
export interface Poster {
  /** Whether the guild is with this process and can be written to. */
  isHere(guildId: Snowflake): boolean;
  /**
   * Makes one attempt.
   * @param dueMs the instant for which it is, Unix milliseconds: a second attempt for the same one must not lead to a second message
   * @throws what Discord, the store or the renderer failed with; it is tried again
   */
  post(post: ScheduledPost, dueMs: number): Promise<PostOutcome>;
}
