import type { Snowflake } from "../snowflake.ts";
import type { ThemeName } from "../theme-name.ts";

export { THEME_NAMES, type ThemeName } from "../theme-name.ts";

/** How a person, channel, role, activity or guild appears on a card. */
export interface Subject {
  /** A snowflake, or an activity's place id. */
  readonly id: string;
  readonly name: string;
  /** CDN address of an avatar or icon; `null` draws initials or a sign. */
  readonly imageUrl: string | null;
  readonly kind: SubjectKind;
  /** 0xRRGGBB: a role's own colour; `null`: none. */
  readonly colour: number | null;
}

/** What a {@link Subject} is, which decides the sign that stands for it. */
export type SubjectKind =
  | "member"
  | "bot"
  | "departed"
  | "text"
  | "voice"
  | "forum"
  | "thread"
  | "category"
  | "gone-channel"
  | "role"
  | "activity"
  | "guild";

/** Names for the ids of one view, resolved before the card is built; unknown ids give a fallback subject. */
export interface Names {
  readonly guild: Subject;
  /** Someone who is or was a member. */
  readonly member: (id: Snowflake) => Subject;
  /** A channel, forum or thread, deleted ones too. */
  readonly channel: (id: Snowflake) => Subject;
  /** A role. */
  readonly role: (id: Snowflake) => Subject;
  /** A category of channels. */
  readonly category: (id: Snowflake) => Subject;
}

/** A figure beside the one of the period before: "▲ 12 %". */
export interface Change {
  readonly direction: "up" | "down" | "same";
  /** The share alone, "12 %" or "×14", or a word: "new" where there was nothing before, "unchanged" for `same`. */
  readonly text: string;
  /** The same in words alone, "up 12 %". */
  readonly spoken: string;
  /** Whether more of it is better, so that up and down have a colour each: more members who left are not. */
  readonly isJudged: boolean;
}

/** A figure beside its label: "Last 7 days · 1,204 ▲ 12 %", with a quiet addition such as "87 members", or "". */
export interface FigureRow {
  readonly label: string;
  readonly value: string;
  readonly note: string;
  /** `null`: nothing is known of the period before, or there is none. */
  readonly change: Change | null;
  /** Whether the value is a word for there being none: quiet, for it is no figure. */
  readonly isAbsent?: boolean;
}

/** One line of a ranking; `share` in [0, 1] of the whole sets the length of its bar. */
export interface RankingRow {
  readonly place: number;
  readonly subject: Subject;
  /** A quiet addition to the name, such as "left", or "". */
  readonly note: string;
  readonly value: string;
  /** `null`: no bar, where its length would say nothing beside its neighbours'. */
  readonly share: number | null;
  /** Set off: the one whom the card is about, or who asked. */
  readonly isOwn: boolean;
}

/** A share of a whole, such as of voice time by state; shares may overlap. */
export interface SplitRow {
  readonly label: string;
  readonly value: string;
  /** In [0, 1]. */
  readonly share: number;
}

/**
 * One line of a comparison: two values of one kind. `shares` in [0, 1] are of the larger one; both are 0 where a length
 * says nothing, such as of places.
 */
export interface ComparisonRow {
  readonly label: string;
  readonly values: readonly [string, string];
  readonly shares: readonly [number, number];
  /** How each value changed; `null`: as of a figure. */
  readonly changes: readonly [Change | null, Change | null];
}

/** A box of a card. All lists have at least one row: where there is nothing to list stands a `note`. */
export type Panel =
  | { readonly kind: "figures"; readonly title: string; readonly rows: readonly FigureRow[] }
  /** At most five figures, side by side. */
  | { readonly kind: "strip"; readonly title: string; readonly rows: readonly FigureRow[] }
  /** A sentence in place of what there is nothing of: why, or what to do to fill it. */
  | { readonly kind: "note"; readonly title: string; readonly text: string }
  | { readonly kind: "ranking"; readonly title: string; readonly rows: readonly RankingRow[] }
  | { readonly kind: "split"; readonly title: string; readonly rows: readonly SplitRow[] }
  | {
      readonly kind: "comparison";
      readonly title: string;
      readonly sides: readonly [Subject, Subject];
      readonly rows: readonly ComparisonRow[];
    }
  | {
      readonly kind: "heatmap";
      readonly title: string;
      /** Seven weekdays, Monday first. */
      readonly rows: readonly string[];
      /** 24 hours, some of them "": what stands below the columns. */
      readonly columns: readonly string[];
      /** 168 values in [0, 1] by `row * 24 + column`, 1 for the busiest hour. */
      readonly values: readonly number[];
      /** Ends of the scale, quiet and busy. */
      readonly scale: readonly [string, string];
      /** What the map shows in words: "Busiest: Friday, 21:00 to 22:00". */
      readonly summary: string;
    };

