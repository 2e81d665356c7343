import { CellTable } from "./cell-table.ts";
import { NO_PARENT } from "./interner.ts";
import type { HourRange, OlderHours } from "./older-hours.ts";
import {
  ACTIVITY_MS,
  LIFETIME,
  MESSAGES,
  type MetricIndex,
  PERIOD_COUNT,
  RollingSums,
  VOICE_MS,
  WINDOW_HOURS,
} from "./rolling-sums.ts";

/** How many hours stay in memory: 31 days, so that 30 local days are whole in every time zone. */
export const HOT_HOURS = 31 * 24;

const [, , LONGEST_HOURS] = WINDOW_HOURS;

/** The hours that the time before the longest window has, and memory does not. @param head the current hour */
export function olderRange(head: number): HourRange {
  return { fromHour: head - 2 * LONGEST_HOURS + 1, untilHour: head - HOT_HOURS + 1 };
}

/** One hour of one guild, and its sums: `totals[kind * 3 + metric]`, kind 0 for humans and 1 for bots. */
export class HourCells extends CellTable {
  readonly totals = new Float64Array(6);
}

/** What a window must know of the indices that it counts. */
export interface Directory {
  isBot(member: number): boolean;
  isActivity(place: number): boolean;
  /** A thread's channel, or `NO_PARENT`. */
  parentOf(place: number): number;
}

/**
 * One guild's last 31 days by hour, and the sums that answer queries without scanning them.
 *
 * Invariants, for the current hour `head` and each window of `n` hours:
 * - a cell of hour `h` is in that window's sums exactly when `head - n < h <= head` and its state counts;
 * - a thread's cell is in its own sums and in its channel's, and once in its member's;
 * - `#hours` holds no hour at or below `head - HOT_HOURS`; hours above `head` (Discord's clock may lead ours)
 *   wait there until `advance` reaches them;
 * - `older`, if there is one, is of `olderRange(head)`.
 */
export class HotWindow {
  /** By member index. */
  readonly members = new RollingSums();
  /** By place index, humans' activity. */
  readonly placesByHumans = new RollingSums();
  /** By place index, bots' activity. */
  readonly placesByBots = new RollingSums();
  /** All time, by (place, member, state). */
  readonly lifetime: CellTable;
  readonly #hours = new Map<number, HourCells>();
  #older: OlderHours | null = null;
  #lastHour = Number.NaN;
  #lastCells: HourCells | null = null;
  readonly #directory: Directory;
  readonly #uncounted: number;
  #head: number;

  /**
   * @param head the current UTC hour index
   * @param uncounted bits of voice states; time that has any of them is kept, but is in no sum
   * @param lifetimeRows how many all-time rows to make room for
   */
  constructor(head: number, directory: Directory, uncounted: number, lifetimeRows = 8) {
    this.#head = head;
    this.#directory = directory;
    this.#uncounted = uncounted;
    this.lifetime = new CellTable(lifetimeRows);
  }

  get head(): number {
    return this.#head;
  }

  /** The hours before, for comparing; `null` until they are asked for, anew each hour. */
  get older(): OlderHours | null {
    return this.#older;
  }

  /** @param older of {@link olderRange} of this very hour */
  remember(older: OlderHours): void {
    for (const cells of older.tables) {
      for (let row = 0; row < cells.length; row++) {
        const [place, member, state] = [cells.placeAt(row), cells.memberAt(row), cells.stateAt(row)];
        this.#addToTotals(older.totals, place, member, state, cells.messagesAt(row), cells.durationMsAt(row));
      }
    }
    this.#older = older;
  }

