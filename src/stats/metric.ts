import type { Frame } from "./frame.ts";
import { channelCandidates, LIST_LENGTH, listed, memberCandidates } from "./lists.ts";
import { previousOf } from "./period-before.ts";
import { highest } from "./ranking.ts";
import type { Selection } from "./selection.ts";
import type { Metric, MetricView } from "./views.ts";

/** The guild's messages alone, or its voice alone. */
export function metricView(frame: Frame, metric: Metric, selection: Selection): MetricView {
  const { period } = selection;
  const totals = frame.totals();
  const total = totals[period][metric];
  return {
    kind: metric,
    guildId: frame.record.guildId,
    members: frame.filter,
    period,
    sinceMs: frame.record.sinceMs,
    totals,
    previous: previousOf(frame, "guild"),
    daily: frame.daily(),
    contributors: frame.contributors(),
    topMembers: highest(memberCandidates(frame, period, metric), LIST_LENGTH, total),
    topChannels: highest(listed(channelCandidates(frame, period, metric), selection), LIST_LENGTH, total),
  };
}