/** What a series stands for; themes give each a colour, and a dash and marker that tell it apart without colour. */
export type SeriesRole =
  | "messages"
  | "voice"
  | "activities"
  | "joins"
  | "leaves"
  | "members"
  | "first"
  | "second";

/** One run of values of a {@link Chart}. */
export interface ChartSeries {
  readonly label: string;
  readonly role: SeriesRole;
  readonly shape: "bars" | "line";
  /** Series of one axis share a scale. The first series is always on `left`. */
  readonly axis: "left" | "right";
  /** Whether the values are counted in wholes. */
  readonly whole: boolean;
  /** One per chart label; `null` is a gap. Time in hours; what went away (leaves) is negative. */
  readonly values: readonly (number | null)[];
}

/** A card's chart: values by day. */
export interface Chart {
  readonly title: string;
  /** Calendar labels in the card's locale, oldest first. */
  readonly labels: readonly string[];
  /** One to three. */
  readonly series: readonly ChartSeries[];
  /** What stands in its place when no value is other than zero; else `null`. */
  readonly empty: string | null;
}

/** Everything that decides a card's pixels, and nothing else: equal cards are equal images. */
export interface Card {
  readonly guildId: Snowflake;
  readonly mode: "card" | "graph";
  readonly subject: Subject;
  readonly title: string;
  /** A quiet addition to the title, such as "left", or "". */
  readonly titleNote: string;
  readonly subtitle: string;
  /** CDN address of a picture that lies softly behind the header; `null`: none. */
  readonly bannerUrl: string | null;
  /** Rows of panels, top to bottom; the panels of a row share its width, a heatmap takes twice as much as the others. */
  readonly panels: readonly (readonly Panel[])[];
  readonly chart: Chart;
  readonly footer: string;
  /** BCP 47 tag; decides digits of the chart. */
  readonly locale: string;
  /** Where reading begins: a card in Arabic is the mirror image. */
  readonly direction: "ltr" | "rtl";
  readonly theme: ThemeName;
  /** 0xRRGGBB; `"icon"`: the main colour of the picture at `iconUrl`; `null`: the theme's own. */
  readonly accent: number | "icon" | null;
  /** CDN address of the guild's icon where the accent is `"icon"`; else, or for a guild without one, `null`. */
  readonly iconUrl: string | null;
  /** The attachment's description: the card's main figures in words, at most 1,024 characters. */
  readonly alt: string;
}

/** Whether a card shows its chart: below nothing but notes, one more that nothing happened would say nothing new. */
export function isCharted({ mode, panels, chart }: Pick<Card, "mode" | "panels" | "chart">): boolean {
  return mode === "graph" || chart.empty === null || panels.flat().some(({ kind }) => kind !== "note");
}

/** What a card needs beside the numbers. */
export interface CardContext {
  readonly names: Names;
  /** BCP 47 tag of a language that is spoken here, or any other for English. */
  readonly locale: string;
  readonly theme: ThemeName;
  readonly accent: Card["accent"];
  /** CDN address of the guild's banner, or `null`. */
  readonly bannerUrl: string | null;
  readonly mode: Card["mode"];
  /** Who asked: set off in lists. `null`: nobody in particular. */
  readonly viewerId: Snowflake | null;
  /** Whether other members are left out of lists, so that an empty list says nothing. Default: no. */
  readonly hidesMembers?: boolean;
  /** Now, Unix milliseconds; only for "tracking for 45 days". */
  readonly nowMs: number;
}
