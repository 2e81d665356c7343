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
): Panel {
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
  return { label: words.say("rank.label"), value: words.rank(rank), note, change: null };
}

function byPeriod<T>(make: (period: Period) => T): ByPeriod<T> {
  return { "24h": make("24h"), "7d": make("7d"), "30d": make("30d"), lifetime: make("lifetime") };
}
