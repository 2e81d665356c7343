import type { MembersFilter } from "../members-filter.ts";
import type { LongPeriod, Period } from "../period.ts";
import type { ActivityType, PlaceId } from "../place-id.ts";
import type { Snowflake } from "../snowflake.ts";
import type { VoiceStateName } from "../voice-state.ts";

export { MEMBERS_FILTERS, type MembersFilter } from "../members-filter.ts";
export { LONG_PERIODS, type LongPeriod, PERIODS, type Period } from "../period.ts";

/** What is counted of everyone: how many messages, and milliseconds in voice. */
export type Metric = "messages" | "voice";
/** All metrics. */
export const METRICS = ["messages", "voice"] as const satisfies readonly Metric[];

/** What a top list is by: `activities` is time in activities, in milliseconds. */
export type TopMetric = Metric | "activities";
/** All metrics of top lists. */
export const TOP_METRICS = ["messages", "voice", "activities"] as const satisfies readonly TopMetric[];

/** What a top list ranks. Activities happen in no channel, and only they have a list of activities. */
export type TopOf = "members" | "channels" | "roles" | "activities";
/** All that top lists rank. */
export const TOP_OF = ["members", "channels", "roles", "activities"] as const satisfies readonly TopOf[];

/** By period. The long ones are there when they were asked for: a view of `1y` has both, one of `90d` its own. */
export type ByPeriod<T> = Readonly<Record<Exclude<Period, LongPeriod>, T> & Partial<Record<LongPeriod, T>>>;
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

/**
 * Activity per local day, oldest first, the current day last: 90 entries in each list for the period `90d`, 365 for
 * `1y`, and 30 for all others.
 */
export interface DailySeries {
  /** IANA zone in which the days were cut. */
  readonly timeZone: string;
  /** ISO local dates, `YYYY-MM-DD`. */
  readonly days: readonly string[];
  readonly messages: readonly number[];
  readonly voiceMs: readonly number[];
  /**
   * How many leading days lie before the guild was first counted: their zeros are unknown, not zero, and the
   * chart shows a gap there.
   */
  readonly unknownDays: number;
}

/**
 * When something happens in a week of the guild's time zone, summed over the last whole days that make whole weeks.
 * Values have 168 entries, by `weekday * 24 + hour`: weekday 0 is Monday, hours are local, 0 to 23.
 */
export interface Rhythm {
  /** IANA zone. */
  readonly timeZone: string;
  /** How many whole weeks are summed, 0 to 4: those since counting began. */
  readonly weeks: number;
  readonly messages: readonly number[];
  readonly voiceMs: readonly number[];
}

/** Days with any activity among those of the view's {@link DailySeries}. */
export interface Streaks {
  readonly activeDays: number;
  /** Of how many days the activity is known. */
  readonly knownDays: number;
  /** Days in a row up to today, or up to yesterday while today is silent; 0: none. */
  readonly currentDays: number;
  readonly longestDays: number;
}

interface ViewBase {
  readonly guildId: Snowflake;
  readonly members: MembersFilter;
  /** The period of ranks, top lists and shares; totals come for all periods. */
  readonly period: Period;
  /** When counting began, Unix milliseconds; `null` when nothing was counted yet. */
  readonly sinceMs: number | null;
  readonly totals: ByPeriod<ByMetric<number>>;
  /** Totals of the periods of equal length before; `null` where counting began later, for `1y` and for all time. */
  readonly previous: ByPeriod<ByMetric<number> | null>;
  readonly daily: DailySeries;
}

/** The whole guild at a glance. */
export interface ServerView extends ViewBase {
  readonly kind: "server";
  /** How many members (or bots, by the filter) sent a message / were in voice. */
  readonly contributors: ByPeriod<ByMetric<number>>;
  readonly topMembers: ByMetric<readonly RankedEntry[]>;
  readonly topChannels: ByMetric<readonly RankedEntry[]>;
}

/** One member. */
export interface MemberView extends ViewBase {
  readonly kind: "member";
  readonly memberId: Snowflake;
  readonly ranks: ByMetric<Rank>;
  readonly topChannels: ByMetric<readonly RankedEntry[]>;
  /** The member's place, with at most two above and two below; empty without a rank. Shares are of the guild's total. */
  readonly neighbours: ByMetric<readonly RankedEntry[]>;
  readonly rhythm: Rhythm;
  readonly streaks: Streaks;
  readonly voiceStates: VoiceStates;
}

/** A text, voice, stage or forum channel, or a thread. */
export interface ChannelView extends ViewBase {
  readonly kind: "channel";
  readonly channelId: Snowflake;
  readonly contributors: ByPeriod<ByMetric<number>>;
  /** Among the channels; `null` also for threads, which are part of theirs. */
  readonly ranks: ByMetric<Rank>;
  readonly topMembers: ByMetric<readonly RankedEntry[]>;
  /** The channel's threads (a forum's posts) by messages. */
  readonly topThreads: readonly RankedEntry[];
  readonly voiceStates: VoiceStates;
}

