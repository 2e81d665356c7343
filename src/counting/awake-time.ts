import type { Clock, Timer } from "../clock.ts";

/** How often it is seen that this process is awake. */
const TICK_MS = 250;
/** How long a standstill is remembered, longer than a guild waits for the end of its holder to be known. */
const KEPT_MS = 600_000;

/** A time in which nothing was heard, though it may have been told. Half-open, Unix milliseconds. */
interface Standstill {
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * For how long this process has been awake. One that is paused, on a host that sleeps, or busy, hears late what was told
 * meanwhile; one that is awake hears at once.
 */
export class AwakeTime {
  readonly #clock: Clock;
  readonly #nowMs: () => number;
  /** Oldest first. */
  #standstills: Standstill[] = [];
  #timer: Timer | null = null;
  #isStopped = false;

  /** @param nowMs now, as what is heard is dated, Unix milliseconds */
  constructor(clock: Clock, nowMs: () => number) {
    this.#clock = clock;
    this.#nowMs = nowMs;
  }

  start(): void {
    if (this.#isStopped) return;
    const sinceMs = this.#nowMs();
    this.#timer = this.#clock.after(TICK_MS, () => {
      this.#tick(sinceMs, this.#nowMs());
      this.start();
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  /** The instant at which it had been awake for `forMs` since `fromMs`; Unix milliseconds. */
  since(fromMs: number, forMs: number): number {
    let atMs = fromMs;
    let leftMs = forMs;
    for (const { fromMs: asleepMs, untilMs } of this.#standstills) {
      if (untilMs <= atMs) continue;
      const awakeMs = Math.max(0, asleepMs - atMs);
      if (awakeMs >= leftMs) break;
      leftMs -= awakeMs;
      atMs = untilMs;
    }
    return atMs + leftMs;
  }

  #tick(sinceMs: number, nowMs: number): void {
    const dueMs = sinceMs + TICK_MS;
    // A tick that is a little late says that the event loop turns.
    if (nowMs <= dueMs + TICK_MS) return;
    this.#standstills = this.#standstills.filter(({ untilMs }) => untilMs > nowMs - KEPT_MS);
    this.#standstills.push({ fromMs: dueMs, untilMs: nowMs });
  }
}
