import type { Card, ChartSeries, Panel } from "./card.ts";
import type { Words } from "./words.ts";

/** Discord's bound for an attachment's description, in UTF-16 units. */
export const ALT_LENGTH = 1_024;
/** Characters of the longest name that Discord allows a server. */
const TITLE_LENGTH = 100;

type Figures = Extract<Panel, { kind: "figures" }>;
type Ranking = Extract<Panel, { kind: "ranking" }>;

/**
 * The card in words, in the order in which it is read. Where that is too long lists end earlier: the figures are what
 * a card is looked at for.
 */
export function altText(card: Omit<Card, "alt">, words: Words): string {
  const title = [...card.title].slice(0, TITLE_LENGTH).join("");
  const series = card.mode === "graph" ? card.chart.series : [];
  const parts: readonly (string | Ranking)[] = [
    `${noted(title, card.titleNote)}. ${card.subtitle}.`,
    ...card.panels.flat().map((panel) => (panel.kind === "ranking" ? panel : figuresSentence(panel, words))),
    ...series.map((each) => chartSentence(each, words)),
    `${card.footer}.`,
  ];
  let room = ALT_LENGTH;
  for (const part of parts) if (typeof part === "string") room -= part.length + 1;
  const sentences = parts.flatMap((part) => {
    if (typeof part === "string") return part;
    const sentence = rankingSentence(part, words, room - 1);
    if (sentence === null) return [];
    room -= sentence.length + 1;
    return sentence;
  });
  return sentences.join(" ");
}

function figuresSentence({ title, rows }: Figures, { say }: Words): string {
  const figures = rows.map(({ label, value, note }) =>
    say("alt.figure", { label, value: noted(value, note) }),
  );
  return say("alt.list", { title, entries: figures.join("; ") });
}

/** As many places as there is room for; `null`: there is none. */
function rankingSentence({ title, rows, empty }: Ranking, { say }: Words, room: number): string | null {
  const places = rows.map(
    ({ place, subject, note, value }) => `${place}. ${noted(subject.name, note)}, ${value}`,
  );
  const listed = (count: number): string =>
    say("alt.list", {
      title,
      entries: count === 0 ? empty.replace(/\.$/, "") : places.slice(0, count).join("; "),
    });
  for (let count = places.length; count >= Math.min(places.length, 1); count--) {
    const sentence = listed(count);
    if (sentence.length <= room) return sentence;
  }
  return null;
}

function chartSentence({ label, values }: ChartSeries, words: Words): string {
  const total = values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const { say } = words;
  return say("alt.list", {
    title: say("chart.name"),
    entries: say("alt.figure", { label, value: words.number(total) }),
  });
}

function noted(text: string, note: string): string {
  return note === "" ? text : `${text} (${note})`;
}
