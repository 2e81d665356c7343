import type { Snowflake } from "../snowflake.ts";
import type { Frame } from "./frame.ts";
import { byMetric, channelCandidates, periodIndex } from "./lists.ts";
import { previousOf } from "./period-before.ts";
import { rankOf } from "./ranking.ts";
import type { Selection } from "./selection.ts";
import type { ChannelView } from "./views.ts";

/** One text or voice channel: totals, its place among the channels, and who is most active in it. */
export function channelView(frame: Frame, channelId: Snowflake, { period }: Selection): ChannelView {
  const { guildId, members, places, sinceMs } = frame.record;
  // An index that no cell has stands for a channel never counted.
  const channel = places.find(channelId) ?? -1;
  const { daily, counterparts: found } = frame.activityOf("place", channel);
  const totals = found.totals();
  const place = (metric: "messages" | "voice") =>
    channel === -1 ? null : rankOf(channelCandidates(frame, period, metric), channel);
  return {
    kind: "channel",
    channelId,
    guildId,
    members: frame.filter,
    period,
    sinceMs,
    totals,
    previous: previousOf(frame, { place: channel }),
    daily,
    contributors: found.counts(),
    ranks: { messages: place("messages"), voice: place("voice") },
    topMembers: byMetric(
      (metric) => ({
        ids: members.ids,
        scoreOf: (member) => found.value(member, periodIndex(period), metric),
      }),
      totals[period],
    ),
  };
}
