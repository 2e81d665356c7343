import { HOUR_MS } from "../clock.ts";
import type { Card, Change, Chart, ChartSeries, FigureRow, Panel, RankingRow } from "./card.ts";
import type { Words } from "./words.ts";

/** A part of a card in words. */
export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
  /** Figures are kept whole; places may end earlier; a text is a sentence of its own. */
  readonly kind: "figures" | "places" | "text";
}

/** How names are written: shortened, escaped, set off. */
export type NameWriter = (name: string, isOwn: boolean) => string;

/** Panels in the order in which they are read; a list's second column goes on with the first. */
export function spokenPanels(panels: Card["panels"], words: Words, write: NameWriter): readonly Section[] {
  const sections: Section[] = [];
  for (const panel of panels.flat()) {
    const section = spokenPanel(panel, words, write);
    const before = sections.at(-1);
    if (before?.kind === "places" && panel.title === words.say("panel.rankingContinued"))
      sections[sections.length - 1] = { ...before, lines: [...before.lines, ...section.lines] };
    else sections.push(section);
  }
  return sections;
}

function spokenPanel(panel: Panel, words: Words, write: NameWriter): Section {
  const { say } = words;
  const { title } = panel;
  switch (panel.kind) {
    case "figures":
    case "strip":
      return { title, kind: "figures", lines: panel.rows.map((row) => figureLine(row, words)) };
    case "note":
      return { title, kind: "text", lines: [panel.text] };
    case "ranking":
      return { title, kind: "places", lines: panel.rows.map((row) => placeLine(row, words, write)) };
    case "split":
      return {
        title,
        kind: "figures",
        lines: panel.rows.map(({ label, value }) => say("spoken.figure", { label, value })),
      };
    case "comparison": {
      const [one, other] = panel.sides;
      const sides = { first: write(one.name, false), second: write(other.name, false) };
      return {
        title: say("spoken.compared", { title, ...sides }),
        kind: "figures",
        lines: panel.rows.map(({ label, values, changes }) => {
          const [first, second] = [
            valueWith(values[0], changes[0], words),
            valueWith(values[1], changes[1], words),
          ];
          return say("spoken.figure", { label, value: say("spoken.values", { first, second }) });
        }),
      };
    }
    case "heatmap":
      return { title, kind: "text", lines: [panel.summary] };
    default:
      return panel satisfies never;
  }
}

/** A chart's highest days, and how many members it ends with. */
export function spokenChart(
  { title, labels, series, empty }: Chart,
  words: Words,
  write: NameWriter,
): Section {
  if (empty !== null) return { title, kind: "text", lines: [empty] };
  const lines = series.map((each) => {
    const isName = each.role === "first" || each.role === "second";
    const label = isName ? write(each.label, false) : each.label;
    return words.say("spoken.figure", { label, value: seriesValue(each, labels, words) });
  });
  return { title, kind: "figures", lines };
}

/** The card's title with what is noted of it. */
export function spokenTitle({ titleNote }: Pick<Card, "titleNote">, title: string, { say }: Words): string {
  return titleNote === "" ? title : say("spoken.noted", { text: title, note: titleNote });
}

function figureLine({ label, value, note, change }: FigureRow, { say }: Words): string {
  const notes = [note, change?.spoken ?? ""].filter((each) => each !== "");
  const [first, second] = notes;
  const text = say("spoken.figure", { label, value });
  if (first === undefined) return text;
  return say("spoken.noted", {
    text,
    note: second === undefined ? first : say("spoken.notes", { first, second }),
  });
}

function valueWith(text: string, change: Change | null, { say }: Words): string {
  return change === null ? text : say("spoken.noted", { text, note: change.spoken });
}

function placeLine(
  { place, subject, note, value, isOwn }: RankingRow,
  words: Words,
  write: NameWriter,
): string {
  const { say } = words;
  const written = write(subject.name, isOwn);
  const name = note === "" ? written : say("spoken.noted", { text: written, note });
  return say("spoken.place", { place: words.number(place), name, value });
}

function seriesValue({ role, whole, values }: ChartSeries, labels: readonly string[], words: Words): string {
  // Members are a level: their last is what they are.
  if (role === "members") return words.number(values.findLast((value) => value !== null) ?? 0);
  const sizes = values.map((value) => Math.abs(value ?? 0));
  const highest = Math.max(0, ...sizes);
  return words.say("spoken.highest", {
    value: whole ? words.number(highest) : words.duration(Math.round(highest * HOUR_MS)),
    day: labels[sizes.indexOf(highest)] ?? "",
  });
}
