import type { Clock, Timer } from "../clock.ts";
import { type GuildStatsError, storeFailure } from "../errors.ts";
import type { ChangesSince, Stop, StoreChanges } from "../store/changes.ts";

export interface ChangeFollowerEvents {
  /** Another process wants something to be looked at soon: a change, or a guild. */
  heard(): void;
  /** The store could not be asked, or what it told could not be taken in; told once, until it {@link recovered}. */
  failed(error: GuildStatsError): void;
  /** What had failed went well again. */
  recovered(): void;
}

/**
 * Takes in what other processes change: when the store says so, and in any case once a period. Changes that could not be
 * taken in are asked for again, whole.
 */
export class ChangeFollower {
  readonly #changes: StoreChanges | null;
  readonly #clock: Clock;
  readonly #take: (changes: ChangesSince) => Promise<void>;
  readonly #events: ChangeFollowerEvents;
  #seen = 0;
  #timer: Timer | null = null;
  #stopListening: Stop | null = null;
  /** The round that is under way. */
  #running: Promise<void> | null = null;
  /** Whether something may have changed since the round under way asked. */
  #isAgain = false;
  #hasFailed = false;
  #isStopped = false;

  /** @param changes `null`: nobody else changes the store, and there is nothing to do */
  constructor(
    changes: StoreChanges | null,
    clock: Clock,
    take: (changes: ChangesSince) => Promise<void>,
    events: ChangeFollowerEvents,
  ) {
    this.#changes = changes;
    this.#clock = clock;
    this.#take = take;
    this.#events = events;
  }

  /** The last version that was taken in whole, for `Batch.changesSeen`. */
  get seen(): number | null {
    return this.#changes && this.#seen;
  }

  /** To be called before anything is read that is to be kept up to date. @throws `STORE_*` */
  async open(): Promise<void> {
    if (this.#changes) this.#seen = await this.#changes.version();
  }

  /** Begins to take changes in. */
  start(): void {
    if (!this.#changes) return;
    this.#stopListening = this.#changes.listen(() => {
      this.#events.heard();
      void this.now();
    });
    this.#schedule(this.#changes);
  }

  /** Takes in what was changed until now. Never rejects. */
  now(): Promise<void> {
    if (!this.#changes || this.#isStopped) return Promise.resolve();
    this.#isAgain = true;
    this.#running ??= this.#rounds(this.#changes).finally(() => {
      this.#running = null;
      // Whoever asked when the last round had ended, and nobody knew yet.
      return this.#isAgain ? this.now() : undefined;
    });
    return this.#running;
  }

  /** Resolves when the round under way has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#timer = null;
    await this.#stopListening?.();
    await this.#running;
  }

  #schedule(changes: StoreChanges): void {
    this.#timer = this.#clock.after(changes.pollIntervalMs, () => {
      void this.now().then(() => {
        if (!this.#isStopped) this.#schedule(changes);
      });
    });
  }

  async #rounds(changes: StoreChanges): Promise<void> {
    try {
      while (this.#isAgain && !this.#isStopped) {
        this.#isAgain = false;
        const since = await changes.since(this.#seen);
        if (since.version !== this.#seen) await this.#take(since);
        this.#seen = since.version;
      }
    } catch (thrown) {
      if (!this.#hasFailed)
        this.#events.failed(storeFailure(thrown, "what other processes changed could not be taken in"));
      this.#hasFailed = true;
      return;
    }
    if (this.#hasFailed) this.#events.recovered();
    this.#hasFailed = false;
  }
}
