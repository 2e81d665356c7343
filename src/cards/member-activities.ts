import type { MemberActivitiesView } from "../stats/views.ts";
import type { CardContext } from "./card.ts";
import { metricChart } from "./chart.ts";
import type { Content } from "./content.ts";
import { emptyWords, uncountedNote } from "./counted.ts";
import { figuresPanel, rankRow, stripOf } from "./figures.ts";
import { activityRanking, COLUMN_ROWS } from "./rankings.ts";
import type { Words } from "./words.ts";

/** How much one member does in all, and what: two columns below, so that each name has room for what it is. */
export function memberActivitiesContent(
  view: MemberActivitiesView,
  context: CardContext,
  words: Words,
): Content {
  const { say } = words;
  const { members, period, topActivities } = view;
  const figures = { ...view, metric: "activities", contributors: null } as const;
  const isOwn = view.memberId === context.viewerId;
  const empty = emptyWords("activities", true, isOwn, words);
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
    panels:
      view.totals.lifetime === 0
        ? [[uncountedNote("activities", isOwn, words)]]
        : [
            [stripOf(figuresPanel(figures, words, rankRow(view.rank, period, words)))],
            [
              column("panel.topActivities", 0),
              ...(topActivities.length > COLUMN_ROWS ? [column("panel.rankingContinued", COLUMN_ROWS)] : []),
            ],
          ],
    chart: metricChart("activities", view, view.daily.durationMs, words),
    isGuildWide: false,
  };
}
