import type { Metric, Rhythm, Streaks } from "../stats/views.ts";
import type { FigureRow } from "./card.ts";
import type { FiguresPanel } from "./figures.ts";
import { HOURS, hoursOf } from "./heatmap.ts";
import type { Words } from "./words.ts";

/** A member's days and hours: how many, how many in a row, and when. */
export function habitsPanel(streaks: Streaks, rhythm: Rhythm, metric: Metric, words: Words): FiguresPanel {
  const { say } = words;
  const row = (label: string, value: string | null): FigureRow => ({
    label,
    value: value ?? say("streak.none"),
    note: "",
    change: null,
    isAbsent: value === null,
  });
  const days = (count: number): string | null => (count === 0 ? null : words.days(count));
  const { activeDays, knownDays } = streaks;
  const active = { active: words.number(activeDays), known: knownDays, shown: words.number(knownDays) };
  const hour = busiestHour(hoursOf(rhythm, metric));
  return {
    kind: "figures",
    title: say("panel.streaks"),
    rows: [
      row(say("streak.activeDays"), knownDays === 0 ? null : say("streak.activeOf", active)),
      row(say("streak.current"), days(streaks.currentDays)),
      row(say("streak.longest"), days(streaks.longestDays)),
      row(say("streak.busiestHour"), hour === null ? null : say("streak.hours", words.hour(hour))),
    ],
  };
}

/** The hour of the day in which most happens, on all weekdays together; `null`: nothing ever does. */
export function busiestHour(week: readonly number[]): number | null {
  const sums = new Array<number>(HOURS).fill(0);
  for (const [slot, value] of week.entries()) sums[slot % HOURS] = (sums[slot % HOURS] ?? 0) + value;
  const highest = Math.max(...sums);
  return highest > 0 ? sums.indexOf(highest) : null;
}
