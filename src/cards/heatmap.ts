import { formatHour, formatWeekday } from "../i18n/format.ts";
import type { Metric, Rhythm } from "../stats/views.ts";
import type { Panel } from "./card.ts";
import type { Words } from "./words.ts";

export const HOURS = 24;
const WEEKDAYS = [0, 1, 2, 3, 4, 5, 6] as const;
/** Every third hour is named: more names would not fit below the columns. */
const NAMED_HOURS = 3;

/** The 168 hours of a week, from Monday on. */
export function hoursOf(rhythm: Rhythm, metric: Metric): readonly number[] {
  return metric === "messages" ? rhythm.messages : rhythm.voiceMs;
}

/** Weekday and hour of one of the 168, in words. */
export function slotWords(slot: number, words: Words): { weekday: string; from: string; until: string } {
  const weekday = formatWeekday(Math.floor(slot / HOURS), words.locale, "long");
  return { weekday, ...words.hour(slot % HOURS) };
}

/** Of which weeks a rhythm is: it is known by hour, which older days are not. */
export function rhythmWeeks({ weeks }: Rhythm, words: Words): readonly string[] {
  return weeks > 0 ? [words.say("rhythm.weeks", { count: weeks, shown: words.number(weeks) })] : [];
}

/**
 * When something happens in a week, or why that cannot be told yet.
 * @param namesWeeks whether the map's title tells of which weeks that is
 */
export function heatmapPanel(rhythm: Rhythm, metric: Metric, words: Words, namesWeeks = false): Panel {
  const { say, locale } = words;
  const hours = hoursOf(rhythm, metric);
  const highest = Math.max(...hours);
  const title = say(`panel.rhythm.${metric}`);
  if (rhythm.weeks === 0) return { kind: "note", title, text: say("rhythm.empty") };
  // The map ends with yesterday: what was counted today stands in other figures already.
  if (highest === 0) return { kind: "note", title, text: say("rhythm.silent") };
  return {
    kind: "heatmap",
    title: [title, ...(namesWeeks ? rhythmWeeks(rhythm, words) : [])].join(" · "),
    rows: WEEKDAYS.map((weekday) => formatWeekday(weekday, locale, "short")),
    columns: Array.from({ length: HOURS }, (_, hour) =>
      hour % NAMED_HOURS === 0 ? formatHour(hour, locale) : "",
    ),
    values: hours.map((value) => value / highest),
    scale: [say("rhythm.less"), say("rhythm.more")],
    summary: say("rhythm.busiest", slotWords(hours.indexOf(highest), words)),
  };
}
