import type { Clock, Timer } from "../../clock.ts";
import type { Database, Listening } from "./database.ts";

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/** How often a connection is asked whether it is still there: a line that was cut without a word says nothing. */
const CHECK_MS = 30_000;

/**
 * Hears notices of a server, on a connection that is made again, with growing waits, when it is lost. Nothing is told of
 * its failures: whoever listens asks now and then anyway, and is told by that.
 */
export class Listener {
  readonly #database: Database;
  readonly #channel: string;
  readonly #clock: Clock;
  readonly #wake: () => void;
  #failures = 0;
  #timer: Timer | null = null;
  #current: Promise<Listening | null> = Promise.resolve(null);
  #isStopped = false;

  constructor(database: Database, channel: string, clock: Clock, wake: () => void) {
    this.#database = database;
    this.#channel = channel;
    this.#clock = clock;
    this.#wake = wake;
    this.#begin();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await (await this.#current)?.end();
  }

  #begin(): void {
    this.#current = this.#database.listen(this.#channel, this.#wake).then(
      (listening) => {
        this.#failures = 0;
        this.#checkLater(listening);
        void listening.lost.then(() => this.#retryLater());
        // What was told meanwhile was not heard.
        this.#wake();
        return listening;
      },
      () => {
        this.#retryLater();
        return null;
      },
    );
  }

  #checkLater(listening: Listening): void {
    this.#later(CHECK_MS, () => {
      listening.check().then(
        () => this.#checkLater(listening),
        // It is lost by that.
        () => listening.end(),
      );
    });
  }

  #retryLater(): void {
    this.#later(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures++), () => this.#begin());
  }

  #later(delayMs: number, act: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#isStopped ? null : this.#clock.after(delayMs, act);
  }
}
