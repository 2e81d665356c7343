import type { Snowflake } from "../snowflake.ts";

/** What counting asks of the gateway's own memory; all answers come at once, from what is known now. */
export interface Directory {
  /** A channel's present name, to be stored for the day when it is deleted; `null` when it is not known. */
  channelName(guildId: Snowflake, channelId: Snowflake): string | null;
  /** The category that a channel, or a thread's channel, is in. */
  categoryOf(guildId: Snowflake, channelId: Snowflake): Snowflake | null;
  /** The roles of a member; none of a member who is not known. */
  rolesOf(guildId: Snowflake, userId: Snowflake): readonly Snowflake[];
}
