import { LIFETIME, PERIOD_COUNT } from "../counting/rolling-sums.ts";
import { byPeriod } from "./by-period.ts";
import type { ByMetric, ByPeriod, Metric, Period } from "./views.ts";

/** Sums by counterpart, period and metric: who was at a place, or where somebody was. */
export class Counterparts {
  readonly #values: Float64Array;

  constructor(size: number) {
    this.#values = new Float64Array(size * PERIOD_COUNT * 2);
  }

  /**
   * Adds to one period. What is within a window is added to the shortest that holds it, once; {@link widen} brings it
   * into the longer ones.
   */
  add(other: number, period: number, messages: number, voiceMs: number): void {
    const at = (other * PERIOD_COUNT + period) * 2;
    this.#values[at] = (this.#values[at] ?? 0) + messages;
    this.#values[at + 1] = (this.#values[at + 1] ?? 0) + voiceMs;
  }

  /** Adds each window's sums to the next longer one's: once, when all is added. */
  widen(): void {
    const values = this.#values;
    const stride = PERIOD_COUNT * 2;
    for (let base = 0; base < values.length; base += stride) {
      for (let at = base + 2; at < base + LIFETIME * 2; at++)
        values[at] = (values[at] ?? 0) + (values[at - 2] ?? 0);
    }
  }

  value(other: number, period: number, metric: Metric): number {
    return this.#values[(other * PERIOD_COUNT + period) * 2 + (metric === "voice" ? 1 : 0)] ?? 0;
  }

  /** How many counterparts have more than zero. @param asked the period that was asked for */
  counts(asked: Period): ByPeriod<ByMetric<number>> {
    const counts = new Int32Array(PERIOD_COUNT * 2);
    for (let at = 0; at < this.#values.length; at++) {
      const slot = at % (PERIOD_COUNT * 2);
      if ((this.#values[at] ?? 0) > 0) counts[slot] = (counts[slot] ?? 0) + 1;
    }
    return byPeriod(asked, (period) => ({
      messages: counts[period * 2] ?? 0,
      voice: counts[period * 2 + 1] ?? 0,
    }));
  }
}
