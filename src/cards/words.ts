import { formatDuration, formatHour, formatNumber } from "../i18n/format.ts";
import { type Translator, translatorFor } from "../i18n/translator.ts";
import type { MembersFilter, Rank, TopMetric } from "../stats/views.ts";
import type { CardContext, Subject } from "./card.ts";

const DAY_MS = 86_400_000;
/** Line breaks and the like, and marks that would turn the direction of what follows a name. */
const UNPRINTABLE = /[\s\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]+/gu;

/** A card's words and numbers in its language. */
export class Words {
  readonly say: Translator["say"];
  readonly locale: string;
  readonly direction: Translator["direction"];

  /** @param locale any BCP 47 tag; a language that is not spoken here becomes English */
  constructor(locale: string) {
    const translator = translatorFor(locale);
    this.say = translator.say;
    this.locale = translator.locale;
    this.direction = translator.direction;
  }

  number(value: number): string {
    return formatNumber(value, this.locale);
  }

  /** As people say it. @param ms whole or not */
  duration(ms: number): string {
    return formatDuration(ms, this.locale);
  }

  /** A count of messages, or a duration. */
  value(value: number, metric: TopMetric): string {
    return metric === "messages" ? this.number(value) : this.duration(value);
  }

  /** "12 members": how many contributed. */
  contributors(count: number, filter: MembersFilter): string {
    return this.say(`contributors.${filter}`, { count, shown: this.number(count) });
  }

  days(count: number): string {
    return this.say("days", { count, shown: this.number(count) });
  }

  rank(rank: Rank): string {
    if (rank === null) return this.say("rank.none");
    return this.say("rank.value", { place: this.number(rank.place), of: this.number(rank.of) });
  }

  /** Both ends of an hour of the day, 0 to 23. */
  hour(hour: number): { readonly from: string; readonly until: string } {
    return { from: formatHour(hour, this.locale), until: formatHour(hour + 1, this.locale) };
  }

  /** What its name does not tell of a subject. Who has no name is not said to have left: nothing is known of them. */
  note(subject: Subject): string {
    if (subject.kind === "bot") return this.say("note.bot");
    return subject.kind === "departed" && printable(subject.name) !== "" ? this.say("note.departed") : "";
  }

  /** The subject with a name to show, in one line, whatever is known of it. */
  named(subject: Subject): Subject {
    const name = printable(subject.name);
    return { ...subject, name: name === "" ? this.#nameless(subject.kind) : name };
  }

  #nameless(kind: Subject["kind"]): string {
    switch (kind) {
      case "member":
      case "bot":
      case "departed":
        return this.say("name.unknownMember");
      case "text":
      case "voice":
      case "forum":
      case "thread":
      case "gone-channel":
        return this.say("name.unknownChannel");
      case "category":
        return this.say("name.unknownCategory");
      case "role":
        return this.say("name.unknownRole");
      case "activity":
        return this.say("name.unknownActivity");
      case "guild":
        return this.say("name.unknownServer");
      default:
        return kind satisfies never;
    }
  }

  /** How long the guild has been counted, in whole days: no finer, so that equal numbers are equal images. */
  footer(sinceMs: number | null, { nowMs }: CardContext): string {
    const days = sinceMs === null ? 0 : Math.floor((nowMs - sinceMs) / DAY_MS);
    return days < 1
      ? this.say("footer.notTracked")
      : this.say("footer.trackedFor", { duration: this.days(days) });
  }
}

function printable(name: string): string {
  return name.replace(UNPRINTABLE, " ").trim();
}
