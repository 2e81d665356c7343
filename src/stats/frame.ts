import { hourOf } from "../clock.ts";
import type { CellTable } from "../counting/cell-table.ts";
import type { GuildRecord } from "../counting/guild-record.ts";
import { HOT_HOURS, type HotWindow } from "../counting/hot-window.ts";
import { NO_PARENT } from "../counting/interner.ts";
import {
  LIFETIME,
  MESSAGES,
  type MetricIndex,
  PERIOD_COUNT,
  VOICE_MS,
  WINDOW_HOURS,
} from "../counting/rolling-sums.ts";
import { byPeriod, Counterparts } from "./counterparts.ts";
import { DAYS, type LocalDays } from "./days.ts";
import type { ByMetric, ByPeriod, DailySeries, MembersFilter, Metric } from "./views.ts";

const METRIC_INDEX: Readonly<Record<Metric, MetricIndex>> = { messages: MESSAGES, voice: VOICE_MS };

/** Whose cells: a member's, or those at a place. */
type Column = "member" | "place";

/** One guild's numbers as one filter sees them: what every view is made of. */
export class Frame {
  readonly record: GuildRecord;
  readonly hot: HotWindow;
  readonly filter: MembersFilter;
  readonly days: LocalDays;
  /** How much of the current hour has passed, in [0, 1]. */
  readonly hourShare: number;
  /** By place: the channel that it counts for, which is a thread's and otherwise itself; `NO_PARENT`: an activity. */
  readonly #channels: Int32Array;

