import type { Clock } from "../clock.ts";

/** After an outage of the store, or when the host slept, others have so long to say that they live. */
const LONG_MS = 10_000;

/** For how long a process has been in touch with the store: only then may it call others silent. */
export class InTouch {
  readonly #clock: Clock;
  /** Since when the store answers, in elapsed milliseconds; `null`: it does not. */
  #sinceMs: number | null = null;
  /** When this process was last awake, Unix milliseconds. */
  #awakeMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#awakeMs = clock.nowMs();
  }

  /** For how long the store has answered, milliseconds; 0 while it does not. */
  get forMs(): number {
    return this.#sinceMs === null ? 0 : this.#clock.elapsedMs() - this.#sinceMs;
  }

  /** Whether others have had the time to say that they live. */
  get isLong(): boolean {
    return this.forMs >= LONG_MS;
  }

  /** The store answers. */
  answered(): void {
    this.#sinceMs ??= this.#clock.elapsedMs();
    this.#awakeMs = this.#clock.nowMs();
  }

  /** The store does not answer. */
  lost(): void {
    this.#sinceMs = null;
  }

  /**
   * To be called before the store is asked: since it answered last the host may have slept, or its clock was set. Elapsed
   * time does not tell, for it may stand still meanwhile.
   */
  awake(): void {
    const nowMs = this.#clock.nowMs();
    if (this.#sinceMs !== null && Math.abs(nowMs - this.#awakeMs) >= LONG_MS)
      this.#sinceMs = this.#clock.elapsedMs();
    this.#awakeMs = nowMs;
  }
}
