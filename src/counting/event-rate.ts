import type { Clock } from "../clock.ts";

const WINDOW_S = 60;

/** How many events came, and how many a second of late. A mark is a comparison and two additions. */
export class EventRate {
  readonly #clock: Clock;
  readonly #startedS: number;
  /** By second, a ring; entries older than the window are emptied when time comes round to them. */
  readonly #counts = new Uint32Array(WINDOW_S);
  #second: number;
  #total = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedS = Math.floor(clock.elapsedMs() / 1_000);
    this.#second = this.#startedS;
  }

  get total(): number {
    return this.#total;
  }

  mark(): void {
    this.#advance();
    const index = this.#second % WINDOW_S;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#total++;
  }

  /** Events a second over the last 60 seconds, the current one included; over less while there is less. */
  perSecond(): number {
    this.#advance();
    const seconds = Math.min(WINDOW_S, this.#second - this.#startedS + 1);
    return this.#counts.reduce((sum, count) => sum + count, 0) / seconds;
  }

  #advance(): void {
    const second = Math.floor(this.#clock.elapsedMs() / 1_000);
    if (second === this.#second) return;
    const passed = Math.min(WINDOW_S, second - this.#second);
    for (let step = 0; step < passed; step++) this.#counts[(second - step) % WINDOW_S] = 0;
    this.#second = second;
  }
}
