import type { CategoryView, Metric, RoleView } from "../stats/views.ts";
import { METRICS } from "../stats/views.ts";
import type { CardContext } from "./card.ts";
import { dailyChart } from "./chart.ts";
import type { Content } from "./content.ts";
import { figured, figuresPanel, rankRow } from "./figures.ts";
import { topChannels, topMembers } from "./rankings.ts";
import type { Words } from "./words.ts";

/** A role's members or a category's channels: as the server's card, with its place among its like. */
export function groupContent(view: RoleView | CategoryView, context: CardContext, words: Words): Content {
  const { say } = words;
  const { names } = context;
  return {
    subject: view.kind === "role" ? names.role(view.roleId) : names.category(view.categoryId),
    title: null,
    subtitle: [say(`title.${view.kind}`), say(`filter.${view.members}`), say(`period.${view.period}`)],
    panels: countedMetrics(view).map((metric) => [
      figuresPanel(figured(view, metric), words, rankRow(view.ranks[metric], view.period, words)),
      topMembers(view, metric, view.topMembers[metric], context, words),
      topChannels(view, metric, view.topChannels[metric], context, words),
    ]),
    chart: dailyChart(view, METRICS, words),
    isGuildWide: false,
  };
}

/** What was ever counted there: of a category without voice channels, a row of voice would say nothing. */
function countedMetrics({ kind, totals }: RoleView | CategoryView): readonly Metric[] {
  if (kind === "role") return METRICS;
  const counted = METRICS.filter((metric) => totals.lifetime[metric] > 0);
  return counted.length > 0 ? counted : METRICS;
}
