import { formatDuration, formatNumber } from "../i18n/format.ts";
import { type Translator, translatorFor } from "../i18n/translator.ts";
import type { ByMetric, ByPeriod, MembersFilter, Metric, Rank, RankedEntry, View } from "../stats/views.ts";
import { PERIODS } from "../stats/views.ts";
import type { CardContext, FigureRow, Panel, Subject } from "./card.ts";

/** A card's words and numbers in its language. */
export class Words {
  readonly say: Translator["say"];
  readonly locale: string;

  constructor(locale: string) {
    const translator = translatorFor(locale);
    this.say = translator.say;
    this.locale = translator.locale;
  }

  number(value: number): string {
    return formatNumber(value, this.locale);
  }

  /** "12 members": how many contributed. */
  contributors(count: number, filter: MembersFilter): string {
    return this.say(`contributors.${filter}`, { count, shown: this.number(count) });
  }

  days(count: number): string {
    return this.say("days", { count, shown: this.number(count) });
  }

  /** A count, or a duration as people say it. */
  value(value: number, metric: Metric): string {
    return metric === "messages" ? this.number(value) : formatDuration(value, this.locale);
  }

  rank(rank: Rank): string {
    if (rank === null) return this.say("rank.none");
    return this.say("rank.value", { place: this.number(rank.place), of: this.number(rank.of) });
  }

  /** "Server statistics · People · Last 30 days" */
  subtitle(title: string, { members, period }: View): string {
    return [title, this.say(`filter.${members}`), this.say(`period.${period}`)].join(" · ");
  }

  /**
   * One metric over all periods, with how many contributed where that is known.
   * @param rank the place in the view's period as a last row; left out where there are no places
   */
  figures(
    metric: Metric,
    view: View,
    contributors: ByPeriod<ByMetric<number>> | null,
    rank?: Rank,
  ): Extract<Panel, { kind: "figures" }> {
    const rows = PERIODS.map(
      (period): FigureRow => ({
        label: this.say(`shortPeriod.${period}`),
        value: this.value(view.totals[period][metric], metric),
        note: contributors ? this.contributors(contributors[period][metric], view.members) : "",
      }),
    );
    if (rank !== undefined) {
      const note = rank === null ? "" : this.say(`shortPeriod.${view.period}`);
      rows.push({ label: this.say("rank.label"), value: this.rank(rank), note });
    }
    return { kind: "figures", title: this.say(`metric.${metric}`), rows };
  }

  /** A top list, or what to do to fill it. */
  ranking(
    title: string,
    metric: Metric,
    entries: readonly RankedEntry[],
    { members, totals }: View,
    subjectOf: (id: string) => Subject,
  ): Extract<Panel, { kind: "ranking" }> {
    return {
      kind: "ranking",
      title,
      empty: this.say(`${totals.lifetime[metric] > 0 ? "emptyInPeriod" : "empty"}.${metric}`),
      rows: entries.map(({ id, place, value, share }) => {
        const subject = subjectOf(id);
        return {
          place,
          share,
          subject: this.named(subject),
          // Among bots alone the word would say nothing.
          note: members === "bots" && subject.kind === "bot" ? "" : this.note(subject),
          value: this.value(value, metric),
        };
      }),
    };
  }

  /** What its name does not tell of a subject. Who has no name is not said to have left: nothing is known of them. */
  note({ kind, name }: Subject): string {
    if (kind === "bot") return this.say("note.bot");
    return kind === "departed" && name.trim() !== "" ? this.say("note.departed") : "";
  }

  /** The subject with a name to show, whatever is known of it. */
  named(subject: Subject): Subject {
    if (subject.name.trim() !== "") return subject;
    const isChannel = subject.kind === "gone-channel" || subject.kind === "text" || subject.kind === "voice";
    return { ...subject, name: isChannel ? this.say("name.unknownChannel") : this.say("name.unknownMember") };
  }

  /** How long the guild has been counted, in whole days: no finer, so that equal numbers are equal images. */
  footer({ sinceMs }: View, { nowMs }: CardContext): string {
    if (sinceMs === null) return this.say("footer.notTracked");
    const days = Math.floor((nowMs - sinceMs) / 86_400_000);
    return days < 1
      ? this.say("footer.notTracked")
      : this.say("footer.trackedFor", { duration: this.days(days) });
  }
}
