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
import type { Words } from "./words.ts";

export type RankingPanel = Extract<Panel, { kind: "ranking" }>;

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

/**
 * What an empty list says: that this period is silent, or that all of the past is; how to fill it, to those who can.
 * @param isCounted whether anything was ever counted
 * @param isAddressed whether the card speaks to whoever looks at it: of the server, or of themselves
 */
export function emptyWords(
  metric: TopMetric,
  isCounted: boolean,
  isAddressed: boolean,
  words: Words,
): string {
  if (isCounted) return words.say(`emptyInPeriod.${metric}`);
  return words.say(`${isAddressed ? "empty" : "emptyYet"}.${metric}`);
}

/** The lines just above and below one: each is too small a part of the whole for its bar to tell them apart. */
export function withoutBars(panel: RankingPanel): RankingPanel {
  return { ...panel, rows: panel.rows.map((row) => ({ ...row, share: null })) };
}

/** A top list, or what to do to fill it. */
export function rankingPanel(ranked: Ranked, entries: readonly RankedEntry[], words: Words): RankingPanel {
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
  return { kind: "ranking", title, rows, empty };
}

/** A list of activities. @param noteOf the quiet addition to an activity's name */
export function activityRanking(
  { title, empty }: Pick<Ranked, "title" | "empty">,
  entries: readonly ActivityEntry[],
  noteOf: (entry: ActivityEntry) => string,
  words: Words,
): RankingPanel {
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
  return { kind: "ranking", title, rows, empty };
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
): RankingPanel {
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
): RankingPanel {
  const title = words.say(`panel.topChannels.${metric}`);
  const empty = emptyOf(view, metric, viewerId, words);
  const ranked = { title, metric, members: view.members, empty, subjectOf: names.channel, ownId: null };
  return rankingPanel(ranked, entries, words);
}

function emptyOf(view: Counted, metric: Metric, viewerId: string | null, words: Words): string {
  const ofServer = view.kind === "server" || view.kind === metric;
  const isAddressed = ofServer || (view.memberId !== undefined && view.memberId === viewerId);
  return emptyWords(metric, view.totals.lifetime[metric] > 0, isAddressed, words);
}
