import type { Snowflake } from "../snowflake.ts";
import type { Frame } from "./frame.ts";
import { listed, memberCandidates, placeCandidates, totalsBy } from "./lists.ts";
import { Pass } from "./pass.ts";
import { previousOf } from "./period-before.ts";
import { rankOf } from "./ranking.ts";
import { memberScope, placeScope } from "./scope.ts";
import type { Selection } from "./selection.ts";
import type { Compared, CompareView, Metric, Rank } from "./views.ts";

/** Two members, or two channels, side by side. */
export function compareView(
  frame: Frame,
  of: CompareView["of"],
  ids: readonly [Snowflake, Snowflake],
  selection: Selection,
): CompareView {
  const side = of === "members" ? memberSide : channelSide;
  return {
    kind: "compare",
    of,
    ...frame.described(selection.period),
    sides: [side(frame, ids[0], selection), side(frame, ids[1], selection)],
  };
}

function memberSide(frame: Frame, id: Snowflake, { period }: Selection): Compared {
  const member = frame.record.members.find(id) ?? -1;
  const pass = new Pass(frame, memberScope(frame, member), "none", period);
  const rank = (metric: Metric): Rank => rankOf(memberCandidates(frame, period, metric), member);
  return {
    id,
    totals: totalsBy(frame, (index, metric) => frame.memberValue(member, index, metric)),
    previous: previousOf(frame, pass),
    ranks: { messages: rank("messages"), voice: rank("voice") },
    daily: frame.daily(pass),
  };
}

function channelSide(frame: Frame, id: Snowflake, selection: Selection): Compared {
  const { period } = selection;
  const channel = frame.record.places.find(id) ?? -1;
  const pass = new Pass(frame, placeScope(frame, channel), "none", period);
  const rank = (metric: Metric): Rank =>
    rankOf(listed(placeCandidates(frame, period, metric), selection), channel);
  return {
    id,
    totals: totalsBy(frame, (index, metric) => frame.placeValue(channel, index, metric)),
    previous: previousOf(frame, pass),
    ranks: { messages: rank("messages"), voice: rank("voice") },
    daily: frame.daily(pass),
  };
}
