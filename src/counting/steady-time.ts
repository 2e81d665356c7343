import type { Clock } from "../clock.ts";

/** A wall clock that differs by more than this from the time that passed was set, not slowed or hastened. */
const STEP_MS = 1_000;

/**
 * Wall-clock time that runs as fast as time itself: a host's clock that is set forward or back must not make
 * anyone's hour longer or shorter. Whoever measures intervals with it must end them when it steps.
 */
export class SteadyTime {
  readonly #clock: Clock;
  readonly #stepped: (beforeMs: number, afterMs: number) => void;
  #wallMs: number;
  #elapsedMs: number;

  /** @param stepped called before a step is seen by anyone: intervals end at `beforeMs` and go on from `afterMs` */
  constructor(clock: Clock, stepped: (beforeMs: number, afterMs: number) => void) {
    this.#clock = clock;
    this.#stepped = stepped;
    this.#wallMs = clock.nowMs();
    this.#elapsedMs = clock.elapsedMs();
  }

  /** Now, Unix milliseconds, whole. */
  nowMs(): number {
    const wallMs = this.#clock.nowMs();
    const steadyMs = this.#wallMs + Math.floor(this.#clock.elapsedMs() - this.#elapsedMs);
    if (Math.abs(wallMs - steadyMs) <= STEP_MS) return steadyMs;
    this.#wallMs = wallMs;
    this.#elapsedMs = this.#clock.elapsedMs();
    this.#stepped(steadyMs, wallMs);
    return wallMs;
  }
}
