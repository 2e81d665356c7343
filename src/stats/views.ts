import type { ActivityType, PlaceId } from "../place-id.ts";
import type { Snowflake } from "../snowflake.ts";
import type { VoiceStateName } from "../voice-state.ts";

/** How far back a figure reaches: the last 24, 168 or 720 whole-and-current UTC hours, or everything. */
export type Period = "24h" | "7d" | "30d" | "lifetime";
export const PERIODS = ["24h", "7d", "30d", "lifetime"] as const satisfies readonly Period[];

/** Whose activity counts. */
export type MembersFilter = "humans" | "bots" | "both";
export const MEMBERS_FILTERS = ["humans", "bots", "both"] as const satisfies readonly MembersFilter[];

export type Metric = "messages" | "voice";
export const METRICS = ["messages", "voice"] as const satisfies readonly Metric[];

export type ByPeriod<T> = Readonly<Record<Period, T>>;
/** `messages` is a count, `voice` is milliseconds, wherever a value is keyed by metric. */
export type ByMetric<T> = Readonly<Record<Metric, T>>;

/** A place among those with more than zero; ties share the better place. `null`: nothing counted. */
export type Rank = { readonly place: number; readonly of: number } | null;

/** One line of a top list. `share` is in [0, 1], of the whole guild's (or channel's, member's) total. */
export interface RankedEntry {
  readonly id: Snowflake;
  readonly place: number;
  /** Messages, or milliseconds of voice. */
  readonly value: number;
  readonly share: number;
}

/** Activity per local day, oldest first, the current day last; 30 entries in each list. */
export interface DailySeries {
  /** IANA zone in which the days were cut. */
  readonly timeZone: string;
  /** ISO local dates, `YYYY-MM-DD`. */
  readonly days: readonly string[];
  readonly messages: readonly number[];
  readonly voiceMs: readonly number[];
  /**
   * How many leading days lie before the guild was first counted; their zeros are unknown, not zero, and the
   * chart shows a gap there.
   */
  readonly unknownDays: number;
}

interface ViewBase {
  readonly guildId: Snowflake;
  readonly members: MembersFilter;
  /** The period of ranks, top lists and shares; totals come for all periods. */
  readonly period: Period;
  /** When counting began, Unix milliseconds; `null` when nothing was counted yet. */
  readonly sinceMs: number | null;
  readonly totals: ByPeriod<ByMetric<number>>;
  readonly daily: DailySeries;
}

export interface ServerView extends ViewBase {
  readonly kind: "server";
  /** How many members (or bots, by the filter) sent a message / were in voice. */
  readonly contributors: ByPeriod<ByMetric<number>>;
  readonly topMembers: ByMetric<readonly RankedEntry[]>;
  readonly topChannels: ByMetric<readonly RankedEntry[]>;
}

export interface MemberView extends ViewBase {
  readonly kind: "member";
  readonly memberId: Snowflake;
  readonly ranks: ByMetric<Rank>;
  readonly topChannels: ByMetric<readonly RankedEntry[]>;
}

export interface ChannelView extends ViewBase {
  readonly kind: "channel";
  readonly channelId: Snowflake;
  readonly contributors: ByPeriod<ByMetric<number>>;
  readonly ranks: ByMetric<Rank>;
  readonly topMembers: ByMetric<readonly RankedEntry[]>;
}

/** The server's messages alone, or its voice alone. */
export interface MetricView extends ViewBase {
  readonly kind: "messages" | "voice";
  readonly contributors: ByPeriod<ByMetric<number>>;
  readonly topMembers: readonly RankedEntry[];
  readonly topChannels: readonly RankedEntry[];
}

export interface TopView extends ViewBase {
  readonly kind: "top";
  readonly metric: Metric;
  readonly of: "members" | "channels";
  readonly entries: readonly RankedEntry[];
  /** How many members or channels have more than zero, listed or not. */
  readonly ranked: number;
}

/** How a guild's membership changed in the last 30 local days, oldest first; 30 entries in each list. */
export interface GrowthView {
  readonly kind: "growth";
  readonly guildId: Snowflake;
  readonly daily: {
    /** IANA zone in which the days were cut. */
    readonly timeZone: string;
    /** ISO local dates, `YYYY-MM-DD`. */
    readonly days: readonly string[];
    /** Members who joined and who left; zeros without the GuildMembers intent. */
    readonly joins: readonly number[];
    readonly leaves: readonly number[];
    /** How many members there were when the day ended; `null` before that was first known. */
    readonly members: readonly (number | null)[];
  };
}

/** How time in voice was spent, in milliseconds. States overlap, so their sum may exceed `allMs`. */
export interface VoiceStatesView {
  readonly kind: "voice-states";
  readonly guildId: Snowflake;
  readonly members: MembersFilter;
  readonly period: Period;
  /** All time in voice, counted or not. */
  readonly allMs: number;
  /** The part that the guild's settings let count: what all other views show. */
  readonly countedMs: number;
  readonly statesMs: Readonly<Record<VoiceStateName, number>>;
}

/** Time in activities per local day, oldest first, the current day last; 30 entries in each list. */
export interface ActivitySeries extends Pick<DailySeries, "timeZone" | "days" | "unknownDays"> {
  readonly durationMs: readonly number[];
}

/** One line of a list of activities. */
export interface ActivityEntry extends Omit<RankedEntry, "id"> {
  readonly activityId: PlaceId;
  readonly type: ActivityType;
  readonly name: string;
  /** How many members did it in the period. */
  readonly members: number;
}

/** What views of activities have in common; all values are milliseconds. */
interface ActivityViewBase extends Omit<ViewBase, "totals" | "daily"> {
  readonly totals: ByPeriod<number>;
  readonly daily: ActivitySeries;
}

/** What a guild's members do, of what is counted. */
export interface ActivitiesView extends ActivityViewBase {
  readonly kind: "activities";
  /** How many members (or bots, by the filter) have any time. */
  readonly contributors: ByPeriod<number>;
  /** At most 10; types with one name apart. */
  readonly topActivities: readonly ActivityEntry[];
  readonly topMembers: readonly RankedEntry[];
}

/** One activity by name. */
export interface ActivityView extends ActivityViewBase {
  readonly kind: "activity";
  readonly name: string;
  /** The types under which it was counted, that of most time first; none when it never was. */
  readonly types: readonly ActivityType[];
  readonly contributors: ByPeriod<number>;
  readonly topMembers: readonly RankedEntry[];
}

/** What one member does. */
export interface MemberActivitiesView extends ActivityViewBase {
  readonly kind: "member-activities";
  readonly memberId: Snowflake;
  /** Among the members, by time in all activities. */
  readonly rank: Rank;
  readonly topActivities: readonly ActivityEntry[];
}

export type View = ServerView | MemberView | ChannelView | MetricView | TopView;
