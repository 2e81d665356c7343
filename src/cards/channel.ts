import type { ChannelView, Metric } from "../stats/views.ts";
import { METRICS } from "../stats/views.ts";
import type { CardContext, Panel, SubjectKind } from "./card.ts";
import { dailyChart } from "./chart.ts";
import type { Content } from "./content.ts";
import { figured, figuresPanel, rankRow } from "./figures.ts";
import { rankingPanel, topMembers } from "./rankings.ts";
import { voiceSplit } from "./voice-split.ts";
import type { Words } from "./words.ts";

/** One channel's totals and place, who is most active in it, and its threads: side by side, or two rows. */
export function channelContent(view: ChannelView, context: CardContext, words: Words): Content {
  const { say } = words;
  const subject = context.names.channel(view.channelId);
  const { kind } = subject;
  const metrics = channelMetrics(view, kind);
  const figures = metrics.map((metric) => {
    // A thread has no place of its own: it is part of its channel.
    const rank = kind === "thread" ? [] : [rankRow(view.ranks[metric], view.period, words)];
    return figuresPanel(figured(view, metric), words, ...rank);
  });
  const lists = metrics.map((metric) => topMembers(view, metric, view.topMembers[metric], context, words));
  const hasVoice = metrics.includes("voice") && view.voiceStates.allMs > 0;
  const split = hasVoice ? [voiceSplit(view.voiceStates, true, words)] : [];
  const threads = threadsPanel(view, kind, context, words);
  const title = kind === "forum" || kind === "thread" ? (`title.${kind}` as const) : "title.channel";
  return {
    subject,
    title: null,
    subtitle: [say(title), say(`filter.${view.members}`), say(`period.${view.period}`)],
    panels:
      metrics.length === 1
        ? [[...figures, ...lists, ...split, ...threads]]
        : [
            [...figures, ...split],
            [...lists, ...threads],
          ],
    chart: dailyChart(view, metrics, words),
    isGuildWide: false,
  };
}

/** What the channel is for, and what else was counted in it: a text channel's card says nothing of voice. */
function channelMetrics({ totals }: ChannelView, kind: SubjectKind): readonly Metric[] {
  const isText = kind === "text" || kind === "forum" || kind === "thread";
  const purpose: Metric | null = isText ? "messages" : kind === "voice" ? "voice" : null;
  const metrics = METRICS.filter((metric) => metric === purpose || totals.lifetime[metric] > 0);
  return metrics.length > 0 ? metrics : METRICS;
}

/** Threads where there are any; a forum is nothing but its posts, and shows even that there are none. */
function threadsPanel(
  { topThreads, members }: ChannelView,
  kind: SubjectKind,
  { names }: CardContext,
  words: Words,
): readonly Panel[] {
  const isForum = kind === "forum";
  if (topThreads.length === 0 && !isForum) return [];
  const title = words.say(isForum ? "panel.topPosts" : "panel.topThreads");
  const subjectOf = names.channel;
  const empty = words.say("empty.threads");
  const ranked = { title, metric: "messages", members, empty, subjectOf, ownId: null } as const;
  return [rankingPanel(ranked, topThreads, words)];
}
