import type { ByMetric, ByPeriod, Metric, TopMetric } from "../stats/views.ts";
import { METRICS } from "../stats/views.ts";
import type { Panel } from "./card.ts";
import type { Words } from "./words.ts";

export type NotePanel = Extract<Panel, { kind: "note" }>;

/** The metrics of which anything was ever counted. */
export function countedMetrics({
  totals,
}: {
  readonly totals: ByPeriod<ByMetric<number>>;
}): readonly Metric[] {
  return METRICS.filter((metric) => totals.lifetime[metric] > 0);
}

/**
 * What an empty list says: that this period is silent, or that all of the past is; how to fill it, to those who can.
 * @param isCounted whether anything was ever counted
 * @param isAddressed whether the card speaks to whoever looks at it: of the server, or of themselves
 */
export function emptyWords(
  metric: TopMetric,
  isCounted: boolean,
  isAddressed: boolean,
  words: Words,
): string {
  if (isCounted) return words.say(`emptyInPeriod.${metric}`);
  return words.say(`${isAddressed ? "empty" : "emptyYet"}.${metric}`);
}

/** A metric of which nothing was ever counted: one sentence in place of its zeros and its empty lists. */
export function uncountedNote(metric: TopMetric, isAddressed: boolean, words: Words): NotePanel {
  const text = emptyWords(metric, false, isAddressed, words);
  return { kind: "note", title: words.say(`metric.${metric}`), text };
}

/** A row of panels, or none where there are none. */
export function rowOf(panels: readonly Panel[]): readonly (readonly Panel[])[] {
  return panels.length === 0 ? [] : [panels];
}
