import { setImmediate as immediate } from "node:timers/promises";
import type { Clock, Timer } from "../../src/clock.ts";

interface Pending {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #nowMs: number;
  #elapsedMs = 0;
  readonly #pending = new Set<Pending>();

  constructor(nowMs: number = Date.UTC(2026, 2, 15, 12, 30)) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  elapsedMs(): number {
    return this.#elapsedMs;
  }

  after(delayMs: number, callback: () => void): Timer {
    const pending = { dueMs: this.#elapsedMs + delayMs, callback };
    this.#pending.add(pending);
    return { cancel: () => this.#pending.delete(pending) };
  }

  async turn(): Promise<void> {
    await immediate();
  }

  /** How many timers wait. */
  get timers(): number {
    return this.#pending.size;
  }

  /** Lets time pass without firing timers, for a test that chooses the moment of each flush. */
  pass(ms: number): void {
    this.#moveTo(this.#elapsedMs + ms);
  }

  /** Sets the wall clock, as a host's time daemon does; timers do not notice. */
  step(nowMs: number): void {
    this.#nowMs = nowMs;
  }

  /** Moves time on, firing timers in the order in which they are due, with a turn of the event loop after each. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#elapsedMs + ms;
    for (;;) {
      const [next] = [...this.#pending]
        .filter(({ dueMs }) => dueMs <= untilMs)
        .sort((a, b) => a.dueMs - b.dueMs);
      if (next === undefined) break;
      // One that became due while time passed without it is late.
      this.#moveTo(Math.max(this.#elapsedMs, next.dueMs));
      this.#pending.delete(next);
      next.callback();
      await immediate();
    }
    this.#moveTo(untilMs);
    await immediate();
  }

  #moveTo(elapsedMs: number): void {
    this.#nowMs += elapsedMs - this.#elapsedMs;
    this.#elapsedMs = elapsedMs;
  }
}