/** Those who have a role now. */
export interface RoleView extends ViewBase {
  readonly kind: "role";
  readonly roleId: Snowflake;
  readonly contributors: ByPeriod<ByMetric<number>>;
  /** Among the roles. */
  readonly ranks: ByMetric<Rank>;
  readonly topMembers: ByMetric<readonly RankedEntry[]>;
  readonly topChannels: ByMetric<readonly RankedEntry[]>;
}

/** The channels that are in a category now. */
export interface CategoryView extends ViewBase {
  readonly kind: "category";
  readonly categoryId: Snowflake;
  readonly contributors: ByPeriod<ByMetric<number>>;
  /** Among the categories. */
  readonly ranks: ByMetric<Rank>;
  readonly topMembers: ByMetric<readonly RankedEntry[]>;
  readonly topChannels: ByMetric<readonly RankedEntry[]>;
}

/** The server's messages alone, or its voice alone. */
export interface MetricView extends ViewBase {
  readonly kind: "messages" | "voice";
  readonly contributors: ByPeriod<ByMetric<number>>;
  readonly topMembers: readonly RankedEntry[];
  readonly topChannels: readonly RankedEntry[];
  /** `null` for messages. */
  readonly voiceStates: VoiceStates | null;
}

/** A page of those who did most. */
export interface TopView extends Omit<ViewBase, "totals" | "previous" | "daily"> {
  readonly kind: "top";
  readonly metric: TopMetric;
  readonly of: TopOf;
  /** The guild's, of the metric: messages, or milliseconds. */
  readonly totals: ByPeriod<number>;
  readonly previous: ByPeriod<number | null>;
  readonly daily: Omit<DailySeries, "messages" | "voiceMs"> & { readonly values: readonly number[] };
  /** The page's lines, at most 10; an activity's id is a place id. */
  readonly entries: readonly RankedEntry[];
  /** How many have more than zero, listed or not. */
  readonly ranked: number;
  /** From 0; the last one when a later one was asked for. */
  readonly page: number;
  /** At least 1. */
  readonly pages: number;
  /** Of a list of members that does not show the one asked for: that one's place, with one above and one below. */
  readonly around: readonly RankedEntry[];
}

/** When the guild is busy. */
export interface RhythmView extends ViewBase {
  readonly kind: "rhythm";
  readonly metric: Metric;
  readonly rhythm: Rhythm;
}

/** One of the two that are compared. */
export interface Compared {
  readonly id: Snowflake;
  readonly totals: ByPeriod<ByMetric<number>>;
  readonly previous: ByPeriod<ByMetric<number> | null>;
  readonly ranks: ByMetric<Rank>;
  readonly daily: DailySeries;
}

/** Two members, or two channels, side by side. */
export interface CompareView extends Omit<ViewBase, "totals" | "previous" | "daily"> {
  readonly kind: "compare";
  readonly of: "members" | "channels";
  readonly sides: readonly [Compared, Compared];
}

/** A period in which members come and go: of all time there is no saying who left. */
export type GrowthPeriod = Exclude<Period, "lifetime">;
/** All periods in which members come and go. */
export const GROWTH_PERIODS = ["24h", "7d", "30d", "90d", "1y"] as const satisfies readonly GrowthPeriod[];

/** Members who came and who went. */
export interface Movement {
  readonly joins: number;
  readonly leaves: number;
}

/** By {@link GrowthPeriod}, as {@link ByPeriod} has them. */
export type ByGrowthPeriod<T> = Omit<ByPeriod<T>, "lifetime">;

/** How a guild's membership changed. */
export interface GrowthView {
  readonly kind: "growth";
  readonly guildId: Snowflake;
  /** The one of the daily lists, which are as long as a {@link DailySeries}. */
  readonly period: Period;
  /** When counting began, Unix milliseconds; `null` when nothing was counted yet. */
  readonly sinceMs: number | null;
  /** How many members there are now, as far as was heard; `null`: nothing was. */
  readonly memberCount: number | null;
  readonly periods: ByGrowthPeriod<Movement>;
  /** Of the periods of equal length before; `null` where that is not known. */
  readonly previous: ByGrowthPeriod<Movement | null>;
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
export interface VoiceStates {
  /** All time in voice, counted or not. */
  readonly allMs: number;
  /** The part that the guild's settings let count: what all other views show. */
  readonly countedMs: number;
  readonly statesMs: Readonly<Record<VoiceStateName, number>>;
}

export interface VoiceStatesView extends VoiceStates {
  readonly kind: "voice-states";
  readonly guildId: Snowflake;
  readonly members: MembersFilter;
  readonly period: Period;
}

/** Time in activities per local day, as many as a {@link DailySeries} has. */
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
interface ActivityViewBase extends Omit<ViewBase, "totals" | "previous" | "daily"> {
  readonly totals: ByPeriod<number>;
  readonly previous: ByPeriod<number | null>;
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

/** Any view that a card can be made of; `kind` tells which. */
export type View =
  | ServerView
  | MemberView
  | ChannelView
  | RoleView
  | CategoryView
  | MetricView
  | ActivitiesView
  | ActivityView
  | MemberActivitiesView
  | TopView
  | GrowthView
  | RhythmView
  | CompareView;
