import type { ServerView } from "../stats/views.ts";
import { METRICS } from "../stats/views.ts";
import type { Names, Panel } from "./card.ts";
import type { Words } from "./words.ts";

/** Messages above, voice below; each with its totals, its members and its channels. */
export function serverPanels(view: ServerView, names: Names, words: Words): readonly (readonly Panel[])[] {
  return METRICS.map((metric) => [
    words.figures(metric, view, view.contributors),
    words.ranking(
      words.say(`panel.topMembers.${metric}`),
      metric,
      view.topMembers[metric],
      view,
      names.member,
    ),
    words.ranking(
      words.say(`panel.topChannels.${metric}`),
      metric,
      view.topChannels[metric],
      view,
      names.channel,
    ),
  ]);
}
