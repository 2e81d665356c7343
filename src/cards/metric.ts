import type { MetricView } from "../stats/views.ts";
import type { CardContext } from "./card.ts";
import { dailyChart } from "./chart.ts";
import type { Content } from "./content.ts";
import { figured, figuresPanel } from "./figures.ts";
import { topChannels, topMembers } from "./rankings.ts";
import { voiceSplit } from "./voice-split.ts";
import type { Words } from "./words.ts";

/** The server's messages alone, or its voice alone, with how that was spent. */
export function metricContent(view: MetricView, context: CardContext, words: Words): Content {
  const { say } = words;
  const metric = view.kind;
  const figures = figuresPanel(figured(view, metric), words);
  const lists = [
    topMembers(view, metric, view.topMembers, context, words),
    topChannels(view, metric, view.topChannels, context, words),
  ];
  return {
    subject: context.names.guild,
    title: null,
    subtitle: [say(`title.${metric}`), say(`filter.${view.members}`), say(`period.${view.period}`)],
    panels:
      view.voiceStates === null
        ? [[figures, ...lists]]
        : [[figures, voiceSplit(view.voiceStates, view.totals.lifetime.voice > 0, words)], lists],
    chart: dailyChart(view, [metric], words),
    isGuildWide: true,
  };
}
