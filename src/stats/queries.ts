import { type Clock, HOUR_MS } from "../clock.ts";
import type { Counter } from "../counting/counter.ts";
import { isLong } from "../period.ts";
import { ACTIVITY_TYPE_NAMES, type ActivityType } from "../place-id.ts";
import type { Snowflake } from "../snowflake.ts";
import { activitiesView, activityView, memberActivitiesView } from "./activities.ts";
import { activityNames } from "./activity-names.ts";
import { requireOneOf, requirePage, requireSnowflake, requireTop, requireTwo } from "./arguments.ts";
import { categoryView } from "./category.ts";
import { channelView } from "./channel.ts";
import { compareView } from "./compare.ts";
import { type CountedChannel, countedChannels } from "./counted-channels.ts";
import { daySpan, daysOf, localDays } from "./days.ts";
import { Frame, type Groups } from "./frame.ts";
import { growthView } from "./growth.ts";
import { memberView } from "./member.ts";
import { metricView } from "./metric.ts";
import { rhythmView } from "./rhythm.ts";
import { roleView } from "./role.ts";
import type { Selection } from "./selection.ts";
import { serverView } from "./server.ts";
import { topView } from "./top.ts";
import {
  type ActivitiesView,
  type ActivityView,
  type CategoryView,
  type ChannelView,
  type CompareView,
  type GrowthView,
  MEMBERS_FILTERS,
  METRICS,
  type MemberActivitiesView,
  type MembersFilter,
  type MemberView,
  type Metric,
  type MetricView,
  PERIODS,
  type Period,
  type RhythmView,
  type RoleView,
  type ServerView,
  type TopMetric,
  type TopOf,
  type TopView,
  type View,
  type VoiceStatesView,
} from "./views.ts";
import { voiceStatesView } from "./voice-states.ts";

/** What a query may choose; all are optional. */
export interface QueryOptions {
  /** The period of ranks, top lists, shares and, where it is a long one, of days; default `"30d"`. */
  readonly period?: Period;
  /** Whose activity counts; default `"humans"`. */
  readonly members?: MembersFilter;
  /**
   * Which channels may be listed, for a viewer who cannot see all; default: all. Channels are ranked among those, and a
   * category is those of its channels; all other totals are of everything.
   */
  readonly listsChannel?: (channelId: Snowflake) => boolean;
  /** Whose place a top list of members tells when its page does not show it; default: nobody's. */
  readonly aroundMemberId?: Snowflake;
}

/** One view of one guild, by name. */
export type ViewRequest =
  | { readonly kind: "server" }
  | { readonly kind: "member"; readonly memberId: Snowflake }
  | { readonly kind: "channel"; readonly channelId: Snowflake }
  | { readonly kind: "role"; readonly roleId: Snowflake }
  | { readonly kind: "category"; readonly categoryId: Snowflake }
  | { readonly kind: Metric }
  | { readonly kind: "activities" }
  | { readonly kind: "activity"; readonly name: string }
  | { readonly kind: "member-activities"; readonly memberId: Snowflake }
  | {
      readonly kind: "top";
      readonly metric: TopMetric;
      readonly of: TopOf;
      /** From 0, which is the default. */
      readonly page?: number;
    }
  | { readonly kind: "growth" }
  | { readonly kind: "rhythm"; readonly metric: Metric }
  | {
      readonly kind: "compare";
      readonly of: CompareView["of"];
      readonly ids: readonly [Snowflake, Snowflake];
    };

/**
 * Numbers, typed. Every method takes a guild id and {@link QueryOptions}; a guild, member, channel, role or category
 * that was never counted gives zeros. Once the guild is loaded nothing but memory is read, and once an hour, off the
 * event loop, the hours with which the last 30 days are compared; when the store does not tell them in 300 ms, the
 * answer comes without. For `90d` and `1y` the days before those in memory are read as well, off the event loop: for
 * the first question about a guild, which waits for them, and kept from then on as long as there is room.
 *
 * All reject with `ARGUMENT_INVALID` for a malformed id, period or filter, and with a `STORE_*` code when the
 * guild must be loaded and the store fails.
 */
export class Queries {
  readonly #counter: Counter;
  readonly #clock: Clock;
  readonly #timeZone: string;
  readonly #groups: Groups;

  /**
   * @internal `GuildStats` makes it.
   * @param timeZone IANA zone of guilds that chose none
   * @param groups who has which role, and which channel is in which category, now
   */
  constructor(counter: Counter, clock: Clock, timeZone: string, groups: Groups) {
    this.#counter = counter;
    this.#clock = clock;
    this.#timeZone = timeZone;
    this.#groups = groups;
  }

