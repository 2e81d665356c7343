import type { Snowflake } from "../snowflake.ts";
import { ofAsked, periodIndex } from "./by-period.ts";
import type { Frame } from "./frame.ts";
import { byMetric, listed, memberCandidates, metCandidates, totalsBy } from "./lists.ts";
import { Pass } from "./pass.ts";
import { previousOf } from "./period-before.ts";
import { neighbours, rankOf } from "./ranking.ts";
import { rhythmOf } from "./rhythm.ts";
import { memberScope } from "./scope.ts";
import type { Selection } from "./selection.ts";
import { streaks } from "./streaks.ts";
import type { MemberView, Metric, RankedEntry } from "./views.ts";

/** How many above and below a member are shown. */
const REACH = 2;

/** One member: totals, places among the members whom the filter lets through, habits and favourite channels. */
export function memberView(frame: Frame, memberId: Snowflake, selection: Selection): MemberView {
  const { period } = selection;
  const { members, places } = frame.record;
  // An index that no cell has stands for a member never counted.
  const member = members.find(memberId) ?? -1;
  const scope = memberScope(frame, member);
  const pass = new Pass(frame, scope, "channel", period);
  const daily = frame.daily(pass);
  const totals = totalsBy(frame, (index, metric) => frame.memberValue(member, index, metric));
  const all = {
    messages: memberCandidates(frame, period, "messages"),
    voice: memberCandidates(frame, period, "voice"),
  };
  const near = (metric: Metric): RankedEntry[] =>
    neighbours(all[metric], member, REACH, frame.total(periodIndex(period), metric));
  return {
    kind: "member",
    memberId,
    ...frame.described(period),
    totals,
    previous: previousOf(frame, pass),
    daily,
    ranks: { messages: rankOf(all.messages, member), voice: rankOf(all.voice, member) },
    topChannels: byMetric(
      (metric) => listed(metCandidates(pass.counterparts, places.ids, period, metric), selection),
      ofAsked(totals, period),
    ),
    neighbours: { messages: near("messages"), voice: near("voice") },
    rhythm: rhythmOf(frame, pass),
    streaks: streaks(daily),
    voiceStates: pass.voiceStates(),
  };
}
