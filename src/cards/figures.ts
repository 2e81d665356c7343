import type { ByMetric, ByPeriod, MembersFilter, Metric, Period, Rank, TopMetric } from "../stats/views.ts";
import type { FigureRow, Panel } from "./card.ts";
import { changeOf } from "./change.ts";
import type { Words } from "./words.ts";

/** The periods of a card's figures: four, so that a card is as large for each of them. All of them are known. */
export function shownPeriods(period: Period): readonly Period[] {
  switch (period) {
    case "24h":
    case "7d":
    case "30d":
    case "lifetime":
      return ["24h", "7d", "30d", "lifetime"];
    case "90d":
      return ["7d", "30d", "90d", "lifetime"];
    case "1y":
      return ["30d", "90d", "1y", "lifetime"];
    default:
      return period satisfies never;
  }
}

/** One metric over all periods. */
export interface Figured {
  readonly metric: TopMetric;
  /** A count, or milliseconds. */
  readonly totals: ByPeriod<number>;
  readonly previous: ByPeriod<number | null>;
  /** How many contributed; `null` where that is no figure of the card. */
  readonly contributors: ByPeriod<number> | null;
  readonly members: MembersFilter;
  /** The one that was asked for. */
  readonly period: Period;
}

export type FiguresPanel = Extract<Panel, { kind: "figures" }>;

interface WithBothMetrics {
  readonly totals: ByPeriod<ByMetric<number>>;
  readonly previous: ByPeriod<ByMetric<number> | null>;
  readonly members: MembersFilter;
  readonly period: Period;
  readonly contributors?: ByPeriod<ByMetric<number>>;
}

/** What a view says of one of its two metrics. */
export function figured(view: WithBothMetrics, metric: Metric): Figured {
  const { totals, previous, members, period, contributors } = view;
  const of = (values: ByMetric<number>): number => values[metric];
  return {
    metric,
    totals: mapped(totals, of),
    previous: mapped(previous, (values) => values && of(values)),
    contributors: contributors ? mapped(contributors, of) : null,
    members,
    period,
  };
}

/** A figure for each period, with what changed, and how many contributed where that is known. */
export function figuresPanel(
  { metric, totals, previous, contributors, members, period }: Figured,
  words: Words,
  ...further: readonly FigureRow[]
): FiguresPanel {
  const rows = shownPeriods(period).map((each): FigureRow => {
    const total = totals[each] ?? 0;
    return {
      label: words.say(`shortPeriod.${each}`),
      value: words.value(total, metric),
      note: contributors ? words.contributors(contributors[each] ?? 0, members) : "",
      change: changeOf(total, previous[each] ?? null, words),
    };
  });
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

function mapped<From, To>(values: ByPeriod<From>, of: (value: From) => To): ByPeriod<To> {
  const { "90d": quarter, "1y": year } = values;
  return {
    "24h": of(values["24h"]),
    "7d": of(values["7d"]),
    "30d": of(values["30d"]),
    ...(quarter === undefined ? {} : { "90d": of(quarter) }),
    ...(year === undefined ? {} : { "1y": of(year) }),
    lifetime: of(values.lifetime),
  };
}
