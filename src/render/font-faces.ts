import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { z } from "zod";

/** A font package: files cut by ranges of code points, as `unicode.json` in it says. */
export interface FontPackage {
  readonly name: string;
  /** Path of a subset's file inside the package. */
  file(subset: string): string;
  /** Ranges that `unicode.json` leaves out although the file has them. */
  readonly extra?: readonly { readonly subset: string; readonly from: number; readonly to: number }[];
}

export interface FontRange {
  readonly from: number;
  readonly to: number;
  readonly subset: string;
}

const resolve = createRequire(import.meta.url).resolve;

function variable(script: string): FontPackage {
  const base = script === "" ? "noto-sans" : `noto-sans-${script}`;
  return {
    name: `@fontsource-variable/${base}`,
    file: (subset) => `files/${base}-${subset}-wght-normal.woff2`,
  };
}

/** Latin, Cyrillic, Greek, Vietnamese, Devanagari. */
export const BASE = variable("");

/** By Unicode script, which packages to ask first. Japanese readers expect other Han forms than Chinese ones. */
export const BY_SCRIPT: readonly (readonly [script: RegExp, packages: readonly FontPackage[]])[] = [
  [/\p{Script=Arabic}/u, [variable("arabic")]],
  [/\p{Script=Hebrew}/u, [variable("hebrew")]],
  [/\p{Script=Bengali}/u, [variable("bengali")]],
  [/\p{Script=Tamil}/u, [variable("tamil")]],
  [/\p{Script=Thai}/u, [variable("thai")]],
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, [variable("jp")]],
  [/\p{Script=Hangul}/u, [variable("kr")]],
  [/[\p{Script=Han}\p{Script=Bopomofo}]/u, [variable("sc"), variable("tc"), variable("jp")]],
];

/** Asked for Han beside kana. */
export const JAPANESE_HAN = [variable("jp"), variable("tc"), variable("sc")];
/** Asked for Han beside hangul. */
export const KOREAN_HAN = [variable("kr"), variable("tc"), variable("jp")];

/** Colour emoji. The woff files: the canvas leaves the glyphs of the woff2 ones blank. */
export const EMOJI: FontPackage = {
  name: "@fontsource/noto-color-emoji",
  file: (subset) => `files/noto-color-emoji-${subset}-400-normal.woff`,
};

/** Letters made of mathematical symbols ("fancy" names), dingbats, arrows, full-width punctuation. */
export const SYMBOLS: readonly FontPackage[] = [
  {
    name: "@fontsource/noto-sans-math",
    file: (subset) => `files/noto-sans-math-${subset}-400-normal.woff2`,
    extra: [{ subset: "latin", from: 0x1d400, to: 0x1d7ff }],
  },
  {
    name: "@fontsource/noto-sans-symbols-2",
    file: (subset) => `files/noto-sans-symbols-2-${subset}-400-normal.woff2`,
  },
  variable("jp"),
];

const unicodeJson = z.record(z.string(), z.string());
const ranges = new Map<string, readonly FontRange[]>();

/** Which subset of a package has which code points; read once. */
export function rangesOf({ name, extra = [] }: FontPackage): readonly FontRange[] {
  const known = ranges.get(name);
  if (known) return known;
  const subsets = unicodeJson.parse(JSON.parse(readFileSync(resolve(`${name}/unicode.json`), "utf8")));
  const read = Object.entries(subsets).flatMap(([key, list]) =>
    list.split(",").map((range): FontRange => {
      const [from = "", to = from] = range.replace("U+", "").split("-");
      // Numbered subsets are written "[12]"; their files carry the bare number.
      const subset = key.replace(/[[\]]/g, "");
      return { subset, from: Number.parseInt(from, 16), to: Number.parseInt(to, 16) };
    }),
  );
  const all = [...read, ...extra];
  ranges.set(name, all);
  return all;
}

/** Where a subset's file is. */
export function pathOf(font: FontPackage, subset: string): string {
  return resolve(`${font.name}/${font.file(subset)}`);
}
