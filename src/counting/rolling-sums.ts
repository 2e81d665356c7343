import { resized } from "./cell-table.ts";

/** The rolling windows, in hours, shortest first; after them comes one sum over all time. */
export const WINDOW_HOURS = [24, 168, 720] as const;
/** Index of the all-time sum among the periods; the windows come before it. */
export const LIFETIME = WINDOW_HOURS.length;
/** How many sums there are for each entity and metric: the windows, then all time. */
export const PERIOD_COUNT = WINDOW_HOURS.length + 1;
const STRIDE = PERIOD_COUNT * 2;

/** Messages and voice time per entity (a member, a channel) over each window and over all time. */
export class RollingSums {
  #values = new Float64Array(STRIDE * 16);

  /** Adds to the sum of one period; negative amounts take away what left the window. */
  add(entity: number, period: number, messages: number, voiceMs: number): void {
    const at = entity * STRIDE + period * 2;
    if (at + 1 >= this.#values.length)
      this.#values = resized(this.#values, (entity + 1) * STRIDE * 2, Float64Array);
    this.#values[at] = (this.#values[at] ?? 0) + messages;
    this.#values[at + 1] = (this.#values[at + 1] ?? 0) + voiceMs;
  }

  messages(entity: number, period: number): number {
    return this.#values[entity * STRIDE + period * 2] ?? 0;
  }

  voiceMs(entity: number, period: number): number {
    return this.#values[entity * STRIDE + period * 2 + 1] ?? 0;
  }

  get byteLength(): number {
    return this.#values.byteLength;
  }
}
