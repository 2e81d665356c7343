import { type Clock, HOUR_MS, type Timer } from "../clock.ts";

/** Does something each hour, never twice at a time. */
export class Upkeep {
  readonly #clock: Clock;
  readonly #task: () => Promise<void>;
  #timer: Timer | null = null;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  /** @param task must not reject */
  constructor(clock: Clock, task: () => Promise<void>) {
    this.#clock = clock;
    this.#task = task;
  }

  start(): void {
    this.#timer = this.#clock.after(HOUR_MS, () => {
      this.#running = this.#task().then(() => {
        if (!this.#stopped) this.start();
      });
    });
  }

  /** Resolves when what is under way has ended. */
  stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    return this.#running;
  }
}