  /** The whole guild. */
  async server(guildId: Snowflake, options: QueryOptions = {}): Promise<ServerView> {
    return serverView(await this.#frame(guildId, options), selected(options));
  }

  /** One member. */
  async member(guildId: Snowflake, memberId: Snowflake, options: QueryOptions = {}): Promise<MemberView> {
    requireSnowflake("memberId", memberId);
    return memberView(await this.#frame(guildId, options), memberId, selected(options));
  }

  /** One channel, forum or thread. */
  async channel(guildId: Snowflake, channelId: Snowflake, options: QueryOptions = {}): Promise<ChannelView> {
    requireSnowflake("channelId", channelId);
    return channelView(await this.#frame(guildId, options), channelId, selected(options));
  }

  /** The guild's messages alone. */
  async messages(guildId: Snowflake, options: QueryOptions = {}): Promise<MetricView> {
    return metricView(await this.#frame(guildId, options), "messages", selected(options));
  }

  /** The guild's time in voice alone. */
  async voice(guildId: Snowflake, options: QueryOptions = {}): Promise<MetricView> {
    return metricView(await this.#frame(guildId, options), "voice", selected(options));
  }

  /** Those who have a role now. Of members whom the bot has not in its cache the roles are not known. */
  async role(guildId: Snowflake, roleId: Snowflake, options: QueryOptions = {}): Promise<RoleView> {
    requireSnowflake("roleId", roleId);
    return roleView(await this.#frame(guildId, options), roleId, selected(options));
  }

  /** The channels that are in a category now, with their threads. */
  async category(
    guildId: Snowflake,
    categoryId: Snowflake,
    options: QueryOptions = {},
  ): Promise<CategoryView> {
    requireSnowflake("categoryId", categoryId);
    return categoryView(await this.#frame(guildId, options), categoryId, selected(options));
  }

  /**
   * A page of ten of those who did most.
   * @param options also `metric`, `of` and `page`, from 0, the default; beyond the end the last page comes. Activities
   * happen in no channel, and are listed by `activities` alone.
   */
  async top(
    guildId: Snowflake,
    {
      metric,
      of,
      page = 0,
      ...options
    }: QueryOptions & { readonly metric: TopMetric; readonly of: TopOf; readonly page?: number },
  ): Promise<TopView> {
    requireTop(metric, of);
    requirePage(page);
    const aroundMemberId = options.aroundMemberId ?? null;
    if (aroundMemberId !== null) requireSnowflake("aroundMemberId", aroundMemberId);
    const frame = await this.#frame(guildId, options);
    return topView(frame, { metric, of, page, aroundMemberId }, selected(options));
  }

  /** When the guild is busy, by hour of the week. */
  async rhythm(
    guildId: Snowflake,
    { metric, ...options }: QueryOptions & { readonly metric: Metric },
  ): Promise<RhythmView> {
    requireOneOf("metric", metric, METRICS);
    return rhythmView(await this.#frame(guildId, options), metric, selected(options));
  }

  /** Two members, or two channels, side by side. @param options also `of`, and the two `ids`, which must differ */
  async compare(
    guildId: Snowflake,
    {
      of,
      ids,
      ...options
    }: QueryOptions & { readonly of: CompareView["of"]; readonly ids: readonly [Snowflake, Snowflake] },
  ): Promise<CompareView> {
    requireOneOf("of", of, ["members", "channels"]);
    requireTwo(ids);
    return compareView(await this.#frame(guildId, options), of, ids, selected(options));
  }

  /**
   * How time in voice was spent: of the guild, or of one member, one channel, or one member in one channel.
   * @param options also `memberId` and `channelId`
   */
  async voiceStates(
    guildId: Snowflake,
    options: QueryOptions & { readonly memberId?: Snowflake; readonly channelId?: Snowflake } = {},
  ): Promise<VoiceStatesView> {
    const { memberId, channelId } = options;
    if (memberId !== undefined) requireSnowflake("memberId", memberId);
    if (channelId !== undefined) requireSnowflake("channelId", channelId);
    const frame = await this.#frame(guildId, options);
    const { members, places } = frame.record;
    return voiceStatesView(frame, options.period ?? "30d", {
      // An index that no cell has stands for who was never counted.
      member: memberId === undefined ? null : (members.find(memberId) ?? -1),
      place: channelId === undefined ? null : (places.find(channelId) ?? -1),
    });
  }

  /** What members do: the activities and members of most time. */
  async activities(guildId: Snowflake, options: QueryOptions = {}): Promise<ActivitiesView> {
    return activitiesView(await this.#frame(guildId, options), selected(options).period);
  }

  /**
   * One activity by name, in any case of letters: who does it most, and when.
   * @param options `type`: only of that type, where several have the name; default: all
   */
  async activity(
    guildId: Snowflake,
    name: string,
    { type, ...options }: QueryOptions & { readonly type?: ActivityType } = {},
  ): Promise<ActivityView> {
    if (type !== undefined) requireOneOf("type", type, ACTIVITY_TYPE_NAMES);
    return activityView(await this.#frame(guildId, options), name, type ?? null, selected(options).period);
  }

  /** What one member does. */
  async memberActivities(
    guildId: Snowflake,
    memberId: Snowflake,
    options: QueryOptions = {},
  ): Promise<MemberActivitiesView> {
    requireSnowflake("memberId", memberId);
    return memberActivitiesView(await this.#frame(guildId, options), memberId, selected(options).period);
  }

  /** Names of the activities that were counted, those of most time first. */
  async activityNames(guildId: Snowflake): Promise<readonly string[]> {
    return activityNames(await this.#frame(guildId, {}));
  }

  /** All channels that have counts, deleted ones too, in no order. */
  async countedChannels(guildId: Snowflake): Promise<readonly CountedChannel[]> {
    return countedChannels(await this.#frame(guildId, { members: "both" }));
  }

  /** Joins, leaves and the member count by day. @param options only `period`: how many days, see `GrowthView` */
  async growth(guildId: Snowflake, { period }: Pick<QueryOptions, "period"> = {}): Promise<GrowthView> {
    return growthView(await this.#frame(guildId, period === undefined ? {} : { period }));
  }

  /** Any view, by request. */
  async view(guildId: Snowflake, request: ViewRequest, options: QueryOptions = {}): Promise<View> {
    switch (request.kind) {
      case "server":
        return await this.server(guildId, options);
      case "member":
        return await this.member(guildId, request.memberId, options);
      case "channel":
        return await this.channel(guildId, request.channelId, options);
      case "role":
        return await this.role(guildId, request.roleId, options);
      case "category":
        return await this.category(guildId, request.categoryId, options);
      case "messages":
        return await this.messages(guildId, options);
      case "voice":
        return await this.voice(guildId, options);
      case "activities":
        return await this.activities(guildId, options);
      case "activity":
        return await this.activity(guildId, request.name, options);
      case "member-activities":
        return await this.memberActivities(guildId, request.memberId, options);
      case "top":
        return await this.top(guildId, {
          ...options,
          metric: request.metric,
          of: request.of,
          page: request.page ?? 0,
        });
      case "growth":
        return await this.growth(guildId, options);
      case "rhythm":
        return await this.rhythm(guildId, { ...options, metric: request.metric });
      case "compare":
        return await this.compare(guildId, { ...options, of: request.of, ids: request.ids });
      default:
        return request satisfies never;
    }
  }

  async #frame(guildId: Snowflake, options: QueryOptions): Promise<Frame> {
    requireSnowflake("guildId", guildId);
    if (options.period !== undefined) requireOneOf("period", options.period, PERIODS);
    if (options.members !== undefined) requireOneOf("members", options.members, MEMBERS_FILTERS);
    const period = options.period ?? "30d";
    const long = isLong(period) ? period : null;
    let record = await this.#counter.reader.recordToCompare(guildId);
    // An erasure that was next in line may have unloaded the guild before this line ran.
    while (record.hot === null || (long !== null && !this.#counter.reader.knowsDays(record, long)))
      record = await (long === null
        ? this.#counter.reader.record(guildId)
        : this.#counter.reader.recordWithDays(guildId, long));
    // What was counted while this waited is part of the answer.
    this.#counter.reader.catchUp(record);
    const { hot } = record;
    const timeZone = this.#counter.admission.settingsOf(guildId).timeZone ?? this.#timeZone;
    const nowMs = this.#clock.nowMs();
    // A host's clock that was set back is behind the window's hour.
    const hourShare = Math.min(1, Math.max(0, nowMs / HOUR_MS - hot.head));
    const days = localDays(timeZone, nowMs);
    // The days of a long period are those of the window's hour, and its figures theirs.
    const shown = hot.days !== null && long !== null ? daySpan(timeZone, hot.days.today, daysOf(long)) : days;
    const filter = options.members ?? "humans";
    return new Frame(record, hot, filter, days, hourShare, this.#groups, period, shown);
  }
}

function selected(options: QueryOptions): Selection {
  return { period: options.period ?? "30d", listsChannel: options.listsChannel ?? (() => true) };
}
