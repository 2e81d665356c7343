import type { RhythmView } from "../stats/views.ts";
import type { CardContext, Panel } from "./card.ts";
import { dailyChart } from "./chart.ts";
import type { Content } from "./content.ts";
import { uncountedNote } from "./counted.ts";
import { figured, figuresPanel, stripOf } from "./figures.ts";
import { heatmapPanel, hoursOf, rhythmWeeks, slotWords } from "./heatmap.ts";
import type { Words } from "./words.ts";

/** Places in the list of busy hours: as many as there are figures beside it. */
const LIST_ROWS = 4;

/** When the guild is busy: a large map of the week, below it how much that is, and the busiest hours in words. */
export function rhythmContent(view: RhythmView, { names }: CardContext, words: Words): Content {
  const { say } = words;
  const { metric, rhythm } = view;
  return {
    subject: names.guild,
    title: null,
    subtitle: [say("title.rhythm"), say(`filter.${view.members}`), ...rhythmWeeks(rhythm, words)],
    panels: panelsOf(view, words),
    chart: dailyChart(view, [metric], words),
    isGuildWide: true,
  };
}

function panelsOf(view: RhythmView, words: Words): Content["panels"] {
  const { metric, rhythm, totals } = view;
  if (totals.lifetime[metric] === 0) return [[uncountedNote(metric, true, words)]];
  const map = heatmapPanel(rhythm, metric, words);
  const figures = figuresPanel(figured(view, metric), words);
  // Without a map there is nothing to list.
  return map.kind === "note" ? [[stripOf(figures)], [map]] : [[map], [figures, busiestHours(view, words)]];
}

function busiestHours({ metric, rhythm }: RhythmView, words: Words): Panel {
  const hours = hoursOf(rhythm, metric);
  const most = Math.max(...hours);
  const busiest = hours
    .map((value, slot) => ({ value, slot }))
    .filter(({ value }) => value > 0)
    // Of equal hours the earlier one comes first: sorting keeps their order.
    .sort((one, other) => other.value - one.value)
    .slice(0, LIST_ROWS);
  return {
    kind: "split",
    title: words.say("panel.busiestHours"),
    rows: busiest.map(({ value, slot }) => ({
      label: words.say("rhythm.slot", slotWords(slot, words)),
      value: words.value(value, metric),
      // Of all the week's, the longest bar would be a dot.
      share: value / most,
    })),
  };
}
