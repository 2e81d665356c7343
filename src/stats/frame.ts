import { hourOf } from "../clock.ts";
import type { GuildRecord } from "../counting/guild-record.ts";
import { HOT_HOURS, type HotWindow } from "../counting/hot-window.ts";
import { LIFETIME, PERIOD_COUNT, type RollingSums, WINDOW_HOURS } from "../counting/rolling-sums.ts";
import { byPeriod, Counterparts } from "./counterparts.ts";
import { DAYS, type LocalDays } from "./days.ts";
import type { ByMetric, ByPeriod, DailySeries, MembersFilter, Metric } from "./views.ts";

/** One guild's numbers as one filter sees them: what every view is made of. */
export class Frame {
  readonly record: GuildRecord;
  readonly hot: HotWindow;
  readonly filter: MembersFilter;
  readonly #days: LocalDays;

  constructor(record: GuildRecord, hot: HotWindow, filter: MembersFilter, days: LocalDays) {
    this.record = record;
    this.hot = hot;
    this.filter = filter;
    this.#days = days;
  }

  /** Whether the filter lets this member's activity count. */
  includes(member: number): boolean {
    if (this.filter === "both") return true;
    return this.record.members.isBot(member) === (this.filter === "bots");
  }

  /** A member's sum, 0 when the filter leaves the member out. */
  memberValue(member: number, period: number, metric: Metric): number {
    return this.includes(member) ? valueIn(this.hot.members, member, period, metric) : 0;
  }

  /** A channel's sum over the members whom the filter lets through. */
  channelValue(channel: number, period: number, metric: Metric): number {
    const { channelsByHumans, channelsByBots } = this.hot;
    const humans = this.filter === "bots" ? 0 : valueIn(channelsByHumans, channel, period, metric);
    const bots = this.filter === "humans" ? 0 : valueIn(channelsByBots, channel, period, metric);
    return humans + bots;
  }

  /** The guild's totals: few channels make the same sum as many members. */
  totals(): ByPeriod<ByMetric<number>> {
    const channels = this.record.channels.size;
    const sum = (period: number, metric: Metric): number => {
      let total = 0;
      for (let channel = 0; channel < channels; channel++)
        total += this.channelValue(channel, period, metric);
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
        if (members.messages(member, period) > 0) counts[period * 2] = (counts[period * 2] ?? 0) + 1;
        if (members.voiceMs(member, period) > 0) counts[period * 2 + 1] = (counts[period * 2 + 1] ?? 0) + 1;
      }
    }
    return byPeriod((period) => ({ messages: counts[period * 2] ?? 0, voice: counts[period * 2 + 1] ?? 0 }));
  }

  /** The guild's activity by local day. */
  daily(): DailySeries {
    return this.#series((hour, add) => {
      const totals = this.hot.cellsOf(hour)?.totals;
      if (!totals) return;
      if (this.filter !== "bots") add(totals[0] ?? 0, totals[1] ?? 0);
      if (this.filter !== "humans") add(totals[2] ?? 0, totals[3] ?? 0);
    });
  }

  /** The activity by local day of one member, or in one channel. */
  dailyOf(column: "member" | "channel", index: number): DailySeries {
    const series = this.#series(() => undefined);
    const messages = [...series.messages];
    const voiceMs = [...series.voiceMs];
    let day = DAYS - 1;
    this.eachCellOf(column, index, (hour, _other, cellMessages, cellVoiceMs) => {
      while (day > 0 && hour < (this.#days.starts[day] ?? 0)) day--;
      if (hour < (this.#days.starts[day] ?? 0)) return;
      messages[day] = (messages[day] ?? 0) + cellMessages;
      voiceMs[day] = (voiceMs[day] ?? 0) + cellVoiceMs;
    });
    return { ...series, messages, voiceMs };
  }

  /**
   * Visits the hot cells of one member or channel that the filter lets through, newest hour first.
   * @param visit gets the cell's other index: the channel of a member's cell, the member of a channel's cell
   */
  eachCellOf(
    column: "member" | "channel",
    index: number,
    visit: (hour: number, other: number, messages: number, voiceMs: number) => void,
  ): void {
    for (let hour = this.hot.head; hour > this.hot.head - HOT_HOURS; hour--) {
      const cells = this.hot.cellsOf(hour);
      if (!cells) continue;
      const keys = cells[column];
      const { length, member, messages, voiceMs } = cells;
      const others = column === "member" ? cells.channel : member;
      for (let row = 0; row < length; row++) {
        if (keys[row] !== index || !this.includes(member[row] ?? 0)) continue;
        visit(hour, others[row] ?? 0, messages[row] ?? 0, voiceMs[row] ?? 0);
      }
    }
  }

  /** Sums, by its counterparts, what one member or channel did: a member's channels, a channel's members. */
  counterparts(column: "member" | "channel", index: number): Counterparts {
    const size = column === "member" ? this.record.channels.size : this.record.members.size;
    const found = new Counterparts(size);
    let period = 0;
    this.eachCellOf(column, index, (hour, other, messages, voiceMs) => {
      // Newest first: the shortest window that holds the cell only ever grows.
      while (period < LIFETIME && this.hot.head - hour >= (WINDOW_HOURS[period] ?? 0)) period++;
      found.add(other, period, LIFETIME, messages, voiceMs);
    });
    const { lifetime } = this.hot;
    const keys = lifetime[column];
    const others = column === "member" ? lifetime.channel : lifetime.member;
    for (let row = 0; row < lifetime.length; row++) {
      if (keys[row] !== index || !this.includes(lifetime.member[row] ?? 0)) continue;
      found.add(
        others[row] ?? 0,
        LIFETIME,
        LIFETIME + 1,
        lifetime.messages[row] ?? 0,
        lifetime.voiceMs[row] ?? 0,
      );
    }
    return found;
  }

  #series(read: (hour: number, add: (messages: number, voiceMs: number) => void) => void): DailySeries {
    const messages = new Array<number>(DAYS).fill(0);
    const voiceMs = new Array<number>(DAYS).fill(0);
    const sinceHour = hourOf(this.record.sinceMs);
    let unknownDays = 0;
    for (let day = 0; day < DAYS; day++) {
      const end = this.#days.starts[day + 1] ?? 0;
      if (end <= sinceHour) unknownDays = day + 1;
      for (let hour = this.#days.starts[day] ?? 0; hour < end; hour++) {
        read(hour, (count, duration) => {
          messages[day] = (messages[day] ?? 0) + count;
          voiceMs[day] = (voiceMs[day] ?? 0) + duration;
        });
      }
    }
    return { timeZone: this.#days.timeZone, days: this.#days.dates, messages, voiceMs, unknownDays };
  }
}

function valueIn(sums: RollingSums, entity: number, period: number, metric: Metric): number {
  return metric === "messages" ? sums.messages(entity, period) : sums.voiceMs(entity, period);
}
