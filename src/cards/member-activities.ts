import type { MemberActivitiesView } from "../stats/views.ts";
import type { CardContext } from "./card.ts";
import { metricChart } from "./chart.ts";
import type { Content } from "./content.ts";
import { figuresPanel, rankRow } from "./figures.ts";
import { activityRanking, COLUMN_ROWS, emptyWords } from "./rankings.ts";
import type { Words } from "./words.ts";

/** What one member does, and how much in all. */
export function memberActivitiesContent(
  view: MemberActivitiesView,
  context: CardContext,
  words: Words,
): Content {
  const { say } = words;
  const { members, period, topActivities } = view;
  const figures = { ...view, metric: "activities", contributors: null } as const;
  const isOwn = view.memberId === context.viewerId;
  const empty = emptyWords("activities", view.totals.lifetime > 0, isOwn, words);
  const column = (key: "panel.topActivities" | "panel.rankingContinued", from: number) =>
    activityRanking(
      { title: say(key), empty },
      topActivities.slice(from, from + COLUMN_ROWS),
      ({ type }) => say(`activityType.${type}`),
      words,
    );
  return {
    subject: context.names.member(view.memberId),
    title: null,
    subtitle: [say("title.member-activities"), say(`filter.${members}`), say(`period.${period}`)],
    panels: [
      [
        figuresPanel(figures, words, rankRow(view.rank, period, words)),
        column("panel.topActivities", 0),
        ...(topActivities.length > COLUMN_ROWS ? [column("panel.rankingContinued", COLUMN_ROWS)] : []),
      ],
    ],
    chart: metricChart("activities", view, view.daily.durationMs, words),
    isGuildWide: false,
  };
}
