import type { Clock } from "../clock.ts";

const WINDOW_S = 60;
/** Marks between two looks at the clock, which costs as much as finding a member. */
const MARKS_PER_LOOK = 16;

/**
 * How many events came, and how many a second of late. A mark is an addition and a comparison: the clock is looked at for
 * some together, so that fewer than 16 of them may count for a later second than their own.
 */
export class EventRate {
  readonly #clock: Clock;
  readonly #startedS: number;
  /** By second, a ring; entries older than the window are emptied when time comes round to them. */
  readonly #counts = new Uint32Array(WINDOW_S);
  #second: number;
  #total = 0;
  /** Marks since the last look at the clock. */
  #unplaced = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedS = Math.floor(clock.elapsedMs() / 1_000);
    this.#second = this.#startedS;
  }

  get total(): number {
    return this.#total;
  }

  mark(): void {
    this.#total++;
    if (++this.#unplaced === MARKS_PER_LOOK) this.#place();
  }

  /** Events a second over the last 60 seconds, the current one included; over less while there is less. */
  perSecond(): number {
    this.#place();
    const seconds = Math.min(WINDOW_S, this.#second - this.#startedS + 1);
    return this.#counts.reduce((sum, count) => sum + count, 0) / seconds;
  }

  #place(): void {
    const second = Math.floor(this.#clock.elapsedMs() / 1_000);
    const passed = Math.min(WINDOW_S, second - this.#second);
    for (let step = 0; step < passed; step++) this.#counts[(second - step) % WINDOW_S] = 0;
    this.#second = second;
    const index = second % WINDOW_S;
    this.#counts[index] = (this.#counts[index] ?? 0) + this.#unplaced;
    this.#unplaced = 0;
  }
}
