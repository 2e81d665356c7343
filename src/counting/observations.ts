import type { Snowflake } from "../snowflake.ts";

/** A message seen on the gateway: who, where and when, never what. */
export interface MessageObservation {
  readonly messageId: Snowflake;
  readonly guildId: Snowflake;
  /** The channel that is counted; a thread's parent. */
  readonly channelId: Snowflake;
  readonly userId: Snowflake;
  readonly bot: boolean;
}

/** Where a member is in voice from now on. */
export interface VoiceObservation {
  readonly guildId: Snowflake;
  readonly userId: Snowflake;
  readonly bot: boolean;
  /** `null`: not in a counted voice channel. */
  readonly channelId: Snowflake | null;
}
