import type { CategoryView, RoleView } from "../stats/views.ts";
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
    panels: METRICS.map((metric) => [
      figuresPanel(figured(view, metric), words, rankRow(view.ranks[metric], view.period, words)),
      topMembers(view, metric, view.topMembers[metric], context, words),
      topChannels(view, metric, view.topChannels[metric], context, words),
    ]),
    chart: dailyChart(view.daily, METRICS, words),
    isGuildWide: false,
  };
}
