import type { Snowflake } from "../snowflake.ts";
import { periodIndex } from "./by-period.ts";
import type { Frame } from "./frame.ts";
import { isListed } from "./lists.ts";
import { type Candidates, rankOf } from "./ranking.ts";
import type { Selection } from "./selection.ts";
import type { ByMetric, Metric, Period, Rank, TopMetric } from "./views.ts";

/** All roles as a ranking's candidates: each has what its members have, so that their sums overlap. */
export function roleCandidates(frame: Frame, period: Period, metric: TopMetric): Candidates {
  const index = periodIndex(period);
  return summed(
    frame.record.members.size,
    (member) => frame.memberValue(member, index, metric),
    (member) => frame.rolesOf(member),
  );
}

/** All categories as a ranking's candidates: each has what those of its channels have that may be listed. */
export function categoryCandidates(frame: Frame, selection: Selection, metric: Metric): Candidates {
  const index = periodIndex(selection.period);
  return summed(
    frame.record.places.size,
    (place) =>
      frame.isTopLevel(place) && isListed(frame, place, selection)
        ? frame.placeValue(place, index, metric)
        : 0,
    (place) => [frame.categoryOf(place) ?? []].flat(),
  );
}

/** The place of a group among all. @param candidates of one metric */
export function ranksOf(id: Snowflake, candidates: (metric: Metric) => Candidates): ByMetric<Rank> {
  const rank = (metric: Metric): Rank => {
    const all = candidates(metric);
    return rankOf(all, all.ids.indexOf(id));
  };
  return { messages: rank("messages"), voice: rank("voice") };
}

function summed(
  size: number,
  scoreOf: (index: number) => number,
  groupsOf: (index: number) => readonly Snowflake[],
): Candidates {
  const sums = new Map<Snowflake, number>();
  for (let index = 0; index < size; index++) {
    const value = scoreOf(index);
    if (value <= 0) continue;
    for (const id of groupsOf(index)) sums.set(id, (sums.get(id) ?? 0) + value);
  }
  const values = [...sums.values()];
  return { ids: [...sums.keys()], scoreOf: (index) => values[index] ?? 0 };
}
