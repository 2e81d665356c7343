import type { MetricView } from "../stats/views.ts";
import type { Names, Panel } from "./card.ts";
import type { Words } from "./words.ts";

/** The server's messages alone, or its voice alone. */
export function metricPanels(view: MetricView, names: Names, words: Words): readonly (readonly Panel[])[] {
  const metric = view.kind;
  return [
    [
      words.figures(metric, view, view.contributors),
      words.ranking(words.say(`panel.topMembers.${metric}`), metric, view.topMembers, view, names.member),
      words.ranking(words.say(`panel.topChannels.${metric}`), metric, view.topChannels, view, names.channel),
    ],
  ];
}
