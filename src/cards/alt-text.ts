import { type Card, isCharted } from "./card.ts";
import { fitted, longestList } from "./fitted.ts";
import { shortened } from "./shortened.ts";
import { type NameWriter, type Section, spokenChart, spokenPanels, spokenTitle } from "./spoken.ts";
import type { Words } from "./words.ts";

/** Discord's bound for an attachment's description, in UTF-16 units. */
export const ALT_LENGTH = 1_024;
/** Of a name, in UTF-16 units. */
const SHORTEST = 8;
const NAME_LENGTHS = [64, 24, SHORTEST] as const;
/** A text that ends so, with or without a bracket or quotation mark behind it, needs no further mark. */
const ENDED = /[.!?…。！？।؟۔][)\]"'”’»」』）]*$/u;

/**
 * The card in words, in the order in which it is read; of a graph, the chart and then what the card would tell. Where
 * that is too long a card's chart is left out, then all lists end earlier, then names are shorter.
 */
export function altText(card: Omit<Card, "alt">, words: Words): string {
  return fitted(ALT_LENGTH, altTexts(card, words));
}

function* altTexts(card: Omit<Card, "alt">, words: Words): Iterable<string> {
  const sentences = (sections: readonly Section[], nameLength: number, places: number): string => {
    const title = spokenTitle(card, shortened(card.title, 2 * nameLength), words);
    const told = sections.flatMap((section) => sentence(section, places, words));
    return [ended(title, words), ended(card.subtitle, words), ...told, ended(card.footer, words)].join(" ");
  };
  for (const nameLength of NAME_LENGTHS) {
    const write: NameWriter = (name) => shortened(name, nameLength);
    const panels = spokenPanels(card.panels, words, write);
    const chart = spokenChart(card.chart, words, write);
    const whole = card.mode === "graph" ? [chart, ...panels] : isCharted(card) ? [...panels, chart] : panels;
    const most = longestList(panels);
    yield sentences(whole, nameLength, most);
    const kept = card.mode === "graph" ? whole : panels;
    for (let places = most; places > 0; places--) yield sentences(kept, nameLength, places);
    if (nameLength === SHORTEST) yield sentences(kept, nameLength, 0);
  }
}

function sentence({ title, lines, kind }: Section, places: number, words: Words): readonly string[] {
  const told = kind === "places" ? lines.slice(0, places) : lines;
  if (told.length === 0) return [];
  const entries = told.reduce((before, after) => words.say("spoken.next", { before, after }));
  return [ended(words.say("spoken.list", { title, entries }), words)];
}

function ended(text: string, { say }: Words): string {
  return ENDED.test(text) ? text : say("spoken.sentence", { text });
}
