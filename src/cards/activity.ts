import { ACTIVITY_TYPES, activityId } from "../place-id.ts";
import type { ActivityView } from "../stats/views.ts";
import type { CardContext } from "./card.ts";
import { metricChart } from "./chart.ts";
import type { Content } from "./content.ts";
import { emptyWords, uncountedNote } from "./counted.ts";
import { figuresPanel, withLists } from "./figures.ts";
import { activitySubject, rankingPanel } from "./rankings.ts";
import type { Words } from "./words.ts";

/** One activity by name: how much of it, and by whom. */
export function activityContent(view: ActivityView, context: CardContext, words: Words): Content {
  const { say } = words;
  const { members, types } = view;
  const metric = "activities";
  const ranked = {
    title: say("panel.topMembers.activities"),
    metric,
    members,
    empty: context.hidesMembers ? say("empty.membersHidden") : emptyWords(metric, true, false, words),
    subjectOf: context.names.member,
    ownId: context.viewerId,
  } as const;
  return {
    subject: activitySubject(activityId(ACTIVITY_TYPES[types[0] ?? "playing"], view.name)),
    title: null,
    subtitle: [
      say("title.activity"),
      ...types.map((type) => say(`activityType.${type}`)),
      say(`filter.${members}`),
      say(`period.${view.period}`),
    ],
    panels:
      view.totals.lifetime === 0
        ? [[uncountedNote(metric, false, words)]]
        : withLists(figuresPanel({ ...view, metric }, words), [rankingPanel(ranked, view.topMembers, words)]),
    chart: metricChart(metric, view, view.daily.durationMs, words),
    isGuildWide: false,
  };
}
