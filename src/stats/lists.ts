import type { Frame } from "./frame.ts";
import { type Candidates, highest } from "./ranking.ts";
import type { Selection } from "./selection.ts";
import { type ByMetric, type Metric, PERIODS, type Period, type RankedEntry } from "./views.ts";

/** How many lines a view's lists have at most. */
export const LIST_LENGTH = 5;

/** The index of a period among the rolling sums. */
export function periodIndex(period: Period): number {
  return PERIODS.indexOf(period);
}

/** All members of the guild as a ranking's candidates. */
export function memberCandidates(frame: Frame, period: Period, metric: Metric): Candidates {
  const index = periodIndex(period);
  return { ids: frame.record.members.ids, scoreOf: (member) => frame.memberValue(member, index, metric) };
}

/** All channels of the guild as a ranking's candidates; threads are part of theirs. */
export function channelCandidates(frame: Frame, period: Period, metric: Metric): Candidates {
  const index = periodIndex(period);
  return {
    ids: frame.record.places.ids,
    scoreOf: (place) => (frame.isTopLevel(place) ? frame.placeValue(place, index, metric) : 0),
  };
}

/** Candidates without the channels that the viewer may not see. */
export function listed({ ids, scoreOf }: Candidates, { listsChannel }: Selection): Candidates {
  return { ids, scoreOf: (index) => (listsChannel(ids[index] ?? "") ? scoreOf(index) : 0) };
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
