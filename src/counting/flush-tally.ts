import type { CountingMetrics } from "../metrics.ts";

/** How the flushes of this run went. */
export class FlushTally {
  #rows = 0;
  #flushes = 0;
  #failures = 0;
  #consecutiveFailures = 0;
  #last: CountingMetrics["lastFlush"] = null;

  /** Failed attempts since the last one that went well. */
  get consecutiveFailures(): number {
    return this.#consecutiveFailures;
  }

  wentWell(last: NonNullable<CountingMetrics["lastFlush"]>): void {
    this.#flushes++;
    this.#consecutiveFailures = 0;
    this.#last = Object.freeze(last);
  }

  failed(): void {
    this.#failures++;
    this.#consecutiveFailures++;
  }

  /** A batch was taken by the store; also in a flush that fails behind it. */
  wrote(rows: number): void {
    this.#rows += rows;
  }

  metrics(): Pick<
    CountingMetrics,
    "rowsWritten" | "flushes" | "flushFailures" | "consecutiveFlushFailures" | "lastFlush"
  > {
    return {
      rowsWritten: this.#rows,
      flushes: this.#flushes,
      flushFailures: this.#failures,
      consecutiveFlushFailures: this.#consecutiveFailures,
      lastFlush: this.#last,
    };
  }
}
