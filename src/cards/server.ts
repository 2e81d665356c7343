import type { ServerView } from "../stats/views.ts";
import { METRICS } from "../stats/views.ts";
import type { CardContext } from "./card.ts";
import { dailyChart } from "./chart.ts";
import type { Content } from "./content.ts";
import { countedMetrics, rowOf, uncountedNote } from "./counted.ts";
import { figured, figuresPanel, withLists } from "./figures.ts";
import { topChannels, topMembers } from "./rankings.ts";
import type { Words } from "./words.ts";

/** Messages above, voice below; each with its totals, its members and its channels, or why there are none yet. */
export function serverContent(view: ServerView, context: CardContext, words: Words): Content {
  const { say } = words;
  const counted = countedMetrics(view);
  const uncounted = METRICS.filter((metric) => !counted.includes(metric));
  return {
    subject: context.names.guild,
    title: null,
    subtitle: [say("title.server"), say(`filter.${view.members}`), say(`period.${view.period}`)],
    panels: [
      ...counted.flatMap((metric) =>
        withLists(figuresPanel(figured(view, metric), words), [
          topMembers(view, metric, view.topMembers[metric], context, words),
          topChannels(view, metric, view.topChannels[metric], context, words),
        ]),
      ),
      ...rowOf(uncounted.map((metric) => uncountedNote(metric, true, words))),
    ],
    chart: dailyChart(view, METRICS, words),
    isGuildWide: true,
  };
}
