import type { Snowflake } from "../../snowflake.ts";
import type { PostPlan, ScheduledPost } from "../../store/scheduled-post.ts";

/** The cards that come by themselves, as commands see them. */
export interface Schedule {
  /** Those of a guild, by number. */
  list(guildId: Snowflake): readonly ScheduledPost[];
  /** When one comes next, or is brought up to date, Unix milliseconds; `null`: that is not known now. */
  nextMs(post: ScheduledPost): number | null;
  /** @throws `ARGUMENT_INVALID` where the guild has as many as it may */
  add(plan: PostPlan): Promise<ScheduledPost>;
  /** @returns what was taken away; `null`: nothing, the guild has none of that number */
  remove(guildId: Snowflake, id: number): Promise<ScheduledPost | null>;
}
