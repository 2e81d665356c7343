import type { Snowflake } from "../snowflake.ts";

/** How a person, channel or guild appears on a card. */
export interface Subject {
  readonly id: Snowflake;
  readonly name: string;
  /** CDN address of an avatar or icon; `null` draws initials or a channel glyph. */
  readonly imageUrl: string | null;
  readonly kind: "member" | "bot" | "departed" | "text" | "voice" | "gone-channel" | "guild";
}

/** Names for the ids of one view, resolved before the card is built; unknown ids give a fallback subject. */
export interface Names {
  readonly guild: Subject;
  readonly member: (id: Snowflake) => Subject;
  readonly channel: (id: Snowflake) => Subject;
}

export type ThemeName = "dark" | "light";

/** A figure beside its label: "Last 7 days · 1,204", with a quiet addition such as "87 members", or "". */
export interface FigureRow {
  readonly label: string;
  readonly value: string;
  readonly note: string;
}

/** One line of a ranking; `share` in [0, 1] sets the length of its bar. */
export interface RankingRow {
  readonly place: number;
  readonly subject: Subject;
  /** A quiet addition to the name, such as "left", or "". */
  readonly note: string;
  readonly value: string;
  readonly share: number;
}

export type Panel =
  | { readonly kind: "figures"; readonly title: string; readonly rows: readonly FigureRow[] }
  | {
      readonly kind: "ranking";
      readonly title: string;
      readonly rows: readonly RankingRow[];
      /** Shown when `rows` is empty: what to do to fill it. */
      readonly empty: string;
    };

export interface ChartSeries {
  readonly label: string;
  readonly metric: "messages" | "voice";
  /** One per chart label; `null` is a gap. Voice in hours. */
  readonly values: readonly (number | null)[];
}

export interface Chart {
  readonly title: string;
  /** Calendar labels in the card's locale, oldest first. */
  readonly labels: readonly string[];
  readonly series: readonly ChartSeries[];
  /** What stands in its place when no value is above zero; else `null`. */
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
  /** Rows of panels, top to bottom; the panels of a row share its width equally. */
  readonly panels: readonly (readonly Panel[])[];
  readonly chart: Chart;
  readonly footer: string;
  /** BCP 47 tag; decides digits and writing direction of the card's own words. */
  readonly locale: string;
  readonly theme: ThemeName;
  /** 0xRRGGBB, or `null` for the theme's own. */
  readonly accent: number | null;
  /** The attachment's description: the card's main figures in words, at most 1,024 characters. */
  readonly alt: string;
}

/** What a card needs beside the numbers. */
export interface CardContext {
  readonly names: Names;
  readonly locale: string;
  readonly theme: ThemeName;
  readonly accent: number | null;
  readonly mode: Card["mode"];
  /** Now, Unix milliseconds; only for "tracking for 45 days". */
  readonly nowMs: number;
}
