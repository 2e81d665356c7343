import { monitorEventLoopDelay } from "node:perf_hooks";
import { setImmediate as immediate } from "node:timers/promises";
import type { EventLoopDelay } from "./metrics.ts";

/** A timer that can be called off; cancelling twice, or after it fired, does nothing. */
export interface Timer {
  /** Calls the timer off. */
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

/** How long work goes on before the event loop gets a turn. */
const SLICE_MS = 2;

/** Cuts a long piece of work into slices of a few milliseconds, whatever its steps cost on this machine. */
export class Pace {
  readonly #clock: Clock;
  #sinceMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#sinceMs = clock.elapsedMs();
  }

  /** To be awaited between two short steps: gives the event loop a turn when it has waited long enough. */
  async turnIfDue(): Promise<void> {
    if (this.#clock.elapsedMs() - this.#sinceMs < SLICE_MS) return;
    await this.#clock.turn();
    this.#sinceMs = this.#clock.elapsedMs();
  }
}

const LOOP_SAMPLE_MS = 20;
const LOOP_WINDOW_MS = 60_000;

/** Watches how late the event loop is, until it is stopped. */
export interface EventLoopWatch {
  /** Over the last whole minute; before there was one, since the watch began. */
  read(): EventLoopDelay;
  stop(): void;
}

/** It is the host's event loop that is watched, in the host's time: no other clock could tell of it. */
export function watchEventLoop(): EventLoopWatch {
  const histogram = monitorEventLoopDelay({ resolution: LOOP_SAMPLE_MS });
  // The histogram holds the time between two samples; what is beyond the time asked for is the delay.
  const lateMs = (ns: number): number => Math.max(0, ns / 1e6 - LOOP_SAMPLE_MS);
  const read = (): EventLoopDelay =>
    Object.freeze({
      p50Ms: lateMs(histogram.percentile(50)),
      p99Ms: lateMs(histogram.percentile(99)),
      maxMs: lateMs(histogram.max),
    });
  let lastMinute: EventLoopDelay | null = null;
  const begin = (): Timer =>
    systemClock.after(LOOP_WINDOW_MS, () => {
      lastMinute = read();
      histogram.reset();
      timer = begin();
    });
  histogram.enable();
  let timer = begin();
  return {
    read: () => lastMinute ?? read(),
    stop(): void {
      timer.cancel();
      histogram.disable();
    },
  };
}

/** Milliseconds in one hour; counters are kept by UTC hour index, `floor(ms / HOUR_MS)`. */
export const HOUR_MS = 3_600_000;

/** The UTC hour index (hours since the Unix epoch) that holds `ms`. */
export function hourOf(ms: number): number {
  return Math.floor(ms / HOUR_MS);
}
