import type { ChannelView, Metric } from "../stats/views.ts";
import { METRICS } from "../stats/views.ts";
import type { CardContext, Panel, SubjectKind } from "./card.ts";
import { dailyChart } from "./chart.ts";
import type { Content } from "./content.ts";
import { countedMetrics, uncountedNote } from "./counted.ts";
import { figured, figuresPanel, rankRow, withLists } from "./figures.ts";
import { rankingPanel, topMembers } from "./rankings.ts";
import { voiceSplit } from "./voice-split.ts";
import type { Words } from "./words.ts";

/** One channel's totals and place, who is most active in it, and its threads: side by side, or two rows. */
export function channelContent(view: ChannelView, context: CardContext, words: Words): Content {
  const { say } = words;
  const subject = context.names.channel(view.channelId);
  const { kind } = subject;
  const metrics = channelMetrics(view, kind);
  const counted = countedMetrics(view);
  const notes = metrics
    .filter((metric) => !counted.includes(metric))
    .map((metric) => uncountedNote(metric, false, words));
  const figures = counted.map((metric) => {
    // A thread has no place of its own: it is part of its channel.
    const rank = kind === "thread" ? [] : [rankRow(view.ranks[metric], view.period, words)];
    return figuresPanel(figured(view, metric), words, ...rank);
  });
  const lists = counted.map((metric) => topMembers(view, metric, view.topMembers[metric], context, words));
  const hasVoice = counted.includes("voice") && view.voiceStates.allMs > 0;
  const split = hasVoice ? [voiceSplit(view.voiceStates, words)] : [];
  const threads = threadsPanel(view, kind, context, words);
  const title = kind === "forum" || kind === "thread" ? (`title.${kind}` as const) : "title.channel";
  return {
    subject,
    title: null,
    subtitle: [say(title), say(`filter.${view.members}`), say(`period.${view.period}`)],
    panels:
      counted.length === METRICS.length
        ? [
            [...figures, ...split],
            [...lists, ...threads],
          ]
        : notes.length === 0
          ? figures.flatMap((figure) => withLists(figure, [...lists, ...split, ...threads]))
          : [...figures.flatMap((figure) => withLists(figure, [...lists, ...split])), [...notes, ...threads]],
    chart: dailyChart(view, metrics, words),
    isGuildWide: false,
  };
}

/** What the channel is for, and what else was counted in it: a text channel's card says nothing of voice. */
function channelMetrics(view: ChannelView, kind: SubjectKind): readonly Metric[] {
  const isText = kind === "text" || kind === "forum" || kind === "thread";
  const purpose: Metric | null = isText ? "messages" : kind === "voice" ? "voice" : null;
  const counted = countedMetrics(view);
  const metrics = METRICS.filter((metric) => metric === purpose || counted.includes(metric));
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
