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
const STRIDE = PERIOD_COUNT * METRIC_COUNT;

/** Messages, voice and activity time per entity (a member, a place) over each window and over all time. */
export class RollingSums {
  #values = new Float64Array(STRIDE * 16);

  /** Adds to the sums of the periods `[from, until)`; a negative amount takes away what left a window. */
  add(entity: number, from: number, until: number, metric: MetricIndex, amount: number): void {
    const base = entity * STRIDE + metric;
    if (base + STRIDE > this.#values.length)
      this.#values = resized(this.#values, (entity + 1) * STRIDE * 2, Float64Array);
    const values = this.#values;
    for (let at = base + from * METRIC_COUNT; at < base + until * METRIC_COUNT; at += METRIC_COUNT)
      values[at] = (values[at] ?? 0) + amount;
  }

  value(entity: number, period: number, metric: MetricIndex): number {
    return this.#values[entity * STRIDE + period * METRIC_COUNT + metric] ?? 0;
  }

  /** Makes the windows of days anew: each is the longest one of hours, and what `before` has in it. */
  lengthen(before: RollingSums): void {
    if (before.#values.length > this.#values.length)
      this.#values = resized(this.#values, before.#values.length, Float64Array);
    const [values, added] = [this.#values, before.#values];
    const width = METRIC_COUNT * WINDOW_DAYS.length;
    for (let base = LONG * METRIC_COUNT; base < values.length; base += STRIDE) {
      for (let at = base; at < base + width; at++)
        values[at] = (values[base - METRIC_COUNT + ((at - base) % METRIC_COUNT)] ?? 0) + (added[at] ?? 0);
    }
  }

  get byteLength(): number {
    return this.#values.byteLength;
  }
}
