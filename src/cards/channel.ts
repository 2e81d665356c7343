import type { ChannelView, Metric } from "../stats/views.ts";
import { METRICS } from "../stats/views.ts";
import type { Names, Panel } from "./card.ts";
import type { Words } from "./words.ts";

/** What the channel is for, and what else was counted in it: a text channel's card says nothing of voice. */
export function channelMetrics({ channelId, totals }: ChannelView, names: Names): readonly Metric[] {
  const { kind } = names.channel(channelId);
  const purpose: Metric | null = kind === "text" ? "messages" : kind === "voice" ? "voice" : null;
  const metrics = METRICS.filter((metric) => metric === purpose || totals.lifetime[metric] > 0);
  return metrics.length > 0 ? metrics : METRICS;
}

/** One channel's totals and place, and who is most active in it: side by side, or one above the other. */
export function channelPanels(view: ChannelView, names: Names, words: Words): readonly (readonly Panel[])[] {
  const metrics = channelMetrics(view, names);
  const figures = metrics.map((metric) => words.figures(metric, view, view.contributors, view.ranks[metric]));
  const rankings = metrics.map((metric) =>
    words.ranking(
      words.say(`panel.topMembers.${metric}`),
      metric,
      view.topMembers[metric],
      view,
      names.member,
    ),
  );
  return metrics.length === 1 ? [[...figures, ...rankings]] : [figures, rankings];
}
