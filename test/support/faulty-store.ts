import { GuildStatsError } from "../../src/errors.ts";
import type { Batch, Store } from "../../src/store/store.ts";

/** What happens to the next write: it is refused, or it is applied and its answer is lost. */
export type Fault = "refused" | "unanswered";

/** A real store whose line to us can be cut: writes fail before or after they took place. */
export function withFaults(store: Store): {
  readonly store: Store;
  /** Faults of the next writes, in order. */
  readonly faults: Fault[];
  /** Batches that reached the store. */
  readonly writes: Batch[];
  /** Whether guilds can be loaded. */
  readonly line: { loads: boolean };
} {
  const faults: Fault[] = [];
  const writes: Batch[] = [];
  const line = { loads: true };
  const load = (...request: Parameters<Store["load"]>): ReturnType<Store["load"]> => {
    if (!line.loads) return Promise.reject(new GuildStatsError("STORE_FAILED", "the store is away (test)"));
    return store.load(...request);
  };
  const apply = async (batch: Batch): Promise<"applied" | "duplicate"> => {
    const fault = faults.shift();
    if (fault === "refused") throw new GuildStatsError("STORE_FULL", "no space left (test)");
    writes.push(batch);
    const answer = await store.apply(batch);
    if (fault === "unanswered") throw new GuildStatsError("STORE_FAILED", "the answer was lost (test)");
    return answer;
  };
  const proxied = new Proxy(store, {
    get(target, name) {
      if (name === "apply") return apply;
      if (name === "load") return load;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { store: proxied, faults, writes, line };
}
