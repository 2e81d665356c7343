import type { Snowflake } from "../snowflake.ts";
import { ofAsked } from "./by-period.ts";
import type { Frame } from "./frame.ts";
import { categoryCandidates, ranksOf } from "./groups.ts";
import { byMetric, isListed, metCandidates, placeCandidates, totalsBy } from "./lists.ts";
import { Pass } from "./pass.ts";
import { previousOf } from "./period-before.ts";
import { scopeOf } from "./scope.ts";
import type { Selection } from "./selection.ts";
import type { CategoryView } from "./views.ts";

/** The channels that are in a category now, with their threads: of those that may be listed, all figures. */
export function categoryView(frame: Frame, categoryId: Snowflake, selection: Selection): CategoryView {
  const { period } = selection;
  const scope = scopeOf(frame, {
    isPlace: (place) => frame.categoryOf(place) === categoryId && isListed(frame, place, selection),
  });
  const pass = new Pass(frame, scope, "member", period);
  const totals = totalsBy(frame, (index, metric) => {
    let total = 0;
    for (const [place, isIn] of scope.places.entries())
      if (isIn === 1 && frame.isTopLevel(place)) total += frame.placeValue(place, index, metric);
    return total;
  });
  return {
    kind: "category",
    categoryId,
    ...frame.described(period),
    totals,
    previous: previousOf(frame, pass),
    daily: frame.daily(pass),
    contributors: pass.counterparts.counts(period),
    ranks: ranksOf(categoryId, (metric) => categoryCandidates(frame, selection, metric)),
    topMembers: byMetric(
      (metric) => metCandidates(pass.counterparts, frame.record.members.ids, period, metric),
      ofAsked(totals, period),
    ),
    topChannels: byMetric(
      (metric) => placeCandidates(frame, period, metric, scope.places),
      ofAsked(totals, period),
    ),
  };
}
