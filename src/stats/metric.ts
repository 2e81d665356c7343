import { ofAsked } from "./by-period.ts";
import type { Frame } from "./frame.ts";
import { LIST_LENGTH, listed, memberCandidates, placeCandidates } from "./lists.ts";
import { previousOf } from "./period-before.ts";
import { highest } from "./ranking.ts";
import { scopeOf } from "./scope.ts";
import type { Selection } from "./selection.ts";
import type { Metric, MetricView } from "./views.ts";
import { voiceStatesOf } from "./voice-states.ts";

/** The guild's messages alone, or its voice alone. */
export function metricView(frame: Frame, metric: Metric, selection: Selection): MetricView {
  const { period } = selection;
  const totals = frame.totals();
  const total = ofAsked(totals, period)[metric];
  return {
    kind: metric,
    ...frame.described(period),
    totals,
    previous: previousOf(frame),
    daily: frame.daily(),
    contributors: frame.contributors(),
    topMembers: highest(memberCandidates(frame, period, metric), LIST_LENGTH, total),
    topChannels: highest(listed(placeCandidates(frame, period, metric), selection), LIST_LENGTH, total),
    // Reads every cell with time in it, where all else is summed up already.
    voiceStates: metric === "voice" ? voiceStatesOf(frame, scopeOf(frame, {}), period) : null,
  };
}
