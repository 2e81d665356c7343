import type { CategoryView, RoleView } from "../stats/views.ts";
import { METRICS } from "../stats/views.ts";
import type { CardContext } from "./card.ts";
import { dailyChart } from "./chart.ts";
import type { Content } from "./content.ts";
import { countedMetrics, rowOf, uncountedNote } from "./counted.ts";
import { figured, figuresPanel, rankRow, withLists } from "./figures.ts";
import { topChannels, topMembers } from "./rankings.ts";
import type { Words } from "./words.ts";

/** A role's members or a category's channels: as the server's card, with its place among its like. */
export function groupContent(view: RoleView | CategoryView, context: CardContext, words: Words): Content {
  const { say } = words;
  const { names } = context;
  const counted = countedMetrics(view);
  // Of a category without voice channels, even that there was no voice would say nothing.
  const isTold = view.kind === "role" || counted.length === 0;
  const uncounted = isTold ? METRICS.filter((metric) => !counted.includes(metric)) : [];
  return {
    subject: view.kind === "role" ? names.role(view.roleId) : names.category(view.categoryId),
    title: null,
    subtitle: [say(`title.${view.kind}`), say(`filter.${view.members}`), say(`period.${view.period}`)],
    panels: [
      ...counted.flatMap((metric) => {
        const rank = rankRow(view.ranks[metric], view.period, words);
        return withLists(figuresPanel(figured(view, metric), words, rank), [
          topMembers(view, metric, view.topMembers[metric], context, words),
          topChannels(view, metric, view.topChannels[metric], context, words),
        ]);
      }),
      ...rowOf(uncounted.map((metric) => uncountedNote(metric, false, words))),
    ],
    chart: dailyChart(view, METRICS, words),
    isGuildWide: false,
  };
}
