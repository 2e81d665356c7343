import { isLong } from "../period.ts";
import type { MemberView, Metric, RankedEntry } from "../stats/views.ts";
import { METRICS } from "../stats/views.ts";
import type { CardContext, Panel } from "./card.ts";
import { dailyChart } from "./chart.ts";
import type { Content } from "./content.ts";
import { figured, figuresPanel, rankRow } from "./figures.ts";
import { habitsPanel } from "./habits.ts";
import { heatmapPanel } from "./heatmap.ts";
import { COLUMN_ROWS, rankingPanel, topChannels, withoutBars } from "./rankings.ts";
import { voiceSplit } from "./voice-split.ts";
import type { Words } from "./words.ts";

/** Lists are short here: the card has much to tell, and must be taken in at a glance. */
const LIST_ROWS = 3;

/**
 * Three rows: how much, and how voice was spent; where, and beside whom for those outside of the top; when. Lists are
 * of three places, so that all of it is still one picture.
 */
export function memberContent(view: MemberView, context: CardContext, words: Words): Content {
  const { say } = words;
  const metric = mainMetric(view);
  return {
    subject: context.names.member(view.memberId),
    title: null,
    subtitle: [say("title.member"), say(`filter.${view.members}`), say(`period.${view.period}`)],
    panels: [
      [
        ...METRICS.map((each) =>
          figuresPanel(figured(view, each), words, rankRow(view.ranks[each], view.period, words)),
        ),
        ...(view.voiceStates.allMs > 0 ? [voiceSplit(view.voiceStates, true, words)] : []),
      ],
      [
        ...METRICS.map((each) =>
          topChannels(view, each, view.topChannels[each].slice(0, LIST_ROWS), context, words),
        ),
        ...neighboursPanel(view, metric, context, words),
      ],
      [
        habitsPanel(view.streaks, view.rhythm, metric, words),
        // Beside figures of a year nobody would think of weeks.
        heatmapPanel(view.rhythm, metric, words, isLong(view.period)),
      ],
    ],
    chart: dailyChart(view, METRICS, words),
    isGuildWide: false,
  };
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
