import { GlobalFonts } from "@napi-rs/canvas";
import { emojiFont, joinedEmoji } from "./emoji-font.ts";
import { charactersIn } from "./font-coverage.ts";
import {
  ALL,
  BASE,
  BY_SCRIPT,
  EMOJI,
  type FontPackage,
  isWithin,
  JAPANESE_HAN,
  KOREAN_HAN,
  pathOf,
  rangesOf,
  SYMBOLS,
} from "./font-faces.ts";

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** What a reader takes for one character: letters with their marks, emoji with all their parts. */
export function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

const EMOJI_LIKE = /\p{Emoji_Presentation}|\p{Regional_Indicator}|\uFE0F|\u20E3/u;
const ASCII = /^[\x20-\x7e]*$/;

/** Families that are registered, by package and subset. */
const registered = new Map<string, string>();
const emojiFamilies = new Set<string>();
/** What is drawn for a grapheme, and with which families; none: no font has it. */
interface Face {
  readonly text: string;
  readonly families: readonly string[];
}
/** By script of its neighbours and grapheme. */
const faces = new Map<string, Face>();
const CACHED_GRAPHEMES = 20_000;

/**
 * The CSS font-family list that draws a text: the base face, then just the subset files that its characters need,
 * each registered on first use. Registering all files of the Chinese, Japanese and Korean packages would take
 * half a second; the few that a name needs take milliseconds, once.
 */
export function familiesFor(text: string): string {
  const base = register(BASE, "latin");
  if (ASCII.test(text)) return quoted(base);
  const needed = new Set<string>();
  const han = hanPackages(text);
  for (const grapheme of graphemes(text)) {
    for (const family of faceOf(grapheme, han).families) needed.add(family);
  }
  // The first family that has a character draws it. Emoji faces have digits: they come after the base face. Symbol
  // faces have emoji in black and white: they come last.
  const emoji = [...needed].filter((family) => emojiFamilies.has(family));
  return Array.from(new Set([base, ...emoji, ...needed]), quoted).join(",");
}

/** Drawn for each character of a name of which no font has anything. */
const UNKNOWN = "•";
/** What printers set for a Chinese character that they have no type for. The packages have those in use, not all. */
const UNKNOWN_HAN = "〓";

/**
 * A text as the fonts can draw it. Letters that none has become plain ones where they stand for such (circled,
 * squared); marks, ornaments and letters that none has are left out, as a box says nothing about whom it stands for.
 * A text that nothing is left of becomes dots, one a character: it is a name, if not one that can be read here.
 */
export function drawable(text: string): string {
  if (ASCII.test(text)) return text;
  const han = hanPackages(text);
  const parts = graphemes(text);
  const drawn = parts.map((grapheme) => faceOf(grapheme, han).text).join("");
  if (isVisible(drawn) || !isVisible(text)) return drawn;
  return parts.filter(isVisible).fill(UNKNOWN).join("");
}

const isVisible = (text: string): boolean =>
  /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}]/u.test(text);

function faceOf(grapheme: string, han: readonly FontPackage[] | null): Face {
  const key = han ? `${han[0]?.name} ${grapheme}` : grapheme;
  const known = faces.get(key);
  if (known !== undefined) return known;
  if (faces.size >= CACHED_GRAPHEMES) faces.clear();
  const found = find(grapheme, han);
  faces.set(key, found);
  return found;
}

/** The one family that draws the whole grapheme, else those that draw its characters beside each other. */
function find(grapheme: string, han: readonly FontPackage[] | null): Face {
  const joined = joinedEmoji(grapheme);
  if (joined !== null) return { text: joined.text, families: [register(EMOJI, joined.subset)] };
  const fonts = candidates(grapheme, han);
  for (const form of new Set([grapheme, grapheme.normalize("NFC")])) {
    const whole = familyWith(fonts, pointsOf(form));
    if (whole !== null) return { text: form, families: [whole] };
  }
  const parts = Array.from(grapheme, (character) => ({
    character,
    family: familyWith(fonts, pointsOf(character)),
  })).filter(({ character, family }) => family !== null || !isInvisible(character));
  const plain = grapheme.normalize("NFKC");
  if (plain !== grapheme && parts.some(({ family }) => family === null)) return find(plain, han);
  if (parts[0]?.family === null && HAN.test(grapheme)) return find(UNKNOWN_HAN, han);
  // A mark without its letter would stand on the letter before.
  const hasLetter = parts[0]?.family !== null;
  const kept = parts.filter(({ character, family }) => family !== null && (hasLetter || !isMark(character)));
  return {
    text: kept.map(({ character }) => character).join(""),
    families: kept.flatMap(({ family }) => family ?? []),
  };
}

function familyWith(fonts: readonly FontPackage[], points: readonly number[]): string | null {
  for (const font of fonts) {
    const subset = subsetWith(font, points);
    if (subset !== null) return register(font, subset);
  }
  return null;
}

const HAN = /\p{Script=Han}/u;
const isInvisible = (character: string): boolean => /^\p{Default_Ignorable_Code_Point}$/u.test(character);
const isMark = (character: string): boolean => /^\p{M}$/u.test(character);

/** Code points without those that choose between text and emoji: not every file lists them. */
function pointsOf(grapheme: string): number[] {
  return Array.from(grapheme, (character) => character.codePointAt(0) ?? 0).filter(
    (point) => point !== 0xfe0f && point !== 0xfe0e,
  );
}

function candidates(grapheme: string, han: readonly FontPackage[] | null): readonly FontPackage[] {
  if (EMOJI_LIKE.test(grapheme)) return [EMOJI, BASE, ...ALL];
  const script = BY_SCRIPT.find(([pattern]) => pattern.test(grapheme));
  if (script) return [...(han && HAN.test(grapheme) ? han : script[1]), BASE, ...ALL];
  return [BASE, ...SYMBOLS, EMOJI, ...ALL];
}

/** The first subset that has all of these code points: a sequence is drawn as one only by one file. */
function subsetWith(font: FontPackage, points: readonly number[]): string | null {
  const [first = 0] = points;
  for (const [subset, ranges] of rangesOf(font)) {
    if (!isWithin(ranges, first)) continue;
    const characters = charactersIn(pathOf(font, subset));
    if (points.every((point) => characters.has(point))) return subset;
  }
  return null;
}

/** Han characters look different in Chinese, Japanese and Korean; the letters beside them tell which is meant. */
function hanPackages(text: string): readonly FontPackage[] | null {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return JAPANESE_HAN;
  return /\p{Script=Hangul}/u.test(text) ? KOREAN_HAN : null;
}

function register(font: FontPackage, subset: string): string {
  const key = `${font.name}/${subset}`;
  const known = registered.get(key);
  if (known !== undefined) return known;
  // One family a file: the canvas uses one typeface a family, and falls back from family to family. Families belong to
  // the process: the same file must have the same name in all its threads.
  const family = `GuildStats ${key}`;
  const path = pathOf(font, subset);
  if (font === EMOJI) GlobalFonts.register(emojiFont(path, subset), family);
  else GlobalFonts.registerFromPath(path, family);
  registered.set(key, family);
  if (font === EMOJI) emojiFamilies.add(family);
  return family;
}

function quoted(family: string): string {
  return `"${family}"`;
}
