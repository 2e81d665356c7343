import type { Snowflake } from "../../snowflake.ts";

/** Which past of a server to import; instants in Unix milliseconds, `[sinceMs, untilMs)`. */
export interface ImportRequest {
  readonly guildId: Snowflake;
  readonly channelId: Snowflake | null;
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
}

/** How far an import is. */
export interface ImportProgress {
  readonly channels: number;
  readonly channelsDone: number;
  readonly messages: number;
  /** The oldest instant that was reached, Unix milliseconds. */
  readonly oldestMs: number | null;
}

export interface ImportReport extends ImportProgress {
  readonly failures: readonly { readonly channelId: Snowflake }[];
  readonly isCancelled: boolean;
}

/** Imports of servers' pasts, as commands see them. */
export interface PastImports {
  /** How many channels an import would read, archived threads left out. */
  channels(request: ImportRequest): number;
  start(request: ImportRequest, onProgress: (progress: ImportProgress) => void): Promise<ImportReport>;
  /** `null` when none runs in the server. */
  progressOf(guildId: Snowflake): ImportProgress | null;
  /** @returns whether there was one to call off */
  cancel(guildId: Snowflake): boolean;
}
