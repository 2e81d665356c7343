import type { GuildStatsErrorCode } from "./errors.ts";

/**
 * What counting does, at one moment. Totals are those of this process since it made the plugin, and only grow; all
 * else is as it is now.
 */
export interface CountingMetrics {
  /** Messages counted, total; those of an imported past are not among them. */
  readonly messagesCounted: number;
  /** Events of the gateway that counting was told of, counted or not, total. */
  readonly eventsHeard: number;
  /** The same by second, over the last 60 s. */
  readonly eventsPerSecond: number;
  /** Members in voice whose time is counted. */
  readonly voiceSessions: number;
  /** Activities that are counted, or may be once they are long enough. */
  readonly activitySessions: number;
  /** Guilds in memory. */
  readonly guildsKnown: number;
  /** Those of them whose window is in memory, so that no SQL is needed to answer. */
  readonly guildsLoaded: number;
  /** Bytes of guild data in memory. */
  readonly cacheBytes: number;
  /** Option `memoryBudgetBytes`. */
  readonly cacheBudgetBytes: number;
  /** Questions that were answered from memory, total. */
  readonly cacheHits: number;
  /** Questions that had to wait for the store, total. */
  readonly cacheLoads: number;
  /** Rows that wait to be written, those in flight included. */
  readonly dirtyRows: number;
  /** Loads, writes and erasures that wait or run. */
  readonly writesWaiting: number;
  /** Rows that the store has taken, total. */
  readonly rowsWritten: number;
  /** Flushes that went well, total; those that found nothing to write are among them. */
  readonly flushes: number;
  /** Flushes that failed, total; nothing is lost by one. */
  readonly flushFailures: number;
  /** Flushes that failed since the last one that went well. */
  readonly consecutiveFlushFailures: number;
  /** The last flush that went well; `null` before the first one. */
  readonly lastFlush: {
    /** When it ended, Unix milliseconds. */
    readonly endedAtMs: number;
    readonly durationMs: number;
    readonly rows: number;
  } | null;
  /** Guilds in which it is looked for missed messages, or that wait for that. */
  readonly guildsRecovering: number;
  /** Channels whose missed messages are read back, or wait for that. */
  readonly channelsRecovering: number;
  /** Imports of a guild's past that run or wait. */
  readonly backfillsRunning: number;
  /** Which guilds are this process's to count, where several share a store; `null`: all are. */
  readonly leases: {
    /** Guilds that it counts. */
    readonly guildsHeld: number;
    /** Guilds that it sees, and another process counts. */
    readonly guildsAwaited: number;
    /** Guilds that another process took while some of their counts were not written yet, which were dropped; total. */
    readonly guildsFenced: number;
  } | null;
}

/** What drawing does; totals as in {@link CountingMetrics}. */
export interface ImageMetrics {
  /** Cards that were drawn, total. */
  readonly draws: number;
  /** Cards that came from the cache, total. */
  readonly hits: number;
  /** Cards that were asked for while the same one was drawn, total. */
  readonly joined: number;
  /** Cards in the cache. */
  readonly entries: number;
  /** Bytes of the cache. */
  readonly bytes: number;
  /** Avatars and icons that were fetched, total. */
  readonly pictureFetches: number;
  readonly drawThreads: number;
  /** Cards that were drawn on the bot's own thread, total: only where no other one runs. */
  readonly drawnOnCaller: number;
}

/** How a connection to the gateway stands. */
export interface ShardMetrics {
  readonly id: number;
  /** As discord.js names it in lower case, such as `"ready"`. */
  readonly status: string;
  /** Of the last heartbeat, milliseconds; `null` before the first one. */
  readonly pingMs: number | null;
  /** Guilds that come by this shard. */
  readonly guilds: number;
}

/** How late the event loop came to what was due, milliseconds beyond the time asked for. */
export interface EventLoopDelay {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** What a store says of itself. */
export interface StoreMetrics {
  /** Bytes of the database, without its write-ahead log. */
  readonly bytes: number;
  readonly schemaVersion: number;
}

/** Figures of one moment, frozen. No field holds a user's, channel's or guild's id. */
export interface Metrics extends CountingMetrics {
  readonly images: ImageMetrics;
  /** Bytes of the process: resident, and of the JavaScript heap in use. */
  readonly memory: { readonly rssBytes: number; readonly heapUsedBytes: number };
  /** Over the last whole minute; in the first one since the start. `null` while the plugin does not run. */
  readonly eventLoopDelay: EventLoopDelay | null;
  /** `null`: the store is not open, or says nothing of itself. */
  readonly store: StoreMetrics | null;
  /** Failures by code, total; a code that never came is left out. */
  readonly failures: Readonly<Partial<Record<GuildStatsErrorCode, number>>>;
  /** `null`: none yet. */
  readonly lastFailure: { readonly code: GuildStatsErrorCode; readonly atMs: number } | null;
  /** Of this process. */
  readonly shards: readonly ShardMetrics[];
  /** How many the bot has in all its processes; 0 before the client logs in. */
  readonly shardsInAll: number;
}
