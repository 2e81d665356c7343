import { ofAsked } from "./by-period.ts";
import type { Frame } from "./frame.ts";
import { byMetric, listed, memberCandidates, placeCandidates } from "./lists.ts";
import { previousOf } from "./period-before.ts";
import type { Selection } from "./selection.ts";
import type { ServerView } from "./views.ts";

/** Everything about the guild at a glance. */
export function serverView(frame: Frame, selection: Selection): ServerView {
  const { period } = selection;
  const totals = frame.totals();
  return {
    kind: "server",
    ...frame.described(period),
    totals,
    previous: previousOf(frame),
    daily: frame.daily(),
    contributors: frame.contributors(),
    topMembers: byMetric((metric) => memberCandidates(frame, period, metric), ofAsked(totals, period)),
    topChannels: byMetric(
      (metric) => listed(placeCandidates(frame, period, metric), selection),
      ofAsked(totals, period),
    ),
  };
}
