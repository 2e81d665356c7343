import type { Snowflake } from "../snowflake.ts";
import type { Frame } from "./frame.ts";
import { byMetric, listed, memberCandidates, periodIndex } from "./lists.ts";
import { previousOf } from "./period-before.ts";
import { rankOf } from "./ranking.ts";
import type { Selection } from "./selection.ts";
import type { MemberView } from "./views.ts";

/** One member: totals, places among the members whom the filter lets through, and favourite channels. */
export function memberView(frame: Frame, memberId: Snowflake, selection: Selection): MemberView {
  const { period } = selection;
  const { guildId, members, places, sinceMs } = frame.record;
  // An index that no cell has stands for a member never counted.
  const member = members.find(memberId) ?? -1;
  const { daily, counterparts: found } = frame.activityOf("member", member);
  const totals = found.totals();
  const place = (metric: "messages" | "voice") =>
    member === -1 ? null : rankOf(memberCandidates(frame, period, metric), member);
  return {
    kind: "member",
    memberId,
    guildId,
    members: frame.filter,
    period,
    sinceMs,
    totals,
    previous: previousOf(frame, { member }),
    daily,
    ranks: { messages: place("messages"), voice: place("voice") },
    topChannels: byMetric(
      (metric) =>
        listed(
          { ids: places.ids, scoreOf: (place) => found.value(place, periodIndex(period), metric) },
          selection,
        ),
      totals[period],
    ),
  };
}
