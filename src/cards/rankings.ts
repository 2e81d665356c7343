import { ACTIVITY_TYPES, activityId, activityOf } from "../place-id.ts";
import type {
  ActivityEntry,
  ByMetric,
  ByPeriod,
  MembersFilter,
  Metric,
  RankedEntry,
  TopMetric,
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
  /** Whether anything was ever counted: an empty list says either how to fill it, or that this period is silent. */
  readonly isCounted: boolean;
  readonly subjectOf: (id: string) => Subject;
  /** Whether lines were left out that this viewer may not see. Default: no. */
  readonly isHidden?: boolean | undefined;
  /** Whose row is set off; `null`: no one's. */
  readonly ownId: string | null;
}

/** A top list, or what to do to fill it. */
export function rankingPanel(ranked: Ranked, entries: readonly RankedEntry[], words: Words): RankingPanel {
  const { metric, members, subjectOf, ownId } = ranked;
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
  return listPanel(ranked, rows, words);
}

/** A list of activities. @param noteOf the quiet addition to an activity's name */
export function activityRanking(
  ranked: Pick<Ranked, "title" | "isCounted">,
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
  return listPanel({ ...ranked, metric: "activities" }, rows, words);
}

/** An activity as it appears on a card. @param id its place id */
export function activitySubject(id: string): Subject {
  return { id, name: activityOf(id)?.name ?? "", imageUrl: null, kind: "activity", colour: null };
}

interface Counted {
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
  const isCounted = view.totals.lifetime[metric] > 0;
  const ranked = {
    title,
    metric,
    members: view.members,
    isCounted,
    isHidden: hidesMembers,
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
  { names }: CardContext,
  words: Words,
): RankingPanel {
  const title = words.say(`panel.topChannels.${metric}`);
  const isCounted = view.totals.lifetime[metric] > 0;
  const ranked = { title, metric, members: view.members, isCounted, subjectOf: names.channel, ownId: null };
  return rankingPanel(ranked, entries, words);
}

function listPanel(
  { title, metric, isCounted, isHidden = false }: Pick<Ranked, "title" | "metric" | "isCounted" | "isHidden">,
  rows: readonly RankingRow[],
  words: Words,
): RankingPanel {
  const empty = words.say(
    isHidden ? "empty.membersHidden" : `${isCounted ? "emptyInPeriod" : "empty"}.${metric}`,
  );
  return { kind: "ranking", title, rows, empty };
}
