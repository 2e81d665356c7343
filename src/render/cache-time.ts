import type { Clock } from "../clock.ts";

/** The injected clock as lru-cache wants it: an entry made at time 0 would count as one without a time. */
export function cacheTime(clock: Clock): { now(): number } {
  return { now: () => clock.elapsedMs() + 1 };
}
