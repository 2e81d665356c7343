import type { GuildStatsError, GuildStatsErrorCode } from "./errors.ts";
import type { Metrics } from "./metrics.ts";

/** Which failures there were. */
export class FailureTally {
  readonly #counts = new Map<GuildStatsErrorCode, number>();
  #last: Metrics["lastFailure"] = null;

  add({ code }: GuildStatsError, atMs: number): void {
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
    this.#last = Object.freeze({ code, atMs });
  }

  metrics(): Pick<Metrics, "failures" | "lastFailure"> {
    return { failures: Object.freeze(Object.fromEntries(this.#counts)), lastFailure: this.#last };
  }
}
