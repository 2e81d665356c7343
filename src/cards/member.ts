import { isLong } from "../period.ts";
import type { MemberView, Metric, RankedEntry } from "../stats/views.ts";
import { METRICS } from "../stats/views.ts";
import type { CardContext, Panel } from "./card.ts";
import { dailyChart } from "./chart.ts";
import type { Content } from "./content.ts";
import { countedMetrics, rowOf, uncountedNote } from "./counted.ts";
import { figured, figuresPanel, rankRow, stripOf } from "./figures.ts";
import { habitsPanel } from "./habits.ts";
import { heatmapPanel } from "./heatmap.ts";
import { COLUMN_ROWS, isAddressed, rankingPanel, topChannels, withoutBars } from "./rankings.ts";
import { voiceSplit } from "./voice-split.ts";
import type { Words } from "./words.ts";

/** Lists are short here: the card has much to tell, and must be taken in at a glance. */
const LIST_ROWS = 3;

/**
 * Three rows: how much, and how voice was spent; where, and beside whom for those outside of the top; when. Lists are
 * of three places, so that all of it is still one picture. Of what a member never did, one sentence tells at the end.
 */
export function memberContent(view: MemberView, context: CardContext, words: Words): Content {
  const { say } = words;
  return {
    subject: context.names.member(view.memberId),
    title: null,
    subtitle: [say("title.member"), say(`filter.${view.members}`), say(`period.${view.period}`)],
    panels: panelsOf(view, context, words),
    chart: dailyChart(view, METRICS, words),
    isGuildWide: false,
  };
}

function panelsOf(view: MemberView, context: CardContext, words: Words): Content["panels"] {
  const { voiceStates, ranks, period, topChannels: channels } = view;
  const counted = countedMetrics(view);
  const metric = mainMetric(view);
  const habits = habitsPanel(view.streaks, view.rhythm, metric, words);
  // Beside figures of a year nobody would think of weeks.
  const map = heatmapPanel(view.rhythm, metric, words, isLong(view.period));
  const notes = METRICS.filter((each) => !counted.includes(each)).map((each) =>
    uncountedNote(each, isAddressed(view, context.viewerId), words),
  );
  if (counted.length === 0) return [notes];
  const figures = [
    ...counted.map((each) => figuresPanel(figured(view, each), words, rankRow(ranks[each], period, words))),
    ...(counted.includes("voice") && voiceStates.allMs > 0 ? [voiceSplit(voiceStates, words)] : []),
  ];
  const lists = [
    ...counted.map((each) => topChannels(view, each, channels[each].slice(0, LIST_ROWS), context, words)),
    ...neighboursPanel(view, metric, context, words),
  ];
  // Figures of one metric leave room beside them; of two, habits are beside the map, or above what it says.
  if (counted.length < METRICS.length)
    return map.kind === "note"
      ? [[...figures, habits], lists, [map, ...notes]]
      : [[...figures, habits], lists, [map], ...rowOf(notes)];
  return map.kind === "note" ? [figures, lists, [stripOf(habits)], [map]] : [figures, lists, [habits, map]];
}

/** What the member does most: that of the better place, or of which there is any. */
function mainMetric({ ranks, totals }: MemberView): Metric {
  const { messages, voice } = ranks;
  if (messages !== null && voice !== null) return voice.place < messages.place ? "voice" : "messages";
  if (messages !== null || voice !== null) return voice === null ? "messages" : "voice";
  return totals.lifetime.messages === 0 && totals.lifetime.voice > 0 ? "voice" : "messages";
}

/** Who is just ahead and just behind; not for those whom the top lists show. */
function neighboursPanel(
  view: MemberView,
  metric: Metric,
  { names }: CardContext,
  words: Words,
): readonly Panel[] {
  const { memberId, members } = view;
  const entries = nearest(view.neighbours[metric], memberId);
  if ((view.ranks[metric]?.place ?? 0) <= COLUMN_ROWS || entries.length === 0) return [];
  const title = words.say(`panel.neighbours.${metric}`);
  const ranked = { title, metric, members, empty: "", subjectOf: names.member, ownId: memberId };
  return [withoutBars(rankingPanel(ranked, entries, words))];
}

/** The member's line with one above and one below, or with two above at the very end. */
function nearest(neighbours: readonly RankedEntry[], memberId: string): readonly RankedEntry[] {
  const own = neighbours.findIndex(({ id }) => id === memberId);
  const first = Math.max(0, Math.min(own - 1, neighbours.length - LIST_ROWS));
  return neighbours.slice(first, first + LIST_ROWS);
}
