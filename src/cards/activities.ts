import type { ActivitiesView, ActivityEntry } from "../stats/views.ts";
import type { CardContext } from "./card.ts";
import { metricChart } from "./chart.ts";
import type { Content } from "./content.ts";
import { emptyWords, uncountedNote } from "./counted.ts";
import { figuresPanel, withLists } from "./figures.ts";
import { activityRanking, COLUMN_ROWS, rankingPanel } from "./rankings.ts";
import type { Words } from "./words.ts";

/** What a guild's members do: totals and members above, the activities below where they need two columns. */
export function activitiesContent(view: ActivitiesView, context: CardContext, words: Words): Content {
  const { say } = words;
  const { members, topActivities } = view;
  const metric = "activities";
  const empty = emptyWords(metric, true, true, words);
  const figures = figuresPanel({ ...view, metric }, words);
  const people = rankingPanel(
    {
      title: say("panel.topMembers.activities"),
      metric,
      members,
      empty: context.hidesMembers ? say("empty.membersHidden") : empty,
      subjectOf: context.names.member,
      ownId: context.viewerId,
    },
    view.topMembers,
    words,
  );
  const column = (key: "panel.topActivities" | "panel.rankingContinued", from: number) =>
    activityRanking(
      { title: say(key), empty },
      topActivities.slice(from, from + COLUMN_ROWS),
      (entry) => memberNote(entry, view, words),
      words,
    );
  const first = column("panel.topActivities", 0);
  return {
    subject: context.names.guild,
    title: null,
    subtitle: [say("title.activities"), say(`filter.${members}`), say(`period.${view.period}`)],
    panels:
      view.totals.lifetime === 0
        ? [[uncountedNote(metric, true, words)]]
        : topActivities.length <= COLUMN_ROWS
          ? withLists(figures, [first, people])
          : [
              [figures, people],
              [first, column("panel.rankingContinued", COLUMN_ROWS)],
            ],
    chart: metricChart(metric, view, view.daily.durationMs, words),
    isGuildWide: true,
  };
}

/** How many members do it; what it is as well where two have one name. */
function memberNote(
  { name, type, members: count }: ActivityEntry,
  { topActivities, members: filter }: ActivitiesView,
  words: Words,
): string {
  const members = words.contributors(count, filter);
  const isAlone = topActivities.filter((other) => other.name === name).length < 2;
  if (isAlone) return members;
  return words.say("activityOfType", { type: words.say(`activityType.${type}`), members });
}
