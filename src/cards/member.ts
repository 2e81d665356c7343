import type { MemberView } from "../stats/views.ts";
import { METRICS } from "../stats/views.ts";
import type { Names, Panel } from "./card.ts";
import type { Words } from "./words.ts";

/** One member's totals and places, and below them where the member is most active. */
export function memberPanels(view: MemberView, names: Names, words: Words): readonly (readonly Panel[])[] {
  return [
    METRICS.map((metric) => words.figures(metric, view, null, view.ranks[metric])),
    METRICS.map((metric) =>
      words.ranking(
        words.say(`panel.topChannels.${metric}`),
        metric,
        view.topChannels[metric],
        view,
        names.channel,
      ),
    ),
  ];
}
