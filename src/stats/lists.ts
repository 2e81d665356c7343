import { NO_PARENT } from "../counting/interner.ts";
import type { Snowflake } from "../snowflake.ts";
import { byPeriod, periodIndex } from "./by-period.ts";
import type { Counterparts } from "./counterparts.ts";
import type { Frame } from "./frame.ts";
import { type Candidates, highest } from "./ranking.ts";
import type { Selection } from "./selection.ts";
import type { ByMetric, ByPeriod, Metric, Period, RankedEntry, TopMetric } from "./views.ts";

/** How many lines a view's lists have at most. */
export const LIST_LENGTH = 5;

/**
 * All members of the guild as a ranking's candidates.
 * @param among by member: 1 for a candidate; default: all
 */
export function memberCandidates(
  frame: Frame,
  period: Period,
  metric: TopMetric,
  among?: Uint8Array,
): Candidates {
  const { ids } = frame.record.members;
  const all = frame.memberValues(periodIndex(period), metric);
  if (among === undefined) return { ids, scores: all };
  const scores = all.slice();
  for (let member = 0; member < scores.length; member++) if (among[member] !== 1) scores[member] = 0;
  return { ids, scores };
}

/**
 * All channels of the guild as a ranking's candidates, or all activities; threads are part of their channels.
 * @param among by place: 1 for a candidate; default: all
 */
export function placeCandidates(
  frame: Frame,
  period: Period,
  metric: TopMetric,
  among?: Uint8Array,
): Candidates {
  const index = periodIndex(period);
  const isCandidate = (place: number): boolean =>
    frame.isTopLevel(place) && (among === undefined || among[place] === 1);
  return scored(frame.record.places.ids, (place) =>
    isCandidate(place) ? frame.placeValue(place, index, metric) : 0,
  );
}

/** Those whom a pass met as a ranking's candidates. @param ids of the pass's members or places */
export function metCandidates(
  met: Counterparts,
  ids: readonly Snowflake[],
  period: Period,
  metric: Metric,
): Candidates {
  return { ids, scores: met.sums(periodIndex(period), metric) ?? new Float64Array() };
}

/** Few candidates, each asked for its score. @param scoreOf gets the candidate's index */
export function scored(ids: readonly Snowflake[], scoreOf: (index: number) => number): Candidates {
  return { ids, scores: Float64Array.from(ids, (_, index) => scoreOf(index)) };
}

/** Candidates without the channels that the viewer may not see. */
export function listed({ ids, scores }: Candidates, { listsChannel }: Selection): Candidates {
  return {
    ids,
    scores: scores.map((score, index) => (score > 0 && listsChannel(ids[index] ?? "") ? score : 0)),
  };
}

/** Whether a channel, or a thread's channel, may be listed. @param place by index */
export function isListed(frame: Frame, place: number, { listsChannel }: Selection): boolean {
  return listsChannel(frame.record.places.ids[frame.channels[place] ?? NO_PARENT] ?? "");
}

/** A list for each metric; shares are of `totals`. */
export function byMetric(
  candidates: (metric: Metric) => Candidates,
  totals: ByMetric<number>,
): ByMetric<readonly RankedEntry[]> {
  return {
    messages: highest(candidates("messages"), LIST_LENGTH, totals.messages),
    voice: highest(candidates("voice"), LIST_LENGTH, totals.voice),
  };
}

/** Totals of both metrics by period. @param value gets the period's index among the rolling sums */
export function totalsBy(
  { period: asked }: Frame,
  value: (period: number, metric: Metric) => number,
): ByPeriod<ByMetric<number>> {
  return byPeriod(asked, (period) => ({
    messages: value(period, "messages"),
    voice: value(period, "voice"),
  }));
}
