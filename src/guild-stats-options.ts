import type { Clock } from "./clock.ts";
import type { Logger } from "./logger.ts";
import type { Snowflake } from "./snowflake.ts";
import type { Store } from "./store/store.ts";
import type { ThemeName } from "./theme-name.ts";

/** What a bot developer may pass; everything but `store` has a default. `options.ts` holds it to its bounds. */
export interface GuildStatsOptions {
  /** Where counts are kept, e.g. `sqlite("guildstats.db")`. Required. */
  store: Store;
  /** Where time comes from. Default: the host's clock. */
  clock?: Clock | undefined;
  /** Milliseconds between flushes, 1,000 to 600,000. Default 30,000. A crash loses at most this much. */
  flushIntervalMs?: number | undefined;
  /**
   * Rows in one write, 10 to 5,000. Default 400; a larger batch blocks the event loop for longer. One channel's
   * messages, and one member's time, are never cut in two, even if they are more.
   */
  batchRows?: number | undefined;
  /** Bytes of guild data to keep in memory, 1 MiB to 64 GiB. Default 256 MiB. */
  memoryBudgetBytes?: number | undefined;
  /**
   * After the bot was away for at most this long, voice that went on is counted and missed messages are read back,
   * 0 to 604,800,000 ms (7 days). Default 86,400,000 (24 h); 0 turns both off.
   */
  recoverWithinMs?: number | undefined;
  /** Most messages of one channel to read back after the bot was away, 0 to 100,000. Default 2,000. */
  recoverMessagesPerChannel?: number | undefined;
  /**
   * Days for which counts are kept by hour, 32 to 3,650; then they are summed by day, in the guild's time zone.
   * Totals never change by that. Default 400.
   */
  hourlyRetentionDays?: number | undefined;
  /** Days for which counts are kept by day, 400 to 36,500 and not below `hourlyRetentionDays`; `null`, the default: for good. */
  dailyRetentionDays?: number | null | undefined;
  /**
   * Whether time in activities (games, music, streams) is counted, by name. Default `false`. Needs the presence
   * intent, which is privileged: without it there is a warning, and activities are not counted.
   */
  activities?: boolean | undefined;
  /** Shorter activities are not counted, 0 to 86,400,000 ms (a day). Default 600,000 (10 minutes). */
  activityMinimumMs?: number | undefined;
  /** Drawn cards to keep, 0 to 100. Default 100; 0 turns the image cache off. */
  imageCacheEntries?: number | undefined;
  /** Bytes of drawn cards to keep, 1 MiB to 1 GiB. Default 32 MiB. */
  imageCacheBytes?: number | undefined;
  /** Milliseconds for which a drawn card may be shown again, 1,000 to 3,600,000. Default 300,000. */
  imageCacheTtlMs?: number | undefined;
  /** Milliseconds to wait for an avatar or icon before a fallback is drawn, 100 to 10,000. Default 2,000. */
  imageFetchTimeoutMs?: number | undefined;
  /** Hosts that avatars and icons may come from. Default: Discord's two. At most 20. */
  imageHosts?: string[] | undefined;
  /** IANA time zone in which days are cut where a guild chose none. Default `"UTC"`. */
  timeZone?: string | undefined;
  /**
   * BCP 47 tag of the language of public answers where a guild chose none. Default `null`: the server's own in Discord.
   * Answers that one person alone sees are in that person's language.
   */
  locale?: string | null | undefined;
  /** Cards' theme where a guild chose none: `"dark"`, `"light"` or `"contrast"`. Default `"dark"`. */
  theme?: ThemeName | undefined;
  /**
   * Cards' accent colour where a guild chose none, 0 to 0xFFFFFF, `"icon"` for the main colour of the guild's icon, or
   * `null` for the theme's. Default `null`.
   */
  accent?: number | "icon" | null | undefined;
  /**
   * How many cards may be asked for in a minute; presses count as well, a minute's cards may come at once, and 0 is no
   * limit. The bot's owners and those who manage the server are not limited.
   */
  cooldowns?:
    | {
        /** By one user, 0 to 600. Default 30. */
        userPerMinute?: number | undefined;
        /** By a guild's users together, 0 to 6,000. Default 300. */
        guildPerMinute?: number | undefined;
      }
    | undefined;
  /**
   * Register the slash commands on start, if they changed; with several processes, the one of shard 0 does it. Default
   * `true`; `false`: see `GuildStats.commands`.
   */
  registerCommands?: boolean | undefined;
  /** Users who may use the owner commands beside the application's owner or team; at most 100. */
  ownerIds?: Snowflake[] | undefined;
  /** Whether guilds are counted that no admin has enabled or disabled. Default `true`. */
  enabledByDefault?: boolean | undefined;
  /**
   * Days after which all that is stored of a guild is erased once the bot has left it, 0 to 365; a bot that comes back
   * earlier finds it as it was. Default 30; 0: at once.
   */
  leftGuildGraceDays?: number | undefined;
  /** On SIGTERM and SIGINT, write what is left and then let the signal take its course. Default `true`. */
  drainOnSignals?: boolean | undefined;
  /** Takes log lines of fields and a message, as pino does. Default: silent. */
  logger?: Logger | undefined;
}
