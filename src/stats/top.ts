import type { Frame } from "./frame.ts";
import { channelCandidates, listed, memberCandidates } from "./lists.ts";
import { previousMetricOf } from "./period-before.ts";
import { highest } from "./ranking.ts";
import type { Selection } from "./selection.ts";
import type { Metric, TopView } from "./views.ts";

/** How many places a top list shows. */
export const TOP_LENGTH = 10;

/** The highest members or channels by one metric. */
export function topView(
  frame: Frame,
  metric: Metric,
  of: "members" | "channels",
  selection: Selection,
): TopView {
  const { period } = selection;
  const totals = frame.totals();
  const candidates =
    of === "members"
      ? memberCandidates(frame, period, metric)
      : listed(channelCandidates(frame, period, metric), selection);
  let ranked = 0;
  for (let index = 0; index < candidates.ids.length; index++) if (candidates.scoreOf(index) > 0) ranked++;
  return {
    kind: "top",
    metric,
    of,
    guildId: frame.record.guildId,
    members: frame.filter,
    period,
    sinceMs: frame.record.sinceMs,
    totals,
    previous: previousMetricOf(frame, "guild", metric),
    daily: frame.daily(),
    entries: highest(candidates, TOP_LENGTH, totals[period][metric]),
    ranked,
  };
}
