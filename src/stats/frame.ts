import { hourOf } from "../clock.ts";
import type { Directory } from "../counting/directory.ts";
import type { GuildRecord } from "../counting/guild-record.ts";
import { HOT_HOURS, type HotWindow } from "../counting/hot-window.ts";
import { NO_PARENT } from "../counting/interner.ts";
import { ACTIVITY_MS, MESSAGES, type MetricIndex, VOICE_MS } from "../counting/rolling-sums.ts";
import type { CalendarDay } from "../local-day.ts";
import type { Snowflake } from "../snowflake.ts";
import { byPeriod } from "./by-period.ts";
import type { DaySpan, LocalDays } from "./days.ts";
import type { Hourly } from "./hourly.ts";
import type { ByMetric, ByPeriod, DailySeries, MembersFilter, Metric, Period, TopMetric } from "./views.ts";

const METRIC_INDEX: Readonly<Record<TopMetric, MetricIndex>> = {
  messages: MESSAGES,
  voice: VOICE_MS,
  activities: ACTIVITY_MS,
};

/** What a view asks of the gateway's memory. */
export type Groups = Pick<Directory, "categoryOf" | "rolesOf">;

/** One guild's numbers as one filter sees them: what every view is made of. */
export class Frame implements Hourly {
  readonly record: GuildRecord;
  readonly hot: HotWindow;
  readonly filter: MembersFilter;
  /** The one that was asked for. */
  readonly period: Period;
  readonly days: LocalDays;
  /** The days of daily series: longer for a long period. */
  readonly shown: DaySpan;
  /** How much of the current hour has passed, in [0, 1]. */
  readonly hourShare: number;
  /** By place: the channel that it counts for, which is a thread's and otherwise itself; `NO_PARENT`: an activity. */
  readonly channels: Int32Array;
  readonly #groups: Groups;
  readonly #hours: Partial<Record<TopMetric, Float64Array>> = {};
  /** By member: asked once a view, for that is what a view of roles costs. */
  readonly #roles: (readonly Snowflake[])[] = [];

  /**
   * @param period the one that was asked for
   * @param shown its days
   */
  constructor(
    record: GuildRecord,
    hot: HotWindow,
    filter: MembersFilter,
    days: LocalDays,
    hourShare: number,
    groups: Groups,
    period: Period = "30d",
    shown: DaySpan = days,
  ) {
    this.record = record;
    this.hot = hot;
    this.filter = filter;
    this.period = period;
    this.shown = shown;
    this.channels = Int32Array.from(record.places.ids, (_, place) => {
      if (record.places.isActivity(place)) return NO_PARENT;
      const parent = record.places.parentOf(place);
      return parent === NO_PARENT ? place : parent;
    });
    this.days = days;
    this.hourShare = hourShare;
    this.#groups = groups;
  }

  /** Whether the filter lets this member's activity count. */
  includes(member: number): boolean {
    if (this.filter === "both") return true;
    return this.record.members.isBot(member) === (this.filter === "bots");
  }

  /** A member's sum, 0 when the filter leaves the member out, or for an index that no member has. */
  memberValue(member: number, period: number, metric: TopMetric): number {
    if (member < 0 || !this.includes(member)) return 0;
    return this.hot.members.value(member, period, METRIC_INDEX[metric]);
  }

  /** The same of all members, by member; of those left out it is 0. To be read, and not to be kept. */
  memberValues(period: number, metric: TopMetric): Readonly<Float64Array> {
    const all = this.hot.members.column(period, METRIC_INDEX[metric]).subarray(0, this.record.members.size);
    if (this.filter === "both") return all;
    const { bots } = this.record.members;
    if (this.filter === "humans") {
      const values = all.slice();
      for (const bot of bots) if (bot < values.length) values[bot] = 0;
      return values;
    }
    const values = new Float64Array(all.length);
    for (const bot of bots) if (bot < all.length) values[bot] = all[bot] ?? 0;
    return values;
  }

