import type { Card, Panel } from "./card.ts";
import type { Words } from "./words.ts";

/** Discord's bound for an attachment's description, in UTF-16 units. */
export const ALT_LENGTH = 1_024;

/** The card in words, in the order in which it is read; cut after the last figure that fits. */
export function altText(card: Omit<Card, "alt">, words: Words): string {
  const sentences = [
    `${noted(card.title, card.titleNote)}. ${card.subtitle}.`,
    ...card.panels.flat().map((panel) => sentence(panel, words)),
  ];
  if (card.mode === "graph")
    sentences.push(...card.chart.series.map((series) => chartSentence(series, words)));
  sentences.push(`${card.footer}.`);
  let text = "";
  for (const part of sentences) {
    const longer = text === "" ? part : `${text} ${part}`;
    if (longer.length > ALT_LENGTH) break;
    text = longer;
  }
  return text === "" ? [...card.subtitle].slice(0, ALT_LENGTH / 2).join("") : text;
}

function sentence(panel: Panel, { say }: Words): string {
  switch (panel.kind) {
    case "figures":
      return say.altListed(
        panel.title,
        panel.rows.map(({ label, value, note }) => say.altFigure(label, noted(value, note))).join("; "),
      );
    case "ranking":
      if (panel.rows.length === 0) return say.altListed(panel.title, panel.empty.replace(/\.$/, ""));
      return say.altListed(
        panel.title,
        panel.rows
          .map(({ place, subject, note, value }) => `${place}. ${noted(subject.name, note)}, ${value}`)
          .join("; "),
      );
    default:
      return panel satisfies never;
  }
}

function noted(text: string, note: string): string {
  return note === "" ? text : `${text} (${note})`;
}

function chartSentence({ label, values }: Card["chart"]["series"][number], words: Words): string {
  const total = values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  return words.say.altListed(words.say.chart, words.say.altFigure(label, words.number(total)));
}
