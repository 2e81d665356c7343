import type { Card, Chart, Panel, Subject } from "./card.ts";

/** What one view gives to its card: the rest is the same for all. */
export interface Content {
  /** As it was resolved; a name for what has none is found later. */
  readonly subject: Subject;
  /** `null`: the subject's name, and what is noted of it. */
  readonly title: string | null;
  /** What the card is, whose activity it shows, how far back it reaches. */
  readonly subtitle: readonly string[];
  /** Rows of panels; at most three to a row, and no more than 14 lines of rows in all, or the card grows too high. */
  readonly panels: readonly (readonly Panel[])[];
  readonly chart: Chart;
  /** Whether it is about the whole guild, whose banner then lies behind the header. */
  readonly isGuildWide: boolean;
}

/** Parts of a subtitle, in reading order. */
export function subtitleOf(parts: readonly string[]): Card["subtitle"] {
  return parts.join(" · ");
}
