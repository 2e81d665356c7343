import { createCanvas, GlobalFonts } from "@napi-rs/canvas";
import {
  BASE,
  BY_SCRIPT,
  EMOJI,
  type FontPackage,
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

/**
 * A text as the fonts can draw it. Letters that none has become plain ones where they stand for such (circled,
 * squared); marks and ornaments that none has are left out. A letter of a script without a font stays: a box says
 * that there is one.
 */
export function drawable(text: string): string {
  if (ASCII.test(text)) return text;
  const han = hanPackages(text);
  return graphemes(text)
    .map((grapheme) => faceOf(grapheme, han).text)
    .join("");
}

function faceOf(grapheme: string, han: readonly FontPackage[] | null): Face {
  const key = han ? `${han[0]?.name} ${grapheme}` : grapheme;
  const known = faces.get(key);
  if (known !== undefined) return known;
  if (faces.size >= CACHED_GRAPHEMES) faces.clear();
  const found = find(grapheme, han);
  faces.set(key, found);
  return found;
}

const ORNAMENT = /^[\p{Mn}\p{Me}\p{P}\p{S}\p{Co}\p{Cn}]$/u;

/** The one family that draws the whole grapheme, else those that draw its characters beside each other. */
function find(grapheme: string, han: readonly FontPackage[] | null): Face {
  const fonts = candidates(grapheme, han);
  const whole = familyWith(fonts, pointsOf(grapheme));
  if (whole !== null) return { text: grapheme, families: [whole] };
  const plain = grapheme.normalize("NFKC");
  const parts = Array.from(grapheme, (character) => ({
    character,
    family: familyWith(fonts, pointsOf(character)),
  }));
  if (
    plain !== grapheme &&
    parts.some(({ character, family }) => family === null && !isInvisible(character))
  ) {
    return find(plain, han);
  }
  const kept = parts.filter(({ character, family }) => family !== null || !ORNAMENT.test(character));
  return {
    text: kept.map(({ character }) => character).join(""),
    families: kept.flatMap(({ family }) => family ?? []),
  };
}

function familyWith(fonts: readonly FontPackage[], points: readonly number[]): string | null {
  for (const font of fonts) {
    const subset = subsetWith(font, points);
    if (subset === null) continue;
    const family = register(font, subset);
    // A symbol package's ranges are wider than what its files have.
    if (!SYMBOLS.includes(font) || draws(family, String.fromCodePoint(...points))) return family;
  }
  return null;
}

const probe = createCanvas(48, 48).getContext("2d");
/** Never a character: drawn as the face's box for what it does not have. */
const NO_CHARACTER = "\u{10fffe}";

/** Whether a family has more for a text than boxes. */
function draws(family: string, text: string): boolean {
  const [glyph, box] = [text, NO_CHARACTER].map((drawn) => {
    probe.clearRect(0, 0, 48, 48);
    probe.font = `24px ${quoted(family)}`;
    probe.fillText(drawn, 8, 34);
    return Buffer.from(probe.getImageData(0, 0, 48, 48).data.buffer);
  });
  return glyph !== undefined && box !== undefined && !glyph.equals(box);
}

function isInvisible(character: string): boolean {
  return /^\p{Default_Ignorable_Code_Point}$/u.test(character);
}

/** Code points without those that choose between text and emoji: not every file lists them. */
function pointsOf(grapheme: string): number[] {
  return Array.from(grapheme, (character) => character.codePointAt(0) ?? 0).filter(
    (point) => point !== 0xfe0f && point !== 0xfe0e,
  );
}

function candidates(grapheme: string, han: readonly FontPackage[] | null): readonly FontPackage[] {
  if (EMOJI_LIKE.test(grapheme)) return [EMOJI, BASE, ...SYMBOLS];
  const script = BY_SCRIPT.find(([pattern]) => pattern.test(grapheme));
  if (script) return [...(han && /\p{Script=Han}/u.test(grapheme) ? han : script[1]), BASE, ...SYMBOLS];
  return [BASE, ...SYMBOLS, EMOJI];
}

/** The first subset that has all of these code points: a sequence is drawn as one only by one file. */
function subsetWith(font: FontPackage, [first = 0, ...rest]: readonly number[]): string | null {
  const ranges = rangesOf(font);
  const has = (subset: string, point: number): boolean =>
    ranges.some((range) => range.subset === subset && range.from <= point && point <= range.to);
  const starting = ranges.filter(({ from, to }) => from <= first && first <= to);
  return starting.find(({ subset }) => rest.every((point) => has(subset, point)))?.subset ?? null;
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
  GlobalFonts.registerFromPath(pathOf(font, subset), family);
  registered.set(key, family);
  if (font === EMOJI) emojiFamilies.add(family);
  return family;
}

function quoted(family: string): string {
  return `"${family}"`;
}
