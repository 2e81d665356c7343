import type { DailySeries, Streaks } from "./views.ts";

/** Days in a row on which something was counted. */
export function streaks({ messages, voiceMs, unknownDays }: DailySeries): Streaks {
  const isActive = messages.map((count, day) => count > 0 || (voiceMs[day] ?? 0) > 0);
  let [activeDays, longestDays, run, before] = [0, 0, 0, 0];
  for (const active of isActive) {
    before = run;
    run = active ? run + 1 : 0;
    if (active) activeDays++;
    longestDays = Math.max(longestDays, run);
  }
  // Today is not over: its silence ends no streak yet.
  const currentDays = run > 0 ? run : before;
  return { activeDays, knownDays: isActive.length - unknownDays, currentDays, longestDays };
}
