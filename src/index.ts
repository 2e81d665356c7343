export type { BackfillOptions } from "./backfill-options.ts";
export type {
  Card,
  CardContext,
  Change,
  Chart,
  ChartSeries,
  ComparisonRow,
  FigureRow,
  Names,
  Panel,
  RankingRow,
  SeriesRole,
  SplitRow,
  Subject,
  SubjectKind,
  ThemeName,
} from "./cards/card.ts";
export { cardFor } from "./cards/card-for.ts";
export type { Clock, Timer } from "./clock.ts";
export type { BackfillProgress, BackfillReport } from "./counting/backfill.ts";
export type { FlushReport } from "./counting/flusher.ts";
export type { RecoveryProgress } from "./counting/recovery.ts";
export type { RedImportProgress } from "./counting/red-placement.ts";
export { GuildStatsError, type GuildStatsErrorCode } from "./errors.ts";
export type { ExportFile } from "./exports/export-files.ts";
export { GuildStats } from "./guild-stats.ts";
export type { GuildStatsEvents } from "./guild-stats-events.ts";
export type { GuildStatsOptions } from "./guild-stats-options.ts";
export type { CalendarDay } from "./local-day.ts";
export type { Log, LogEvent, LogFields, Logger } from "./logger.ts";
export type * from "./metrics.ts";
export type { ActivityType, PlaceId } from "./place-id.ts";
export type { Erasure, Privacy, Refusals } from "./privacy/privacy.ts";
export { SERVER_CARDS, type ServerCard } from "./server-card.ts";
export type { Snowflake } from "./snowflake.ts";
export type { CountedChannel } from "./stats/counted-channels.ts";
export type { Queries, QueryOptions, ViewRequest } from "./stats/queries.ts";
export * from "./stats/views.ts";
export type * from "./store/red-past.ts";
export * from "./store/scheduled-post.ts";
export * from "./store/store.ts";
export type * from "./store/user-records.ts";
export { VISIBILITIES, type Visibility } from "./visibility.ts";
export { VOICE_STATE_NAMES, VOICE_STATES, type VoiceStateName } from "./voice-state.ts";
