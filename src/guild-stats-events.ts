import type { FlushReport } from "./counting/flusher.ts";
import type { RecoveryProgress } from "./counting/recovery.ts";
import type { GuildStatsError } from "./errors.ts";
import type { Snowflake } from "./snowflake.ts";
import type { RedPlacingReport } from "./store/red-past.ts";

/** What a GuildStats tells its host. Nobody has to listen: an unheard failure is logged, never thrown. */
export interface GuildStatsEvents {
  /** A flush wrote something. */
  flush: [report: FlushReport];
  /** Something went wrong in the background; no count was lost unless the error says so. */
  failure: [error: GuildStatsError];
  /** Missed messages are being read back; once for each channel that is done. */
  recovery: [progress: RecoveryProgress];
  /** What was imported from the Red cog found its guild, and is in the counts. */
  redPlaced: [report: RedPlacingReport];
  /** A user was erased, in one guild or, `null`, in all; told by the process that was asked to. */
  forgotten: [userId: Snowflake, guildId: Snowflake | null];
  /** The bot left this guild a while ago, and all that was stored of it is erased. */
  guildErased: [guildId: Snowflake];
  /** Discord has the slash commands; `written` names those that were new or changed. Of several processes, in that of shard 0. */
  registered: [written: readonly string[]];
}