  /** A place's sum over the members whom the filter lets through; a channel's includes its threads'. */
  placeValue(place: number, period: number, metric: TopMetric): number {
    if (place < 0) return 0;
    const { placesByHumans, placesByBots } = this.hot;
    const index = METRIC_INDEX[metric];
    const humans = this.filter === "bots" ? 0 : placesByHumans.value(place, period, index);
    const bots = this.filter === "humans" ? 0 : placesByBots.value(place, period, index);
    return humans + bots;
  }

  /** All that was counted in a UTC hour that is not to come. */
  hourValue(hour: number, metric: TopMetric): number {
    return this.#hoursOf(metric)[this.hot.head - hour] ?? 0;
  }

  /** By age: of the current hour first. An hour is asked for several times: for its day, and for what was before. */
  #hoursOf(metric: TopMetric): Float64Array {
    let sums = this.#hours[metric];
    if (sums === undefined) {
      sums = new Float64Array(HOT_HOURS);
      for (let age = 0; age < HOT_HOURS; age++) {
        const totals = this.hot.cellsOf(this.hot.head - age)?.totals;
        if (totals !== undefined) sums[age] = this.totalOf(totals, metric);
      }
      this.#hours[metric] = sums;
    }
    return sums;
  }

  /** All that was counted in the hours before the window; 0 while the store does not tell. */
  olderValue(metric: TopMetric): number {
    const { older } = this.hot;
    return older === null ? 0 : this.totalOf(older.totals, metric);
  }

  olderDayValue(day: CalendarDay, metric: TopMetric): number {
    const totals = this.hot.days?.cellsOf(day)?.totals;
    return totals === undefined ? 0 : this.totalOf(totals, metric);
  }

  /** Of an hour's sums, those of the members whom the filter lets through. */
  totalOf(totals: Float64Array, metric: TopMetric): number {
    const index = METRIC_INDEX[metric];
    const humans = this.filter === "bots" ? 0 : (totals[index] ?? 0);
    const bots = this.filter === "humans" ? 0 : (totals[3 + index] ?? 0);
    return humans + bots;
  }

  /** Whether a place is in no other: threads are in their channel's sums already. */
  isTopLevel(place: number): boolean {
    return this.record.places.parentOf(place) === NO_PARENT;
  }

  /** The roles that a member has now; @everyone is none, and of a member who is not known nothing is. */
  rolesOf(member: number): readonly Snowflake[] {
    const known = this.#roles[member];
    if (known !== undefined) return known;
    const { guildId, members } = this.record;
    const id = members.ids[member];
    const all = id === undefined ? [] : this.#groups.rolesOf(guildId, id);
    const roles = all.includes(guildId) ? all.filter((roleId) => roleId !== guildId) : all;
    this.#roles[member] = roles;
    return roles;
  }

  /** The category in which a channel, or a thread's channel, is now. */
  categoryOf(place: number): Snowflake | null {
    const id = this.record.places.ids[this.channels[place] ?? NO_PARENT];
    return id === undefined ? null : this.#groups.categoryOf(this.record.guildId, id);
  }

  /** The guild's totals: few places make the same sum as many members. */
  totals(): ByPeriod<ByMetric<number>> {
    return byPeriod(this.period, (period) => ({
      messages: this.total(period, "messages"),
      voice: this.total(period, "voice"),
    }));
  }

  /** The guild's total of one metric in one period. */
  total(period: number, metric: TopMetric): number {
    let total = 0;
    for (let place = 0; place < this.record.places.size; place++)
      if (this.isTopLevel(place)) total += this.placeValue(place, period, metric);
    return total;
  }

  /** How many members have more than zero. @param among by member: 1 for those who are asked about; whom the filter lets through; default: all */
  contributors(among?: Uint8Array): ByPeriod<ByMetric<number>> {
    const count = (period: number, metric: Metric): number =>
      among === undefined ? this.#holders(period, metric) : this.#holdersAmong(among, period, metric);
    return byPeriod(this.period, (period) => ({
      messages: count(period, "messages"),
      voice: count(period, "voice"),
    }));
  }

  /** The sums count who has any; bots are few. */
  #holders(period: number, metric: Metric): number {
    const sums = this.hot.members;
    const all = sums.holders(period, METRIC_INDEX[metric]);
    if (this.filter === "both") return all;
    let bots = 0;
    for (const bot of this.record.members.bots) if (sums.value(bot, period, METRIC_INDEX[metric]) > 0) bots++;
    return this.filter === "bots" ? bots : all - bots;
  }

  #holdersAmong(among: Uint8Array, period: number, metric: Metric): number {
    const values = this.hot.members.column(period, METRIC_INDEX[metric]);
    const end = Math.min(values.length, among.length);
    let found = 0;
    for (let member = 0; member < end; member++) if ((values[member] ?? 0) > 0) found += among[member] ?? 0;
    return found;
  }

  /** The sum of some members. @param among by member: 1 for those who are asked about, whom the filter lets through */
  totalAmong(among: Uint8Array, period: number, metric: Metric): number {
    const values = this.hot.members.column(period, METRIC_INDEX[metric]);
    const end = Math.min(values.length, among.length);
    let total = 0;
    for (let member = 0; member < end; member++) if (among[member] === 1) total += values[member] ?? 0;
    return total;
  }

  /** By member: 1 for those whom the filter lets through. */
  membersIn(): Uint8Array {
    const { size, bots } = this.record.members;
    const members = new Uint8Array(size).fill(this.filter === "bots" ? 0 : 1);
    if (this.filter !== "both") for (const bot of bots) members[bot] = this.filter === "bots" ? 1 : 0;
    return members;
  }

  /** Activity by local day. @param hours whose; default: the guild's */
  daily(hours: Hourly = this): DailySeries {
    const by = (metric: Metric): number[] =>
      this.dailyOf(
        (hour) => hours.hourValue(hour, metric),
        (day) => hours.olderDayValue(day, metric),
      );
    return { ...this.dates(), messages: by("messages"), voiceMs: by("voice") };
  }

  /** The guild's activity by local day, of one metric. */
  seriesOf(metric: TopMetric): number[] {
    return this.dailyOf(
      (hour) => this.hourValue(hour, metric),
      (day) => this.olderDayValue(day, metric),
    );
  }

  /**
   * Sums by local day; as in the periods, what Discord's clock has in an hour that is yet to come waits for that hour.
   * @param sumOf of a UTC hour of the window
   * @param before of what is before the window on a day
   */
  dailyOf(sumOf: (hour: number) => number, before: (day: CalendarDay) => number): number[] {
    const { starts, firstDay, dates } = this.shown;
    return dates.map((_, index) => {
      const [start = 0, end = 0] = starts.subarray(index, index + 2);
      let sum = start < this.hot.fromHour ? before(firstDay + index) : 0;
      const until = Math.min(end, this.hot.head + 1);
      for (let hour = Math.max(start, this.hot.fromHour); hour < until; hour++) sum += sumOf(hour);
      return sum;
    });
  }

  /** The days of a series, and how many of them lie before counting began. */
  dates(): Pick<DailySeries, "timeZone" | "days" | "unknownDays"> {
    const { timeZone, dates, starts } = this.shown;
    const sinceHour = hourOf(this.record.sinceMs);
    const unknownDays = dates.filter((_, index) => (starts[index + 1] ?? 0) <= sinceHour).length;
    return { timeZone, days: dates, unknownDays };
  }

  /** What nearly every view says about itself. */
  described<P>(period: P) {
    const { guildId, sinceMs } = this.record;
    return { guildId, members: this.filter, period, sinceMs };
  }
}
