import type { Snowflake } from "../snowflake.ts";
import { ofAsked } from "./by-period.ts";
import type { Frame } from "./frame.ts";
import { ranksOf, roleCandidates } from "./groups.ts";
import { byMetric, listed, memberCandidates, metCandidates, totalsBy } from "./lists.ts";
import { Pass } from "./pass.ts";
import { previousOf } from "./period-before.ts";
import { scopeOf } from "./scope.ts";
import type { Selection } from "./selection.ts";
import type { RoleView } from "./views.ts";

/** Those who have a role now: what they did together, and who of them most. */
export function roleView(frame: Frame, roleId: Snowflake, selection: Selection): RoleView {
  const { period } = selection;
  const scope = scopeOf(frame, { isMember: (member) => frame.rolesOf(member).includes(roleId) });
  const pass = new Pass(frame, scope, "channel", period);
  const totals = totalsBy(frame, (index, metric) => frame.totalAmong(scope.members, index, metric));
  return {
    kind: "role",
    roleId,
    ...frame.described(period),
    totals,
    previous: previousOf(frame, pass),
    daily: frame.daily(pass),
    contributors: frame.contributors(scope.members),
    ranks: ranksOf(roleId, (metric) => roleCandidates(frame, period, metric)),
    topMembers: byMetric(
      (metric) => memberCandidates(frame, period, metric, scope.members),
      ofAsked(totals, period),
    ),
    topChannels: byMetric(
      (metric) =>
        listed(metCandidates(pass.counterparts, frame.record.places.ids, period, metric), selection),
      ofAsked(totals, period),
    ),
  };
}
