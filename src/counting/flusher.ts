import type { Clock, Timer } from "../clock.ts";
import { asError, GuildStatsError } from "../errors.ts";
import { SILENCE_MS, unlessSilent } from "../silence.ts";
import { FlushTally } from "./flush-tally.ts";
import type { GuildCache } from "./guild-cache.ts";
import type { WriteQueue } from "./write-queue.ts";

/** What one flush did. */
export interface FlushReport {
  readonly rows: number;
  readonly batches: number;
  readonly durationMs: number;
}

export interface FlusherEvents {
  flushed(report: FlushReport): void;
  failed(error: GuildStatsError): void;
}

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/** How often a drain tries before it gives up: about 7 s with the waits between. */
const DRAIN_ATTEMPTS = 4;

/**
 * Writes what is dirty, periodically. A batch whose write failed or was not answered stays in flight and is
 * sent again, under its number, before anything newer; meanwhile new counts gather in the dirty sets, where
 * they cost a row a cell however long the store is away.
 */
export class Flusher {
  readonly #cache: GuildCache;
  readonly #queue: WriteQueue;
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #events: FlusherEvents;
  #timer: Timer | null = null;
  readonly #tally = new FlushTally();
  /** Batches that the store has answered for. */
  #answers = 0;
  #running: Promise<unknown> = Promise.resolve();

  constructor(cache: GuildCache, queue: WriteQueue, clock: Clock, intervalMs: number, events: FlusherEvents) {
    this.#cache = cache;
    this.#queue = queue;
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#events = events;
  }

  metrics(): ReturnType<FlushTally["metrics"]> {
    return this.#tally.metrics();
  }

  start(): void {
    this.#schedule(this.#intervalMs);
  }

  /**
   * Writes everything counted before the call.
   * @throws the store's coded error; nothing is lost, and the next flush tries again
   */
  flush(): Promise<FlushReport> {
    return this.#next(() => this.#cache.cut());
  }

  /** Writes what is in flight, and leaves what is dirty to the period. @throws as {@link flush} */
  settle(): Promise<FlushReport> {
    return this.#next(() => undefined);
  }

  /**
   * Stops the period and writes what is left, trying again with growing waits, as long as the store answers.
   * @throws the last attempt's error; `details.rows` says how many rows could not be written
   */
  async drain(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = null;
    for (let attempt = 1; ; attempt++) {
      try {
        if (await unlessSilent(this.#clock, this.flush(), () => this.#answers)) return;
      } catch (thrown) {
        if (attempt === DRAIN_ATTEMPTS) throw this.#unwritten(asError(thrown).message, thrown);
        // However long the store has been away before: whoever asked the bot to end will not wait for it.
        await new Promise<void>((resolve) => this.#clock.after(retryMs(attempt), resolve, true));
        continue;
      }
      throw this.#unwritten(`the store has not answered for ${SILENCE_MS / 1_000} s`);
    }
  }

  #unwritten(why: string, cause?: unknown): GuildStatsError {
    const rows = this.#cache.dirtyRows;
    const message = `stopping with ${rows} rows unwritten: ${why}`;
    return new GuildStatsError("STORE_FAILED", message, { cause, details: { rows } });
  }

  #schedule(delayMs: number): void {
    this.#timer = this.#clock.after(delayMs, () => {
      // A failure is reported by the pass itself and shortens or lengthens the wait; it must not end the period.
      const again = (): void => {
        const { consecutiveFailures } = this.#tally;
        if (this.#timer)
          this.#schedule(consecutiveFailures > 0 ? retryMs(consecutiveFailures) : this.#intervalMs);
      };
      this.flush().then(again, again);
    });
  }

  /** One pass after another: a call made during a pass must not return before its own counts are written. */
  #next(cut: () => void): Promise<FlushReport> {
    const pass = this.#running.then(() => this.#pass(cut));
    this.#running = pass.catch(() => undefined);
    return pass;
  }

  async #pass(cut: () => void): Promise<FlushReport> {
    const startedMs = this.#clock.elapsedMs();
    let rows = 0;
    let batches = 0;
    // Whether or not the store is there: a question that is asked later must not wait for it.
    await this.#cache.bringUpToDate();
    try {
      // What is in flight goes first, and alone if it fails: batches are applied in the order of their numbers.
      const written = async (): Promise<void> => {
        for (let count = 1; count > 0; batches += count) {
          const size = await this.#queue.writeOldest(this.#cache);
          if (size !== null) this.#answers++;
          count = size === null ? 0 : 1;
          rows += size ?? 0;
          this.#tally.wrote(size ?? 0);
        }
      };
      await written();
      cut();
      await written();
    } catch (thrown) {
      this.#tally.failed();
      const error = thrown instanceof GuildStatsError ? thrown : wrapped(thrown);
      this.#events.failed(error);
      throw error;
    }
    const report = { rows, batches, durationMs: this.#clock.elapsedMs() - startedMs };
    this.#tally.wentWell({ endedAtMs: this.#clock.nowMs(), durationMs: report.durationMs, rows });
    if (batches > 0) this.#events.flushed(report);
    return report;
  }
}

/** How long to wait after so many failures in a row, from 1. */
function retryMs(failures: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
}

function wrapped(thrown: unknown): GuildStatsError {
  return new GuildStatsError("STORE_FAILED", `flush failed: ${asError(thrown).message}`, { cause: thrown });
}
