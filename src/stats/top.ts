import type { Snowflake } from "../snowflake.ts";
import { byPeriod, ofAsked } from "./by-period.ts";
import type { Frame } from "./frame.ts";
import { roleCandidates } from "./groups.ts";
import { listed, memberCandidates, placeCandidates } from "./lists.ts";
import { previousMetricOf } from "./period-before.ts";
import { type Candidates, neighbours, rankedCount, span } from "./ranking.ts";
import type { Selection } from "./selection.ts";
import type { RankedEntry, TopMetric, TopOf, TopView } from "./views.ts";

/** How many places a page of a top list shows. */
export const TOP_LENGTH = 10;
/** How many above and below the one who asked. */
const REACH = 1;

/** Which page of which list. */
export interface TopRequest {
  readonly metric: TopMetric;
  /** Activities only by `activities`, and channels not. */
  readonly of: TopOf;
  /** From 0. */
  readonly page: number;
  /** Whose place a list of members shows when the page does not; `null`: nobody's. */
  readonly aroundMemberId: Snowflake | null;
}

/** A page of the highest members, channels, roles or activities by one metric. */
export function topView(frame: Frame, request: TopRequest, selection: Selection): TopView {
  const { metric, of } = request;
  const { period } = selection;
  const totals = byPeriod(period, (index) => frame.total(index, metric));
  const candidates = candidatesOf(frame, request, selection);
  const ranked = rankedCount(candidates);
  const pages = Math.max(1, Math.ceil(ranked / TOP_LENGTH));
  const page = Math.min(request.page, pages - 1);
  const entries = span(candidates, page * TOP_LENGTH, TOP_LENGTH, ofAsked(totals, period));
  return {
    kind: "top",
    metric,
    of,
    ...frame.described(period),
    totals,
    previous: previousMetricOf(frame, metric),
    daily: { ...frame.dates(), values: frame.seriesOf(metric) },
    entries,
    ranked,
    page,
    pages,
    around: around(frame, request, candidates, entries, ofAsked(totals, period)),
  };
}

function candidatesOf(frame: Frame, { metric, of }: TopRequest, selection: Selection): Candidates {
  const { period } = selection;
  switch (of) {
    case "members":
      return memberCandidates(frame, period, metric);
    case "channels":
      return listed(placeCandidates(frame, period, metric), selection);
    case "roles":
      return roleCandidates(frame, period, metric);
    case "activities":
      return placeCandidates(frame, period, metric);
    default:
      return of satisfies never;
  }
}

function around(
  frame: Frame,
  { of, aroundMemberId }: TopRequest,
  candidates: Candidates,
  entries: readonly RankedEntry[],
  total: number,
): RankedEntry[] {
  if (of !== "members" || aroundMemberId === null || entries.some(({ id }) => id === aroundMemberId))
    return [];
  return neighbours(candidates, frame.record.members.find(aroundMemberId) ?? -1, REACH, total);
}
