import type { Snowflake } from "../snowflake.ts";
import type { MessageObservation } from "./observations.ts";

/** A channel whose past messages can be read. */
export interface ReadableChannel {
  readonly channelId: Snowflake;
  /** The channel of a thread; `null` for all others. */
  readonly parentId: Snowflake | null;
  /** Its newest message, as far as Discord told; `null` when it has none. */
  readonly newestMessageId: Snowflake | null;
}

/** Some messages of one channel, in a row. */
export interface HistoryPage {
  /** Those that can be counted, oldest first. */
  readonly messages: readonly MessageObservation[];
  /** How many messages were read, those that cannot be counted included. */
  readonly size: number;
  /** The oldest and the newest message of the page, counted or not; `null` for an empty page. */
  readonly oldestId: Snowflake | null;
  readonly newestId: Snowflake | null;
  /** Whether the channel has no messages beyond this page, in the direction that was read. */
  readonly isLast: boolean;
}

/** The past of a guild's channels, as Discord tells it. */
export interface HistorySource {
  /** Channels and threads of a guild that the bot may read, as far as it knows them. */
  channels(guildId: Snowflake): readonly ReadableChannel[];
  /**
   * The messages that follow one.
   * @returns `null` for a channel that cannot be read, or is gone
   * @throws what Discord or the network reported; it may be tried again
   */
  after(guildId: Snowflake, channelId: Snowflake, messageId: Snowflake): Promise<HistoryPage | null>;
  /** The messages that precede one; otherwise as {@link after}. */
  before(guildId: Snowflake, channelId: Snowflake, messageId: Snowflake): Promise<HistoryPage | null>;
  /** Channels and forums of a guild that may have archived threads, and that the bot may read. */
  threadParents(guildId: Snowflake): readonly Snowflake[];
  /** The archived public threads of a channel or forum; otherwise as {@link after}. */
  archivedThreads(guildId: Snowflake, parentId: Snowflake): Promise<readonly ReadableChannel[] | null>;
}
