import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** A font package: files cut by ranges of code points, as `unicode.json` in it says. */
export interface FontPackage {
  readonly name: string;
  /** Path of a subset's file inside the package. */
  file(subset: string): string;
  /** Ranges that `unicode.json` leaves out although the file has characters of them. */
  readonly extra?: readonly { readonly subset: string; readonly from: number; readonly to: number }[];
}

/**
 * Ranges of code points, first and last by turns. All packages have 90,000 of them: as objects, each collection of
 * garbage would visit them one by one.
 */
export type FontRanges = Uint32Array;

const resolve = createRequire(import.meta.url).resolve;

function variable(base: string): FontPackage {
  return {
    name: `@fontsource-variable/${base}`,
    file: (subset) => `files/${base}-${subset}-wght-normal.woff2`,
  };
}

const sans = (script: string): FontPackage => variable(`noto-sans-${script}`);

/** Latin, Cyrillic, Greek, Vietnamese, Devanagari. */
export const BASE = variable("noto-sans");

/** A package without weights. */
function plain(script: string): FontPackage {
  const base = `noto-sans-${script}`;
  return { name: `@fontsource/${base}`, file: (subset) => `files/${base}-${subset}-400-normal.woff2` };
}

/** By Unicode script, which packages to ask first. Japanese readers expect other Han forms than Chinese ones. */
export const BY_SCRIPT: readonly (readonly [script: RegExp, packages: readonly FontPackage[]])[] = [
  [/\p{Script=Arabic}/u, [sans("arabic")]],
  [/\p{Script=Hebrew}/u, [sans("hebrew")]],
  [/\p{Script=Bengali}/u, [sans("bengali")]],
  [/\p{Script=Tamil}/u, [sans("tamil")]],
  [/\p{Script=Thai}/u, [sans("thai")]],
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, [sans("jp")]],
  [/\p{Script=Hangul}/u, [sans("kr")]],
  [/[\p{Script=Han}\p{Script=Bopomofo}]/u, [sans("sc"), sans("tc"), sans("jp")]],
  [/\p{Script=Georgian}/u, [sans("georgian")]],
  [/\p{Script=Armenian}/u, [sans("armenian")]],
  [/\p{Script=Ethiopic}/u, [sans("ethiopic")]],
  [/\p{Script=Khmer}/u, [sans("khmer")]],
  [/\p{Script=Lao}/u, [sans("lao")]],
  [/\p{Script=Myanmar}/u, [sans("myanmar")]],
  [/\p{Script=Gujarati}/u, [sans("gujarati")]],
  [/\p{Script=Gurmukhi}/u, [sans("gurmukhi")]],
  [/\p{Script=Kannada}/u, [sans("kannada")]],
  [/\p{Script=Telugu}/u, [sans("telugu")]],
  [/\p{Script=Malayalam}/u, [sans("malayalam")]],
  [/\p{Script=Sinhala}/u, [sans("sinhala")]],
  [/\p{Script=Tibetan}/u, [variable("noto-serif-tibetan")]],
  [/\p{Script=Oriya}/u, [sans("oriya")]],
  [/\p{Script=Cherokee}/u, [sans("cherokee")]],
  [/\p{Script=Canadian_Aboriginal}/u, [sans("canadian-aboriginal")]],
  [/\p{Script=Javanese}/u, [sans("javanese")]],
  [/\p{Script=Egyptian_Hieroglyphs}/u, [plain("egyptian-hieroglyphs")]],
  [/\p{Script=Runic}/u, [plain("runic")]],
];

/** Asked for Han beside kana. */
export const JAPANESE_HAN = [sans("jp"), sans("tc"), sans("sc")];
/** Asked for Han beside hangul. */
export const KOREAN_HAN = [sans("kr"), sans("tc"), sans("jp")];

/** Colour emoji. The woff files: the canvas leaves the glyphs of the woff2 ones blank. */
export const EMOJI: FontPackage = {
  name: "@fontsource/noto-color-emoji",
  file: (subset) => `files/noto-color-emoji-${subset}-400-normal.woff`,
};

/** Letters made of mathematical symbols ("fancy" names), dingbats, arrows, full-width punctuation. */
export const SYMBOLS: readonly FontPackage[] = [
  { ...plain("math"), extra: [{ subset: "latin", from: 0x300, to: 0x1eeff }] },
  plain("symbols-2"),
  sans("symbols"),
  sans("jp"),
];

/** Asked last: signs of no script, or of several, that some script's package has. */
export const ALL: readonly FontPackage[] = [
  ...new Map(
    [...SYMBOLS, ...BY_SCRIPT.flatMap(([, packages]) => packages)].map((font) => [font.name, font]),
  ).values(),
];

const ranges = new Map<string, ReadonlyMap<string, FontRanges>>();

/** By subset, which code points a package's files may have, more than they do have; read once. */
export function rangesOf({ name, extra = [] }: FontPackage): ReadonlyMap<string, FontRanges> {
  const known = ranges.get(name);
  if (known) return known;
  // As the packages are made. To check it with zod would take each thread that draws 3 MB and 45 ms.
  const json = JSON.parse(readFileSync(resolve(`${name}/unicode.json`), "utf8")) as Record<string, string>;
  const all = new Map(
    Object.entries(json).map(([key, list]) => {
      // Numbered subsets are written "[12]"; their files carry the bare number.
      const subset = key.replace(/[[\]]/g, "");
      const added = extra.flatMap((range) => (range.subset === subset ? [range.from, range.to] : []));
      return [subset, Uint32Array.from([...list.split(",").flatMap(bounds), ...added])];
    }),
  );
  ranges.set(name, all);
  return all;
}

/** Of a range such as `U+0-FF` or `U+131`. */
function bounds(range: string): [from: number, to: number] {
  const [from = "", to = from] = range.replace("U+", "").split("-");
  return [Number.parseInt(from, 16), Number.parseInt(to, 16)];
}

/** Whether a code point is in one of the ranges. */
export function isWithin(ranges: FontRanges, point: number): boolean {
  for (let at = 0; at < ranges.length; at += 2) {
    if ((ranges[at] ?? 0) <= point && point <= (ranges[at + 1] ?? 0)) return true;
  }
  return false;
}

/** Where a subset's file is. */
export function pathOf(font: FontPackage, subset: string): string {
  return resolve(`${font.name}/${font.file(subset)}`);
}
