import type { Snowflake } from "../snowflake.ts";
import type { HourRows, PopulationRow, StoredMember, StoredPlace } from "./rows.ts";
import type { ActivityChanges, SessionChanges } from "./sessions.ts";

/** A range of message ids of one channel, `[fromId, untilId)`. */
export interface MessageRange {
  readonly channelId: Snowflake;
  readonly fromId: Snowflake;
  readonly untilId: Snowflake;
}

/** A {@link MessageRange} that is in the counters from now on. */
export interface ImportedRange extends MessageRange {
  readonly guildId: Snowflake;
  /** The channel of a thread; `null` for all others. */
  readonly parentId: Snowflake | null;
}

/** Which messages of a guild are in the counters. */
export interface CountedMessages {
  /** When the guild was first counted as it happened, Unix milliseconds; `null`: never. */
  readonly liveSinceMs: number | null;
  /** By channel: the first and the newest message that was counted as it came, or read back. */
  readonly channels: ReadonlyMap<
    Snowflake,
    { readonly firstId: Snowflake | null; readonly newestId: Snowflake | null }
  >;
  /** The past that was imported; ranges of a channel may touch. */
  readonly imported: readonly MessageRange[];
}

/** What was counted in one guild since the last batch. Rows hold differences, never totals. */
export interface GuildDelta {
  readonly guildId: Snowflake;
  readonly places: readonly StoredPlace[];
  readonly members: readonly StoredMember[];
  /** At most one row per (hour, place, member, state). */
  readonly rows: HourRows;
  /** Joins and leaves are differences, `members` replaces what was known; at most one row an hour. */
  readonly population: readonly PopulationRow[];
}

/**
 * The unit that is written all or not at all, and exactly once: a store remembers each writer's last
 * sequence, so that a batch whose answer was lost can be sent again under the same number.
 */
export interface Batch {
  /** Names one run of one process; a random UUID. */
  readonly writer: string;
  /** 1 for a writer's first batch, then one more each. */
  readonly sequence: number;
  /** When the batch was made, Unix milliseconds: nothing in it is later. Becomes a new guild's `sinceMs`. */
  readonly cutAtMs: number;
  readonly guilds: readonly GuildDelta[];
  /**
   * Up to when time, joins and leaves of guilds are counted once this batch is in the store, Unix milliseconds: the
   * `settledMs` of their open sessions. All of it that was not written before is in this batch, so that whoever dies after it
   * was counted up to there, and whoever dies before it up to where the guild was settled last.
   */
  readonly settledMs: ReadonlyMap<Snowflake, number>;
  /** `null`: the open sessions are as they were. */
  readonly sessions: SessionChanges | null;
  /** `null`: what members do is as it was. */
  readonly activities: ActivityChanges | null;
  /**
   * The range of one channel's past whose messages are in this batch and those before it; the batch then holds
   * nothing else. A range that ends where one before it ends extends that one backwards.
   */
  readonly imported: ImportedRange | null;
  /**
   * For each guild in the batch, the epoch of the lease under which it was counted; `null`: the store has no
   * {@link Store.leases}, or nobody else writes to it.
   */
  readonly epochs: ReadonlyMap<Snowflake, number> | null;
  /**
   * The last version of {@link Store.changes} that the writer had taken in when the batch was cut; `null`: nobody else
   * changes the store. Whoever was erased or opted out in another process since then is left out of the batch, for all
   * that it holds of them may be from before.
   */
  readonly changesSeen: number | null;
}

/**
 * What became of a batch. Where the writer does not hold a guild any more, its part is refused, and all else is in the
 * store: by this call, or since an earlier one.
 */
export type Applied = "applied" | "duplicate" | { readonly refused: readonly Snowflake[] };
