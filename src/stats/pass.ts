import type { Cells } from "../counting/cell-table.ts";
import { HOT_HOURS } from "../counting/hot-window.ts";
import { LIFETIME, LONG, WINDOW_HOURS } from "../counting/rolling-sums.ts";
import type { CalendarDay } from "../local-day.ts";
import { isLong } from "../period.ts";
import { periodIndex } from "./by-period.ts";
import { Counterparts } from "./counterparts.ts";
import type { Frame } from "./frame.ts";
import type { Hourly } from "./hourly.ts";
import { isEmpty, roomFor, rowsIn, type Scope } from "./scope.ts";
import { StateTime } from "./state-time.ts";
import type { ByMetric, Metric, Period, VoiceStates } from "./views.ts";

/**
 * What a pass sums up beside hours: by the members of the scope, in each period; by its channels, in the one that is
 * asked about; or by neither.
 */
export type By = "member" | "channel" | "none";

/**
 * All that a scope's cells tell, in one pass, for that is what a view costs: a window has 100,000 rows. Days, weeks and
 * the periods before are made of the hours' sums, which are few.
 */
export class Pass implements Hourly {
  readonly #frame: Frame;
  readonly #scope: Scope;
  readonly #by: By;
  readonly #counterparts: Counterparts;
  readonly #states = new StateTime();
  /** By age: of the current hour first. */
  readonly #sums = { messages: new Float64Array(HOT_HOURS), voice: new Float64Array(HOT_HOURS) };
  readonly #days = new Map<CalendarDay, ByMetric<number>>();
  #older: ByMetric<number> | null = null;

  /** @param period the one of the voice states, and of the sums by channel */
  constructor(frame: Frame, scope: Scope, by: By, period: Period) {
    const { members, places } = frame.record;
    this.#frame = frame;
    this.#scope = scope;
    this.#by = by;
    this.#counterparts = new Counterparts(
      by === "member" ? members.size : by === "channel" ? places.size : 0,
    );
    // Who was never counted has no rows.
    if (isEmpty(scope)) return;
    // All of the window is in a long period.
    this.#readHours(isLong(period) ? HOT_HOURS : (WINDOW_HOURS[periodIndex(period)] ?? 0));
    if (isLong(period)) this.#readDays(periodIndex(period));
    // As many rows as all hours have: only what needs them reads them.
    if (by === "member" || period === "lifetime")
      this.#add(frame.hot.lifetime, LIFETIME, period === "lifetime");
    this.#counterparts.widen();
  }

  hourValue(hour: number, metric: Metric): number {
    return this.#sums[metric][this.#frame.hot.head - hour] ?? 0;
  }

  olderValue(metric: Metric): number {
    this.#older ??= this.#readOlder();
    return this.#older[metric];
  }

  olderDayValue(day: CalendarDay, metric: Metric): number {
    return this.#days.get(day)?.[metric] ?? 0;
  }

  voiceStates(): VoiceStates {
    return this.#states.summary((bits) => this.#frame.hot.counts(bits));
  }

  /** By member or channel, as was asked. */
  get counterparts(): Counterparts {
    return this.#counterparts;
  }

  #readHours(stateHours: number): void {
    const { hot } = this.#frame;
    let period = 0;
    for (let age = 0; age < HOT_HOURS; age++) {
      const cells = hot.cellsOf(hot.head - age);
      if (cells === undefined) continue;
      // The shortest window that holds the hour only ever grows.
      while (period < LONG && age >= (WINDOW_HOURS[period] ?? 0)) period++;
      const { messages, voice } = this.#add(cells, period, age < stateHours);
      this.#sums.messages[age] = messages;
      this.#sums.voice[age] = voice;
    }
  }

  /** @param longest index of the period that was asked for */
  #readDays(longest: number): void {
    for (const { day, period, cells } of this.#frame.hot.days?.all() ?? []) {
      // Older ones are of the period before.
      const isIn = period <= longest;
      const sums = { messages: 0, voice: 0 };
      for (const table of cells.tables) {
        const { messages, voice } = this.#add(table, isIn ? period : null, isIn);
        sums.messages += messages;
        sums.voice += voice;
      }
      this.#days.set(day, sums);
    }
  }

  #readOlder(): ByMetric<number> {
    const sums = { messages: 0, voice: 0 };
    if (isEmpty(this.#scope)) return sums;
    for (const cells of this.#frame.hot.older?.tables ?? []) {
      const { messages, voice } = this.#add(cells, null, false);
      sums.messages += messages;
      sums.voice += voice;
    }
    return sums;
  }

  /**
   * @param period the one whose counterparts are summed, by index; `null`: none
   * @returns what the cells sum up to
   */
  #add(cells: Cells, period: number | null, ofStates: boolean): ByMetric<number> {
    const { hot, channels } = this.#frame;
    const [counterparts, states] = [this.#counterparts, this.#states];
    const byMember = this.#by === "member";
    const sums = this.#by !== "none" && period !== null;
    let [messages, voice] = [0, 0];
    const rows = roomFor(cells.length);
    const found = rowsIn(cells, this.#scope, rows);
    for (let at = 0; at < found; at++) {
      const row = rows[at] ?? 0;
      const state = cells.stateAt(row);
      const durationMs = cells.durationMsAt(row);
      if (ofStates && durationMs !== 0) states.add(state, durationMs);
      if (!hot.counts(state)) continue;
      const count = cells.messagesAt(row);
      messages += count;
      voice += durationMs;
      if (!sums) continue;
      const other = byMember ? cells.memberAt(row) : (channels[cells.placeAt(row)] ?? 0);
      counterparts.add(other, period, count, durationMs);
    }
    return { messages, voice };
  }
}
