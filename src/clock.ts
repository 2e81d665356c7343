import { setImmediate as immediate } from "node:timers/promises";

/** A timer that can be called off; cancelling twice, or after it fired, does nothing. */
export interface Timer {
  cancel(): void;
}

/**
 * Where time comes from. The only file that touches `Date.now` or timers is this one, so that a test can
 * move time by hand.
 */
export interface Clock {
  /** Wall-clock time, milliseconds since the Unix epoch. May step backwards when the host's clock is set. */
  nowMs(): number;
  /** Monotonic time in milliseconds from an arbitrary origin; for measuring how long something took. */
  elapsedMs(): number;
  /**
   * Calls `callback` once after `delayMs`.
   * @param holdsProcess whether the pending timer keeps the process alive; default `false`
   */
  after(delayMs: number, callback: () => void, holdsProcess?: boolean): Timer;
  /** Resolves once the event loop has had a turn for input and output. */
  turn(): Promise<void>;
}

/** The host's own clock. */
export const systemClock: Clock = Object.freeze({
  nowMs: () => Date.now(),
  elapsedMs: () => performance.now(),
  after(delayMs: number, callback: () => void, holdsProcess = false): Timer {
    const timer = setTimeout(callback, delayMs);
    if (!holdsProcess) timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
  async turn(): Promise<void> {
    await immediate();
  },
});

/** Milliseconds in one hour; counters are kept by UTC hour index, `floor(ms / HOUR_MS)`. */
export const HOUR_MS = 3_600_000;

/** The UTC hour index (hours since the Unix epoch) that holds `ms`. */
export function hourOf(ms: number): number {
  return Math.floor(ms / HOUR_MS);
}
