import { LIFETIME, PERIOD_COUNT } from "../counting/rolling-sums.ts";
import { byPeriod } from "./by-period.ts";
import type { ByMetric, ByPeriod, Metric, Period } from "./views.ts";

/** Sums by counterpart, period and metric: who was at a place, or where somebody was. */
export class Counterparts {
  readonly #size: number;
  /** By period, messages and voice in turn; `undefined` while nobody has any. */
  readonly #columns: (Float64Array | undefined)[] = [];

  /** @param size how many counterparts there may be */
  constructor(size: number) {
    this.#size = size;
  }

  /**
   * Adds to one period. What is within a window is added to the shortest that holds it, once; {@link widen} brings it
   * into the longer ones.
   */
  add(other: number, period: number, messages: number, voiceMs: number): void {
    if (messages !== 0) this.#add(other, period * 2, messages);
    if (voiceMs !== 0) this.#add(other, period * 2 + 1, voiceMs);
  }

  /** Adds each window's sums to the next longer one's: once, when all is added. */
  widen(): void {
    for (let at = 2; at < LIFETIME * 2; at++) {
      const [shorter, longer] = [this.#columns[at - 2], this.#columns[at]];
      if (shorter === undefined) continue;
      if (longer === undefined) this.#columns[at] = shorter.slice();
      else
        for (let other = 0; other < shorter.length; other++)
          longer[other] = (longer[other] ?? 0) + (shorter[other] ?? 0);
    }
  }

  /** One sum of all counterparts, by counterpart; `null`: nobody has any. */
  sums(period: number, metric: Metric): Readonly<Float64Array> | null {
    return this.#columns[period * 2 + (metric === "voice" ? 1 : 0)] ?? null;
  }

  /** How many counterparts have more than zero. @param asked the period that was asked for */
  counts(asked: Period): ByPeriod<ByMetric<number>> {
    const counts = Array.from({ length: PERIOD_COUNT * 2 }, (_, at) => positives(this.#columns[at]));
    return byPeriod(asked, (period) => ({
      messages: counts[period * 2] ?? 0,
      voice: counts[period * 2 + 1] ?? 0,
    }));
  }

  #add(other: number, at: number, amount: number): void {
    let column = this.#columns[at];
    if (column === undefined) {
      column = new Float64Array(this.#size);
      this.#columns[at] = column;
    }
    column[other] = (column[other] ?? 0) + amount;
  }
}

function positives(column: Float64Array = new Float64Array()): number {
  let count = 0;
  for (let other = 0; other < column.length; other++) if ((column[other] ?? 0) > 0) count++;
  return count;
}
