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
  const sums = new GroupSums();
  const scores = frame.memberValues(index, metric);
  for (let member = 0; member < scores.length; member++) {
    const score = scores[member] ?? 0;
    if (score > 0) for (const id of frame.rolesOf(member)) sums.add(id, score);
  }
  return sums.candidates();
}

/** All categories as a ranking's candidates: each has what those of its channels have that may be listed. */
export function categoryCandidates(frame: Frame, selection: Selection, metric: Metric): Candidates {
  const index = periodIndex(selection.period);
  const sums = new GroupSums();
  for (let place = 0; place < frame.record.places.size; place++) {
    if (!frame.isTopLevel(place) || !isListed(frame, place, selection)) continue;
    const score = frame.placeValue(place, index, metric);
    const id = score > 0 ? frame.categoryOf(place) : null;
    if (id !== null) sums.add(id, score);
  }
  return sums.candidates();
}

/** The place of a group among all. @param candidates of one metric */
export function ranksOf(id: Snowflake, candidates: (metric: Metric) => Candidates): ByMetric<Rank> {
  const rank = (metric: Metric): Rank => {
    const all = candidates(metric);
    return rankOf(all, all.ids.indexOf(id));
  };
  return { messages: rank("messages"), voice: rank("voice") };
}

/** Adds up what groups have in common. */
class GroupSums {
  // Added to in place: a Map would be asked twice for each of a member's roles.
  readonly #sums = new Map<Snowflake, { value: number }>();

  add(id: Snowflake, value: number): void {
    const sum = this.#sums.get(id);
    if (sum === undefined) this.#sums.set(id, { value });
    else sum.value += value;
  }

  candidates(): Candidates {
    const sums = Float64Array.from(this.#sums.values(), ({ value }) => value);
    return { ids: [...this.#sums.keys()], scores: sums };
  }
}
