import { type Clock, HOUR_MS } from "../clock.ts";
import { type GuildStatsError, storeFailure } from "../errors.ts";
import type { GuildRecord } from "./guild-record.ts";
import { type HotWindow, olderRange } from "./hot-window.ts";

/** An answer waits for a comparison no longer than this. */
const PATIENCE_MS = 300;
/** A store that failed is left alone for so long. */
const RETRY_MS = 60_000;

interface Asked {
  /** The hour in which it was asked. */
  readonly head: number;
  /** When it failed, by the clock's `elapsedMs`; `null`: it did not. */
  failedMs: number | null;
  /** Resolves with the answer, and after {@link PATIENCE_MS} without one. */
  waiting: Promise<void>;
}

/**
 * Has windows know the hours before them. These change once an hour, so they are asked for once an hour, by the first
 * query; those that come meanwhile wait with it.
 */
export class OlderHoursLoader {
  readonly #clock: Clock;
  readonly #load: (record: GuildRecord) => Promise<void>;
  readonly #failed: (error: GuildStatsError) => void;
  /** Gone with its window: what is asked of a guild that was unloaded meanwhile is nobody's answer. */
  readonly #asked = new WeakMap<HotWindow, Asked>();

  /** @param load asks the store, and gives what it says to the record if that is still as it was */
  constructor(
    clock: Clock,
    load: (record: GuildRecord) => Promise<void>,
    failed: (error: GuildStatsError) => void,
  ) {
    this.#clock = clock;
    this.#load = load;
    this.#failed = failed;
  }

  /**
   * Asks for the hours before a loaded record's window.
   * @returns `null` when there is nothing to wait for; else what resolves soon, and never rejects. The record may have
   * been unloaded meanwhile
   */
  ask(record: GuildRecord): Promise<void> | null {
    const { hot, sinceMs } = record;
    // Where counting began later, there is nothing to compare with.
    if (hot === null || hot.older !== null || sinceMs > olderRange(hot.head).fromHour * HOUR_MS) return null;
    const known = this.#asked.get(hot);
    if (known?.head === hot.head) {
      const { failedMs } = known;
      if (failedMs === null) return known.waiting;
      if (this.#clock.elapsedMs() - failedMs < RETRY_MS) return null;
    }
    const asked: Asked = { head: hot.head, failedMs: null, waiting: Promise.resolve() };
    this.#asked.set(hot, asked);
    const loading = this.#load(record).catch((thrown) => {
      asked.failedMs = this.#clock.elapsedMs();
      this.#failed(storeFailure(thrown, "older hours could not be read"));
    });
    asked.waiting = this.#patiently(loading);
    return asked.waiting;
  }

  #patiently(loading: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#clock.after(PATIENCE_MS, resolve);
      void loading.then(() => {
        timer.cancel();
        resolve();
      });
    });
  }
}
