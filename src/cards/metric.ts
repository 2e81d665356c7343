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
  const both = (list: MetricView["topMembers"]) => ({ messages: list, voice: list });
  const lists = [
    topMembers({ ...view, topMembers: both(view.topMembers) }, metric, context, words),
    topChannels({ ...view, topChannels: both(view.topChannels) }, metric, context, words),
  ];
  return {
    subject: context.names.guild,
    title: null,
    subtitle: [say(`title.${metric}`), say(`filter.${view.members}`), say(`period.${view.period}`)],
    panels:
      metric === "messages"
        ? [[figures, ...lists]]
        : [[figures, voiceSplit(view.voiceStates, view.totals.lifetime.voice > 0, words)], lists],
    chart: dailyChart(view.daily, [metric], words),
    isGuildWide: true,
  };
}
