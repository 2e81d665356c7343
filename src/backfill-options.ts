import type { BackfillProgress } from "./counting/backfill.ts";
import type { Snowflake } from "./snowflake.ts";

/** Which past to import, and who is told; all of it may be left out. */
export interface BackfillOptions {
  /** This channel or forum and its threads only. Default: all that the bot may read. */
  readonly channelId?: Snowflake;
  /** Unix milliseconds. Default: from the beginning. */
  readonly sinceMs?: number;
  /** Unix milliseconds, not included. Default: up to where the guild was counted as it happened. */
  readonly untilMs?: number;
  /** Calls the import off; what was imported stays. */
  readonly signal?: AbortSignal;
  /** Is told after each page of at most 100 messages, and after each channel. */
  readonly onProgress?: (progress: BackfillProgress) => void;
}
