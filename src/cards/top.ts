import type { TopView } from "../stats/views.ts";
import type { Names, Panel } from "./card.ts";
import type { Words } from "./words.ts";

/** Places in one column; more than this many make two. */
const COLUMN_ROWS = 5;

/** The ten highest, in two columns. */
export function topPanels(view: TopView, names: Names, words: Words): readonly (readonly Panel[])[] {
  const subjectOf = view.of === "members" ? names.member : names.channel;
  const column = (title: string, from: number): Panel =>
    words.ranking(title, view.metric, view.entries.slice(from, from + COLUMN_ROWS), view, subjectOf);
  const { say } = words;
  if (view.entries.length <= COLUMN_ROWS) return [[column(say("panel.ranking"), 0)]];
  return [[column(say("panel.ranking"), 0), column(say("panel.rankingContinued"), COLUMN_ROWS)]];
}
