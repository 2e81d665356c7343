import type { MetricView } from "../stats/views.ts";
import type { CardContext } from "./card.ts";
import { dailyChart } from "./chart.ts";
import type { Content } from "./content.ts";
import { uncountedNote } from "./counted.ts";
import { figured, figuresPanel, withLists } from "./figures.ts";
import { topChannels, topMembers } from "./rankings.ts";
import { voiceSplit } from "./voice-split.ts";
import type { Words } from "./words.ts";

/** The server's messages alone, or its voice alone, with how that was spent. */
export function metricContent(view: MetricView, context: CardContext, words: Words): Content {
  const { say } = words;
  const metric = view.kind;
  return {
    subject: context.names.guild,
    title: null,
    subtitle: [say(`title.${metric}`), say(`filter.${view.members}`), say(`period.${view.period}`)],
    panels: panelsOf(view, context, words),
    chart: dailyChart(view, [metric], words),
    isGuildWide: true,
  };
}

function panelsOf(view: MetricView, context: CardContext, words: Words): Content["panels"] {
  const metric = view.kind;
  if (view.totals.lifetime[metric] === 0) return [[uncountedNote(metric, true, words)]];
  const figures = figuresPanel(figured(view, metric), words);
  const lists = [
    topMembers(view, metric, view.topMembers, context, words),
    topChannels(view, metric, view.topChannels, context, words),
  ];
  return view.voiceStates === null
    ? withLists(figures, lists)
    : [[figures, voiceSplit(view.voiceStates, words)], lists];
}
