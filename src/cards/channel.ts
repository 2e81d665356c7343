import type { ChannelView } from "../stats/views.ts";
import { METRICS } from "../stats/views.ts";
import type { Names, Panel } from "./card.ts";
import type { Words } from "./words.ts";

/** One channel's totals, its place, and who is most active in it; voice only where there can be any. */
export function channelPanels(view: ChannelView, names: Names, words: Words): readonly (readonly Panel[])[] {
  const isText = names.channel(view.channelId).kind === "text" && view.totals.lifetime.voice === 0;
  const metrics = isText ? (["messages"] as const) : METRICS;
  const ranks = words.ranks(view.ranks);
  return [
    [
      ...metrics.map((metric) => words.figures(metric, view, view.contributors)),
      { ...ranks, rows: ranks.rows.slice(0, metrics.length) },
    ],
    metrics.map((metric) =>
      words.ranking(words.say.topMembersPanel[metric], metric, view.topMembers[metric], names.member),
    ),
  ];
}