  /** Whether time spent in this state is in the sums. */
  counts(state: number): boolean {
    return (state & this.#uncounted) === 0;
  }

  /** Counts into an hour and into all time. */
  add(
    hour: number,
    place: number,
    member: number,
    state: number,
    messages: number,
    durationMs: number,
  ): void {
    this.#addCell(hour, place, member, state, messages, durationMs);
    this.lifetime.add(place, member, state, messages, durationMs);
    if (this.counts(state))
      this.#addToSums(this.#firstPeriodOf(hour), PERIOD_COUNT, place, member, messages, durationMs);
  }

  /** Counts into an hour only: all-time totals are stored apart and loaded apart. */
  addToHour(
    hour: number,
    place: number,
    member: number,
    state: number,
    messages: number,
    durationMs: number,
  ): void {
    this.#addCell(hour, place, member, state, messages, durationMs);
    if (this.counts(state))
      this.#addToSums(this.#firstPeriodOf(hour), LIFETIME, place, member, messages, durationMs);
  }

  addToLifetime(place: number, member: number, state: number, messages: number, durationMs: number): void {
    this.lifetime.add(place, member, state, messages, durationMs);
    if (this.counts(state)) this.#addToSums(LIFETIME, PERIOD_COUNT, place, member, messages, durationMs);
  }

  /** Moves the current hour on; going back is ignored, since a clock set back must not bring old hours back. */
  advance(hour: number): void {
    while (this.#head < hour) {
      this.#head++;
      this.#older = null;
      for (let period = 0; period < LIFETIME; period++) {
        this.#addHourToSums(this.#head, period, 1);
        this.#addHourToSums(this.#head - (WINDOW_HOURS[period] ?? 0), period, -1);
      }
      this.#hours.delete(this.#head - HOT_HOURS);
      this.#lastCells = null;
    }
  }

  /** The cells of one hour, if anything was counted in it. */
  cellsOf(hour: number): HourCells | undefined {
    return this.#hours.get(hour);
  }

  get byteLength(): number {
    let bytes = this.lifetime.byteLength + this.members.byteLength + (this.#older?.byteLength ?? 0);
    bytes += this.placesByHumans.byteLength + this.placesByBots.byteLength;
    for (const cells of this.#hours.values()) bytes += cells.byteLength + 600;
    return bytes;
  }

  #addCell(
    hour: number,
    place: number,
    member: number,
    state: number,
    messages: number,
    durationMs: number,
  ): void {
    if (hour <= this.#head - HOT_HOURS) {
      const older = this.#older;
      if (older?.add(hour, place, member, state, messages, durationMs))
        this.#addToTotals(older.totals, place, member, state, messages, durationMs);
      return;
    }
    let cells = this.#lastCells;
    if (hour !== this.#lastHour || cells === null) {
      // Nearly all counting is in the current hour: one comparison spares the lookup.
      cells = this.#hours.get(hour) ?? new HourCells();
      this.#hours.set(hour, cells);
      this.#lastHour = hour;
      this.#lastCells = cells;
    }
    cells.add(place, member, state, messages, durationMs);
    this.#addToTotals(cells.totals, place, member, state, messages, durationMs);
  }

  #addToTotals(
    totals: Float64Array,
    place: number,
    member: number,
    state: number,
    messages: number,
    durationMs: number,
  ): void {
    if (!this.counts(state)) return;
    const kind = this.#directory.isBot(member) ? 3 : 0;
    const timeAt = kind + this.#timeMetric(place);
    totals[kind + MESSAGES] = (totals[kind + MESSAGES] ?? 0) + messages;
    totals[timeAt] = (totals[timeAt] ?? 0) + durationMs;
  }

  /** The shortest window that holds the hour; `LIFETIME` when none does, as for hours to come. */
  #firstPeriodOf(hour: number): number {
    const age = this.#head - hour;
    if (age < 0) return LIFETIME;
    let period = 0;
    while (period < LIFETIME && age >= (WINDOW_HOURS[period] ?? 0)) period++;
    return period;
  }

  #addHourToSums(hour: number, period: number, sign: 1 | -1): void {
    const cells = this.#hours.get(hour);
    if (cells === undefined) return;
    for (let row = 0; row < cells.length; row++) {
      if (!this.counts(cells.stateAt(row))) continue;
      this.#addToSums(
        period,
        period + 1,
        cells.placeAt(row),
        cells.memberAt(row),
        sign * cells.messagesAt(row),
        sign * cells.durationMsAt(row),
      );
    }
  }

  /** Adds to the sums of the periods `[from, until)`. */
  #addToSums(
    from: number,
    until: number,
    place: number,
    member: number,
    messages: number,
    durationMs: number,
  ): void {
    if (messages !== 0) this.#addMetric(from, until, place, member, MESSAGES, messages);
    if (durationMs !== 0) this.#addMetric(from, until, place, member, this.#timeMetric(place), durationMs);
  }

  #addMetric(
    from: number,
    until: number,
    place: number,
    member: number,
    metric: MetricIndex,
    amount: number,
  ): void {
    const places = this.#directory.isBot(member) ? this.placesByBots : this.placesByHumans;
    const parent = this.#directory.parentOf(place);
    this.members.add(member, from, until, metric, amount);
    places.add(place, from, until, metric, amount);
    if (parent !== NO_PARENT) places.add(parent, from, until, metric, amount);
  }

  #timeMetric(place: number): typeof VOICE_MS | typeof ACTIVITY_MS {
    return this.#directory.isActivity(place) ? ACTIVITY_MS : VOICE_MS;
  }
}
