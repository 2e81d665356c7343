import { PERIOD_COUNT } from "../counting/rolling-sums.ts";
import type { ByMetric, ByPeriod, Metric } from "./views.ts";

/** One value for each period; `value` gets the period's index among the rolling sums. */
export function byPeriod<T>(value: (period: number) => T): ByPeriod<T> {
  return { "24h": value(0), "7d": value(1), "30d": value(2), lifetime: value(3) };
}

/** Sums by counterpart, period and metric. */
export class Counterparts {
  readonly #values: Float64Array;
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
    this.#values = new Float64Array(size * PERIOD_COUNT * 2);
  }

  /** Adds to the periods `[fromPeriod, untilPeriod)`. */
  add(other: number, fromPeriod: number, untilPeriod: number, messages: number, voiceMs: number): void {
    for (let period = fromPeriod; period < untilPeriod; period++) {
      const at = (other * PERIOD_COUNT + period) * 2;
      this.#values[at] = (this.#values[at] ?? 0) + messages;
      this.#values[at + 1] = (this.#values[at + 1] ?? 0) + voiceMs;
    }
  }

  value(other: number, period: number, metric: Metric): number {
    return this.#values[(other * PERIOD_COUNT + period) * 2 + (metric === "voice" ? 1 : 0)] ?? 0;
  }

  totals(): ByPeriod<ByMetric<number>> {
    const over = (period: number, metric: Metric, of: (value: number) => number): number => {
      let sum = 0;
      for (let other = 0; other < this.#size; other++) sum += of(this.value(other, period, metric));
      return sum;
    };
    return byPeriod((period) => ({
      messages: over(period, "messages", (value) => value),
      voice: over(period, "voice", (value) => value),
    }));
  }

  /** How many counterparts have more than zero. */
  counts(): ByPeriod<ByMetric<number>> {
    const counts = new Int32Array(PERIOD_COUNT * 2);
    for (let at = 0; at < this.#values.length; at++) {
      const slot = at % (PERIOD_COUNT * 2);
      if ((this.#values[at] ?? 0) > 0) counts[slot] = (counts[slot] ?? 0) + 1;
    }
    return byPeriod((period) => ({ messages: counts[period * 2] ?? 0, voice: counts[period * 2 + 1] ?? 0 }));
  }
}
