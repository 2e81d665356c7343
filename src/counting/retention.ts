import { type Clock, hourOf, type Timer } from "../clock.ts";
import { type GuildStatsError, storeFailure } from "../errors.ts";
import type { CalendarDay } from "../local-day.ts";
import type { Snowflake } from "../snowflake.ts";
import type { RollUpRequest, Store } from "../store/store.ts";

export interface RetentionOptions {
  /** Days for which rows by hour are kept; more than the hot window's 31. */
  readonly hourlyRetentionDays: number;
  /** Days for which rows by day are kept, at least `hourlyRetentionDays`; `null`: for good. */
  readonly dailyRetentionDays: number | null;
  /** IANA zone name, for guilds that chose none. */
  readonly timeZone: string;
}

const PERIOD_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * Has the store sum what is too old to be kept by hour, in the background: slice after slice, with a turn of the
 * event loop between two, in which batches go ahead. Where it stopped or was killed it finds in the file.
 */
export class Retention {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #options: RetentionOptions;
  readonly #failed: (error: GuildStatsError) => void;
  #timer: Timer | null = null;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  /** @param failed a pass ended early; the next begins where it ended */
  constructor(
    store: Store,
    clock: Clock,
    options: RetentionOptions,
    failed: (error: GuildStatsError) => void,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#options = options;
    this.#failed = failed;
  }

  /** Begins a pass now, and one each hour. */
  start(): void {
    this.#running = this.#pass().then(() => {
      if (!this.#stopped) this.#timer = this.#clock.after(PERIOD_MS, () => this.start());
    });
  }

  /** No slice begins any more; resolves when the one under way has ended. */
  stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    return this.#running;
  }

  async #pass(): Promise<void> {
    const due = dueAt(this.#clock.nowMs(), this.#options);
    let from: Snowflake | null = null;
    try {
      do {
        from = (await this.#store.rollUp({ ...due, from })).next;
        await this.#clock.turn();
      } while (from !== null && !this.#stopped);
    } catch (thrown) {
      this.#failed(storeFailure(thrown, "roll-up failed"));
    }
  }
}

/** What is due at an instant. A day that has not ended everywhere is not over: it is kept for one day more. */
function dueAt(nowMs: number, options: RetentionOptions): Omit<RollUpRequest, "from"> {
  const { hourlyRetentionDays, dailyRetentionDays, timeZone } = options;
  const dailyBefore: CalendarDay | null =
    dailyRetentionDays === null ? null : Math.floor(nowMs / DAY_MS) - dailyRetentionDays - 1;
  return { hourlyBefore: hourOf(nowMs - hourlyRetentionDays * DAY_MS), dailyBefore, timeZone };
}
