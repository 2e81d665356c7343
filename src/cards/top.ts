import type { RankedEntry, TopView } from "../stats/views.ts";
import type { CardContext, FigureRow, Names, Panel, Subject } from "./card.ts";
import { changeOf } from "./change.ts";
import { metricChart } from "./chart.ts";
import type { Content } from "./content.ts";
import { emptyWords, rowOf } from "./counted.ts";
import { activitySubject, COLUMN_ROWS, type ListPanel, rankingPanel, withoutBars } from "./rankings.ts";
import type { Words } from "./words.ts";

/** The whole, and a page of ten, in two columns; beside them the place of whoever asked, where no line is theirs. */
export function topContent(view: TopView, context: CardContext, words: Words): Content {
  const { say } = words;
  const { metric, of, members, entries, around, page, pages } = view;
  const { viewerId, names, hidesMembers } = context;
  const subjectOf = subjectsOf(of, names);
  const empty =
    of === "members" && hidesMembers
      ? say("empty.membersHidden")
      : emptyWords(metric, view.totals.lifetime > 0, true, words);
  const list = (title: string, lines: readonly RankedEntry[]): ListPanel => {
    const ownId = of === "members" ? viewerId : null;
    return rankingPanel({ title, metric, members, empty, subjectOf, ownId }, lines, words);
  };
  const columns = [list(say("panel.ranking"), entries.slice(0, COLUMN_ROWS))];
  if (entries.length > COLUMN_ROWS)
    columns.push(list(say("panel.rankingContinued"), entries.slice(COLUMN_ROWS)));
  if (around.some(({ id }) => id === viewerId)) columns.push(withoutBars(list(say("panel.around"), around)));
  return {
    subject: names.guild,
    title: null,
    subtitle: [
      topTitle(view, words),
      say(`filter.${members}`),
      say(`period.${view.period}`),
      ...(pages > 1 ? [say("page", { page: words.number(page + 1), pages: words.number(pages) })] : []),
    ],
    panels: [...rowOf(wholePanel(view, viewerId, words)), columns],
    chart: metricChart(metric, view, view.daily.values, words),
    isGuildWide: true,
  };
}

/** How much there is in all, how many share it, and which place of theirs is the viewer's; nothing where nothing is. */
function wholePanel(view: TopView, viewerId: string | null, words: Words): readonly Panel[] {
  const { say } = words;
  const { metric, of, period, ranked, around } = view;
  const total = view.totals[period] ?? 0;
  const change = changeOf(total, view.previous[period] ?? null, words);
  if (total === 0 && change === null) return [];
  const own = around.find(({ id }) => id === viewerId);
  const row = (label: string, value: string): FigureRow => ({ label, value, note: "", change: null });
  const rows = [
    {
      ...row(say(`metric.${metric}`), words.value(total, metric)),
      note: say(`shortPeriod.${period}`),
      change,
    },
    row(say(`ranked.${of}`), words.number(ranked)),
    ...(own ? [row(say("panel.around"), words.rank({ place: own.place, of: ranked }))] : []),
  ];
  return [{ kind: "strip", title: say("panel.whole"), rows }];
}

/** Activities happen in no channel, and are ranked by nothing but their time: those lists are never asked for. */
function topTitle({ metric, of }: TopView, { say }: Words): string {
  if (of === "activities") return say("view.top-activities-activities");
  if (metric !== "activities") return say(`view.top-${metric}-${of}`);
  return of === "channels" ? say("title.activities") : say(`view.top-activities-${of}`);
}

function subjectsOf(of: TopView["of"], names: Names): (id: string) => Subject {
  switch (of) {
    case "members":
      return names.member;
    case "channels":
      return names.channel;
    case "roles":
      return names.role;
    case "activities":
      return activitySubject;
    default:
      return of satisfies never;
  }
}
