import type { Clock } from "./clock.ts";

/** The injected clock as lru-cache wants it, read at every look: between looks it would keep a timer of its own. */
export function cacheTime(clock: Clock): { readonly perf: { now(): number }; readonly ttlResolution: 0 } {
  // An entry made at time 0 would count as one without a time.
  return { perf: { now: () => clock.elapsedMs() + 1 }, ttlResolution: 0 };
}
