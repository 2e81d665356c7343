import { ACTIVITY_TYPES, activityId, activityOf } from "../place-id.ts";
import type {
  ActivityEntry,
  ByMetric,
  ByPeriod,
  MembersFilter,
  Metric,
  RankedEntry,
  TopMetric,
  View,
} from "../stats/views.ts";
import type { CardContext, Panel, RankingRow, Subject } from "./card.ts";
import { emptyWords, type NotePanel } from "./counted.ts";
import type { Words } from "./words.ts";

/** A list, or what is said in its place. */
export type ListPanel = Extract<Panel, { kind: "ranking" }> | NotePanel;

/** A list's rows in one column. */
export const COLUMN_ROWS = 5;

/** What a list is of, beside its entries. */
export interface Ranked {
  readonly title: string;
  readonly metric: TopMetric;
  readonly members: MembersFilter;
  /** What an empty list says. */
  readonly empty: string;
  readonly subjectOf: (id: string) => Subject;
  /** Whose row is set off; `null`: no one's. */
  readonly ownId: string | null;
}

/** The lines just above and below one: each is too small a part of the whole for its bar to tell them apart. */
export function withoutBars(panel: ListPanel): ListPanel {
  if (panel.kind === "note") return panel;
  return { ...panel, rows: panel.rows.map((row) => ({ ...row, share: null })) };
}

/** A top list, or what to do to fill it. */
export function rankingPanel(ranked: Ranked, entries: readonly RankedEntry[], words: Words): ListPanel {
  const { title, metric, members, empty, subjectOf, ownId } = ranked;
  const rows = entries.map(({ id, place, value, share }): RankingRow => {
    const subject = subjectOf(id);
    return {
      place,
      share,
      subject: words.named(subject),
      // Among bots alone the word would say nothing.
      note: members === "bots" && subject.kind === "bot" ? "" : words.note(subject),
      value: words.value(value, metric),
      isOwn: id === ownId,
    };
  });
  return listOf(title, rows, empty);
}

function listOf(title: string, rows: readonly RankingRow[], empty: string): ListPanel {
  return rows.length === 0 ? { kind: "note", title, text: empty } : { kind: "ranking", title, rows };
}

/** A list of activities. @param noteOf the quiet addition to an activity's name */
export function activityRanking(
  { title, empty }: Pick<Ranked, "title" | "empty">,
  entries: readonly ActivityEntry[],
  noteOf: (entry: ActivityEntry) => string,
  words: Words,
): ListPanel {
  const rows = entries.map(
    (entry): RankingRow => ({
      place: entry.place,
      share: entry.share,
      subject: words.named(activitySubject(activityId(ACTIVITY_TYPES[entry.type], entry.name))),
      note: noteOf(entry),
      value: words.duration(entry.value),
      isOwn: false,
    }),
  );
  return listOf(title, rows, empty);
}

/** An activity as it appears on a card. @param id its place id */
export function activitySubject(id: string): Subject {
  return { id, name: activityOf(id)?.name ?? "", imageUrl: null, kind: "activity", colour: null };
}

interface Counted {
  readonly kind: View["kind"];
  /** Of a member's view. */
  readonly memberId?: string;
  readonly members: MembersFilter;
  readonly totals: ByPeriod<ByMetric<number>>;
}

/** Who is most active by a metric; whoever asked is set off. */
export function topMembers(
  view: Counted,
  metric: Metric,
  entries: readonly RankedEntry[],
  { names, viewerId, hidesMembers }: CardContext,
  words: Words,
): ListPanel {
  const title = words.say(`panel.topMembers.${metric}`);
  const ranked = {
    title,
    metric,
    members: view.members,
    empty: hidesMembers ? words.say("empty.membersHidden") : emptyOf(view, metric, viewerId, words),
    subjectOf: names.member,
    ownId: viewerId,
  };
  return rankingPanel(ranked, entries, words);
}

/** Where most happens by a metric. */
export function topChannels(
  view: Counted,
  metric: Metric,
  entries: readonly RankedEntry[],
  { names, viewerId }: CardContext,
  words: Words,
): ListPanel {
  const title = words.say(`panel.topChannels.${metric}`);
  const empty = emptyOf(view, metric, viewerId, words);
  const ranked = { title, metric, members: view.members, empty, subjectOf: names.channel, ownId: null };
  return rankingPanel(ranked, entries, words);
}

function emptyOf(view: Counted, metric: Metric, viewerId: string | null, words: Words): string {
  return emptyWords(metric, view.totals.lifetime[metric] > 0, isAddressed(view, viewerId), words);
}

/** Whether a card speaks to whoever looks at it: of the server, or of themselves. */
export function isAddressed(
  { kind, memberId }: Pick<Counted, "kind" | "memberId">,
  viewerId: string | null,
): boolean {
  const ofServer = kind === "server" || kind === "messages" || kind === "voice";
  return ofServer || (memberId !== undefined && memberId === viewerId);
}
