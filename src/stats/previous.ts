import type { ByPeriod } from "./views.ts";

/** What was in the periods before, of which memory does not know. */
export function unknownPrevious(): ByPeriod<null> {
  return { "24h": null, "7d": null, "30d": null, lifetime: null };
}
