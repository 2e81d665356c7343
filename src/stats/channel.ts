import type { Snowflake } from "../snowflake.ts";
import { ofAsked, periodIndex } from "./by-period.ts";
import type { Frame } from "./frame.ts";
import { byMetric, LIST_LENGTH, listed, metCandidates, placeCandidates, scored, totalsBy } from "./lists.ts";
import { Pass } from "./pass.ts";
import { previousOf } from "./period-before.ts";
import { highest, rankOf } from "./ranking.ts";
import { placeScope } from "./scope.ts";
import type { Selection } from "./selection.ts";
import type { ChannelView, Metric, Rank } from "./views.ts";

/** One channel, its threads included, or one thread: totals, its place among the channels, who is most active in it. */
export function channelView(frame: Frame, channelId: Snowflake, selection: Selection): ChannelView {
  const { period } = selection;
  const { members, places } = frame.record;
  // An index that no cell has stands for a channel never counted.
  const channel = places.find(channelId) ?? -1;
  const scope = placeScope(frame, channel);
  const pass = new Pass(frame, scope, "member", period);
  const totals = totalsBy(frame, (index, metric) => frame.placeValue(channel, index, metric));
  // A thread is no candidate; neither is a channel that may not be listed: how many there are would tell of it.
  const rank = (metric: Metric): Rank =>
    rankOf(listed(placeCandidates(frame, period, metric), selection), channel);
  const threads = scored(places.ids, (place) =>
    channel !== -1 && places.parentOf(place) === channel
      ? frame.placeValue(place, periodIndex(period), "messages")
      : 0,
  );
  return {
    kind: "channel",
    channelId,
    ...frame.described(period),
    totals,
    previous: previousOf(frame, pass),
    daily: frame.daily(pass),
    contributors: pass.counterparts.counts(period),
    ranks: { messages: rank("messages"), voice: rank("voice") },
    topMembers: byMetric(
      (metric) => metCandidates(pass.counterparts, members.ids, period, metric),
      ofAsked(totals, period),
    ),
    topThreads: highest(listed(threads, selection), LIST_LENGTH, ofAsked(totals, period).messages),
    voiceStates: pass.voiceStates(),
  };
}
