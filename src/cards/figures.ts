import type { ByMetric, ByPeriod, MembersFilter, Metric, Period, Rank, TopMetric } from "../stats/views.ts";
import { PERIODS } from "../stats/views.ts";
import type { FigureRow, Panel } from "./card.ts";
import { changeOf } from "./change.ts";
import type { Words } from "./words.ts";

/** One metric over all periods. */
export interface Figured {
  readonly metric: TopMetric;
  /** A count, or milliseconds. */
  readonly totals: ByPeriod<number>;
  readonly previous: ByPeriod<number | null>;
  /** How many contributed; `null` where that is no figure of the card. */
  readonly contributors: ByPeriod<number> | null;
  readonly members: MembersFilter;
}

export type FiguresPanel = Extract<Panel, { kind: "figures" }>;

interface WithBothMetrics {
  readonly totals: ByPeriod<ByMetric<number>>;
  readonly previous: ByPeriod<ByMetric<number> | null>;
  readonly members: MembersFilter;
  readonly contributors?: ByPeriod<ByMetric<number>>;
}

/** What a view says of one of its two metrics. */
export function figured(view: WithBothMetrics, metric: Metric): Figured {
  const { totals, previous, members, contributors } = view;
  return {
    metric,
    totals: byPeriod((period) => totals[period][metric]),
    previous: byPeriod((period) => previous[period]?.[metric] ?? null),
    contributors: contributors ? byPeriod((period) => contributors[period][metric]) : null,
    members,
  };
}

/** A figure for each period, with what changed, and how many contributed where that is known. */
export function figuresPanel(
  { metric, totals, previous, contributors, members }: Figured,
  words: Words,
  ...further: readonly FigureRow[]
): FiguresPanel {
  const rows = PERIODS.map(
    (period): FigureRow => ({
      label: words.say(`shortPeriod.${period}`),
      value: words.value(totals[period], metric),
      note: contributors ? words.contributors(contributors[period], members) : "",
      change: changeOf(totals[period], previous[period], words),
    }),
  );
  return { kind: "figures", title: words.say(`metric.${metric}`), rows: [...rows, ...further] };
}

/** The place in a period, as a row below the figures. */
export function rankRow(rank: Rank, period: Period, words: Words): FigureRow {
  const note = rank === null ? "" : words.say(`shortPeriod.${period}`);
  return {
    label: words.say("rank.label"),
    value: words.rank(rank),
    note,
    change: null,
    isAbsent: rank === null,
  };
}

/** Lists of so few rows stand below their figures: beside them they would be mostly empty. */
const SHORT_LIST = 2;

/** Figures with what they are made of: beside each other, or below each other where the lists are short. */
export function withLists(figures: FiguresPanel, lists: readonly Panel[]): readonly (readonly Panel[])[] {
  const isShort = (list: Panel): boolean =>
    list.kind === "note" || (list.kind === "ranking" && list.rows.length <= SHORT_LIST);
  return lists.every(isShort) ? [[stripOf(figures)], lists] : [[figures, ...lists]];
}

/** The same figures in one line: where what stands below needs the room, or there is little of it. */
export function stripOf({ title, rows }: FiguresPanel): Panel {
  return { kind: "strip", title, rows };
}

function byPeriod<T>(make: (period: Period) => T): ByPeriod<T> {
  return { "24h": make("24h"), "7d": make("7d"), "30d": make("30d"), lifetime: make("lifetime") };
}