  constructor(
    record: GuildRecord,
    hot: HotWindow,
    filter: MembersFilter,
    days: LocalDays,
    hourShare: number,
  ) {
    this.record = record;
    this.hot = hot;
    this.filter = filter;
    this.#channels = Int32Array.from(record.places.ids, (_, place) => {
      if (record.places.isActivity(place)) return NO_PARENT;
      const parent = record.places.parentOf(place);
      return parent === NO_PARENT ? place : parent;
    });
    this.days = days;
    this.hourShare = hourShare;
  }

  /** Whether the filter lets this member's activity count. */
  includes(member: number): boolean {
    if (this.filter === "both") return true;
    return this.record.members.isBot(member) === (this.filter === "bots");
  }

  /** Whether the filter, and the guild's choice of states in voice, let a cell count. */
  counts(member: number, state: number): boolean {
    return this.includes(member) && this.hot.counts(state);
  }

  /** The channel that a place counts for, which is a thread's and otherwise itself; `NO_PARENT`: it is an activity. */
  channelOf(place: number): number {
    return this.#channels[place] ?? NO_PARENT;
  }

  /** A member's sum, 0 when the filter leaves the member out. */
  memberValue(member: number, period: number, metric: Metric): number {
    return this.includes(member) ? this.hot.members.value(member, period, METRIC_INDEX[metric]) : 0;
  }

  /** A place's sum over the members whom the filter lets through; a channel's includes its threads'. */
  placeValue(place: number, period: number, metric: Metric): number {
    const { placesByHumans, placesByBots } = this.hot;
    const index = METRIC_INDEX[metric];
    const humans = this.filter === "bots" ? 0 : placesByHumans.value(place, period, index);
    const bots = this.filter === "humans" ? 0 : placesByBots.value(place, period, index);
    return humans + bots;
  }

  /** Whether a place is in no other: threads are in their channel's sums already. */
  isTopLevel(place: number): boolean {
    return this.record.places.parentOf(place) === NO_PARENT;
  }

  /** The guild's totals: few channels make the same sum as many members. */
  totals(): ByPeriod<ByMetric<number>> {
    const places = this.record.places.size;
    const sum = (period: number, metric: Metric): number => {
      let total = 0;
      for (let place = 0; place < places; place++) {
        if (this.isTopLevel(place)) total += this.placeValue(place, period, metric);
      }
      return total;
    };
    return byPeriod((period) => ({ messages: sum(period, "messages"), voice: sum(period, "voice") }));
  }

  /** How many members have more than zero. */
  contributors(): ByPeriod<ByMetric<number>> {
    const counts = new Int32Array(PERIOD_COUNT * 2);
    const { members } = this.hot;
    for (let member = 0; member < this.record.members.size; member++) {
      if (!this.includes(member)) continue;
      for (let period = 0; period < PERIOD_COUNT; period++) {
        if (members.value(member, period, MESSAGES) > 0) counts[period * 2] = (counts[period * 2] ?? 0) + 1;
        if (members.value(member, period, VOICE_MS) > 0)
          counts[period * 2 + 1] = (counts[period * 2 + 1] ?? 0) + 1;
      }
    }
    return byPeriod((period) => ({ messages: counts[period * 2] ?? 0, voice: counts[period * 2 + 1] ?? 0 }));
  }

  /** The guild's activity by local day. */
  daily(): DailySeries {
    return this.#series((hour, add) => {
      const totals = this.hot.cellsOf(hour)?.totals;
      if (!totals) return;
      if (this.filter !== "bots") add(totals[MESSAGES] ?? 0, totals[VOICE_MS] ?? 0);
      if (this.filter !== "humans") add(totals[3 + MESSAGES] ?? 0, totals[3 + VOICE_MS] ?? 0);
    });
  }

  /**
   * What one member or place did: by local day, and summed up by its counterparts, which are a member's places or a
   * place's members. A channel's cells are those of its threads too. Both in one pass over the window, newest hour
   * first, for that pass is what such a query costs.
   */
  activityOf(
    column: Column,
    index: number,
  ): { readonly daily: DailySeries; readonly counterparts: Counterparts } {
    const { places, members } = this.record;
    const found = new Counterparts(column === "member" ? places.size : members.size);
    const series = this.#series(() => undefined);
    const days = { messages: [...series.messages], voiceMs: [...series.voiceMs] };
    const { starts } = this.days;
    let period = 0;
    let day = DAYS - 1;
    for (let hour = this.hot.head; hour > this.hot.head - HOT_HOURS; hour--) {
      const cells = this.hot.cellsOf(hour);
      if (!cells) continue;
      // The shortest window that holds the hour only ever grows, and days only ever go back.
      while (period < LIFETIME && this.hot.head - hour >= (WINDOW_HOURS[period] ?? 0)) period++;
      while (day > 0 && hour < (starts[day] ?? 0)) day--;
      const isCharted = hour >= (starts[day] ?? 0);
      this.#eachRow(cells, column, index, (other, messages, durationMs) => {
        found.add(other, period, LIFETIME, messages, durationMs);
        if (!isCharted) return;
        days.messages[day] = (days.messages[day] ?? 0) + messages;
        days.voiceMs[day] = (days.voiceMs[day] ?? 0) + durationMs;
      });
    }
    this.#eachRow(this.hot.lifetime, column, index, (other, messages, durationMs) =>
      found.add(other, LIFETIME, LIFETIME + 1, messages, durationMs),
    );
    return { daily: { ...series, ...days }, counterparts: found };
  }

  #eachRow(
    cells: CellTable,
    column: Column,
    index: number,
    visit: (other: number, messages: number, durationMs: number) => void,
  ): void {
    // Who was never counted has no rows.
    if (index < 0) return;
    const channels = this.#channels;
    const ofMember = column === "member";
    for (let row = 0; row < cells.length; row++) {
      // What most rows fail on comes first: a window has 100,000 of them.
      if (ofMember && cells.memberAt(row) !== index) continue;
      const place = cells.placeAt(row);
      const channel = channels[place] ?? NO_PARENT;
      if (ofMember ? channel === NO_PARENT : place !== index && channel !== index) continue;
      const member = cells.memberAt(row);
      if (!this.counts(member, cells.stateAt(row))) continue;
      visit(ofMember ? channel : member, cells.messagesAt(row), cells.durationMsAt(row));
    }
  }

  #series(read: (hour: number, add: (messages: number, voiceMs: number) => void) => void): DailySeries {
    const messages = new Array<number>(DAYS).fill(0);
    const voiceMs = new Array<number>(DAYS).fill(0);
    const sinceHour = hourOf(this.record.sinceMs);
    let unknownDays = 0;
    for (let day = 0; day < DAYS; day++) {
      const end = this.days.starts[day + 1] ?? 0;
      if (end <= sinceHour) unknownDays = day + 1;
      for (let hour = this.days.starts[day] ?? 0; hour < end; hour++) {
        read(hour, (count, duration) => {
          messages[day] = (messages[day] ?? 0) + count;
          voiceMs[day] = (voiceMs[day] ?? 0) + duration;
        });
      }
    }
    return { timeZone: this.days.timeZone, days: this.days.dates, messages, voiceMs, unknownDays };
  }
}
