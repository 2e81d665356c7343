import { resized } from "./cell-table.ts";

/** The windows that roll on by the hour, in hours, shortest first. */
export const WINDOW_HOURS = [24, 168, 720] as const;
/** The windows of whole days of the guild's time zone, today included, shortest first; longer than the others. */
export const WINDOW_DAYS = [90, 365] as const;
/** Index of the first window of days among the periods. */
export const LONG = WINDOW_HOURS.length;
/** Index of the all-time sum among the periods; the windows come before it. */
export const LIFETIME = LONG + WINDOW_DAYS.length;
/** How many sums there are for each entity and metric: the windows, then all time. */
export const PERIOD_COUNT = LIFETIME + 1;

/** What is summed, as an index: messages as a count, voice and activities in milliseconds. */
export const MESSAGES = 0;
export const VOICE_MS = 1;
export const ACTIVITY_MS = 2;
export type MetricIndex = typeof MESSAGES | typeof VOICE_MS | typeof ACTIVITY_MS;
const METRIC_COUNT = 3;

const EMPTY = new Float64Array(0);

/**
 * Messages, voice and activity time per entity (a member, a place) over each window and over all time. Each of these
 * sums is a column, for a list of members asks all of them for one; a column that nobody has anything in takes no room.
 *
 * Invariant: the windows of days are kept from {@link lengthen} to {@link shorten} alone; else they are empty.
 */
export class RollingSums {
  readonly #columns = new Array<Float64Array>(PERIOD_COUNT * METRIC_COUNT).fill(EMPTY);
  /** By column: how many entities have more than zero. */
  readonly #holders = new Int32Array(PERIOD_COUNT * METRIC_COUNT);
  #keepsDays: boolean;

  /** @param keepsDays whether the windows of days are kept from the start */
  constructor(keepsDays = false) {
    this.#keepsDays = keepsDays;
  }

  /** Adds to the sums of the periods `[from, until)`; a negative amount takes away what left a window. */
  add(entity: number, from: number, until: number, metric: MetricIndex, amount: number): void {
    for (let period = from; period < until; period++) {
      if (period >= LONG && period < LIFETIME && !this.#keepsDays) continue;
      const at = period * METRIC_COUNT + metric;
      let column = this.#columns[at] ?? EMPTY;
      if (entity >= column.length) {
        column = resized(column, Math.max(16, entity + 1 + (entity >> 1)), Float64Array);
        this.#columns[at] = column;
      }
      const before = column[entity] ?? 0;
      const after = before + amount;
      column[entity] = after;
      if (after > 0 !== before > 0) this.#holders[at] = (this.#holders[at] ?? 0) + (after > 0 ? 1 : -1);
    }
  }

  value(entity: number, period: number, metric: MetricIndex): number {
    return this.column(period, metric)[entity] ?? 0;
  }

  /** One sum of all entities, by entity; to be read at once. Where it has no entry, the sum is 0. */
  column(period: number, metric: MetricIndex): Readonly<Float64Array> {
    return this.#columns[period * METRIC_COUNT + metric] ?? EMPTY;
  }

  /** How many entities have more than zero. */
  holders(period: number, metric: MetricIndex): number {
    return this.#holders[period * METRIC_COUNT + metric] ?? 0;
  }

  /** Makes the windows of days anew: each is the longest one of hours, and what `before` has in it. */
  lengthen(before: RollingSums): void {
    this.#keepsDays = true;
    for (let at = LONG * METRIC_COUNT; at < LIFETIME * METRIC_COUNT; at++) {
      const hours = this.#columns[(LONG - 1) * METRIC_COUNT + (at % METRIC_COUNT)] ?? EMPTY;
      const added = before.#columns[at] ?? EMPTY;
      const column = resized(hours, Math.max(hours.length, added.length), Float64Array);
      for (let entity = 0; entity < added.length; entity++)
        column[entity] = (column[entity] ?? 0) + (added[entity] ?? 0);
      this.#columns[at] = column;
      this.#holders[at] = column.reduce((count, value) => (value > 0 ? count + 1 : count), 0);
    }
  }

  /** Lets go of the windows of days. */
  shorten(): void {
    this.#keepsDays = false;
    this.#holders.fill(0, LONG * METRIC_COUNT, LIFETIME * METRIC_COUNT);
    this.#columns.fill(EMPTY, LONG * METRIC_COUNT, LIFETIME * METRIC_COUNT);
  }

  get byteLength(): number {
    return this.#columns.reduce((bytes, column) => bytes + column.byteLength, 0);
  }
}
