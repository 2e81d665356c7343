import { GlobalFonts } from "@napi-rs/canvas";
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
/** The family for a grapheme whose neighbours do not matter; `null`: no font has it. */
const families = new Map<string, string | null>();
const CACHED_GRAPHEMES = 20_000;

/**
 * The CSS font-family list that draws a text: the base face, then just the subset files that its characters need,
 * each registered on first use. Registering all files of the Chinese, Japanese and Korean packages would take
 * half a second; the few that a name needs take milliseconds, once.
 */
export function familiesFor(text: string): string {
  const base = register(BASE, "latin");
  if (ASCII.test(text)) return quoted(base);
  const needed = new Set([base]);
  const han = hanPackages(text);
  for (const grapheme of graphemes(text)) {
    const family = familyOf(grapheme, han);
    if (family !== null) needed.add(family);
  }
  return Array.from(needed, quoted).join(",");
}

function familyOf(grapheme: string, han: readonly FontPackage[] | null): string | null {
  const key = han ? `${han[0]?.name} ${grapheme}` : grapheme;
  const known = families.get(key);
  if (known !== undefined) return known;
  if (families.size >= CACHED_GRAPHEMES) families.clear();
  const found = find(grapheme, han);
  families.set(key, found);
  return found;
}

function find(grapheme: string, han: readonly FontPackage[] | null): string | null {
  for (const font of candidates(grapheme, han)) {
    const subset = subsetWith(font, grapheme);
    if (subset !== null) return register(font, subset);
  }
  return null;
}

function candidates(grapheme: string, han: readonly FontPackage[] | null): readonly FontPackage[] {
  if (EMOJI_LIKE.test(grapheme)) return [EMOJI, BASE, ...SYMBOLS];
  const script = BY_SCRIPT.find(([pattern]) => pattern.test(grapheme));
  if (script) return [...(han && /\p{Script=Han}/u.test(grapheme) ? han : script[1]), BASE, ...SYMBOLS];
  return [BASE, ...SYMBOLS, EMOJI];
}

/** The subset that has the whole grapheme; else the one that has its first character. */
function subsetWith(font: FontPackage, grapheme: string): string | null {
  const points = Array.from(grapheme, (character) => character.codePointAt(0) ?? 0);
  const ranges = rangesOf(font);
  const holders = (point: number): string[] =>
    ranges.filter(({ from, to }) => from <= point && point <= to).map(({ subset }) => subset);
  const [first = 0, ...rest] = points;
  const starting = holders(first);
  // A sequence is drawn as one only by a file that has all its parts; a text or emoji selector is none.
  const parts = rest.filter((point) => point !== 0xfe0f && point !== 0xfe0e);
  return (
    starting.find((subset) => parts.every((point) => holders(point).includes(subset))) ?? starting[0] ?? null
  );
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
  // One family a file: the canvas uses one typeface a family, and falls back from family to family.
  const family = `GuildStats ${registered.size}`;
  GlobalFonts.registerFromPath(pathOf(font, subset), family);
  registered.set(key, family);
  return family;
}

function quoted(family: string): string {
  return `"${family}"`;
}
