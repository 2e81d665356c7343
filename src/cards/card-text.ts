import { type Card, isCharted } from "./card.ts";
import { fitted, longestList } from "./fitted.ts";
import { shortened } from "./shortened.ts";
import { type NameWriter, type Section, spokenChart, spokenPanels, spokenTitle } from "./spoken.ts";
import { Words } from "./words.ts";

/** The most that a card takes in words, in UTF-16 units: a part of what Discord allows a message's text displays. */
export const CARD_TEXT_LENGTH = 3_500;
/** Of a name, in UTF-16 units; escaped it may take twice as much. */
const NAME_LENGTHS = [100, 40, 16] as const;
const ASCII_PUNCTUATION = /[!-/:-@[-`{-~]/g;
/** A name that is written the other way round must not turn the figures around it. */
const ISOLATE = "\u2068";
const END_ISOLATE = "\u2069";

/**
 * A card in words, as Discord's markdown: headings and lists, which screen readers can walk through. The row that the
 * card sets off is bold. Names can neither format nor mention anyone. Lists end earlier where it is too long.
 * @returns at most {@link CARD_TEXT_LENGTH} UTF-16 units
 */
export function cardText(card: Card): string {
  return fitted(CARD_TEXT_LENGTH, cardTexts(card));
}

function* cardTexts(card: Card): Iterable<string> {
  const words = new Words(card.locale);
  for (const nameLength of NAME_LENGTHS) {
    const write: NameWriter = (name, isOwn) => {
      const written = `${ISOLATE}${escaped(shortened(name, nameLength))}${END_ISOLATE}`;
      return isOwn ? `**${written}**` : written;
    };
    const panels = spokenPanels(card.panels, words, write);
    const sections = isCharted(card) ? [...panels, spokenChart(card.chart, words, write)] : panels;
    const title = spokenTitle(card, escaped(shortened(card.title, 2 * nameLength)), words);
    for (let places = longestList(sections); places >= 0; places--) {
      const told = sections.flatMap((section) => paragraph(section, places));
      yield [`## ${title}`, card.subtitle, ...told, card.footer].join("\n");
    }
  }
}

function paragraph({ title, lines, kind }: Section, places: number): readonly string[] {
  switch (kind) {
    case "text":
      return [`### ${title}`, ...lines];
    case "figures":
      return [`### ${title}`, ...lines.map((line) => `- ${line}`)];
    case "places": {
      const told = lines.slice(0, places);
      // Discord would number a list itself, and give those who share a place different ones.
      return told.length === 0
        ? []
        : [`### ${title}`, ...told.map((line) => line.replace(/^(\d+)\./, "$1\\."))];
    }
    default:
      return kind satisfies never;
  }
}

/** Text that Discord shows as it is. Mentions are looked for even behind a backslash: a space of no width breaks them. */
function escaped(text: string): string {
  return text.replace(ASCII_PUNCTUATION, (mark) => (mark === "@" ? "\\@\u200b" : `\\${mark}`));
}
