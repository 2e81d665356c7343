import { createCanvas } from "@napi-rs/canvas";
import { describe, expect, test } from "vitest";
import { drawable, familiesFor, graphemes } from "../../src/render/fonts.ts";
import { inkedColumns, pixelsOf } from "../support/pixels.ts";
import { HARD_NAMES } from "../support/views.ts";

const SIZE = 64;
/** A code point that never is a character: what a face draws for it is its box for missing glyphs. */
const NO_CHARACTER = "\u{10fffe}";

function drawn(text: string, families = familiesFor(text)) {
  const canvas = createCanvas(SIZE * 3, SIZE * 2);
  const context = canvas.getContext("2d");
  context.font = `400 ${SIZE}px ${families}`;
  context.fillText(text, SIZE / 2, SIZE * 1.4);
  return pixelsOf(canvas);
}

function widthOf(text: string): number {
  const context = createCanvas(8, 8).getContext("2d");
  context.font = `400 ${SIZE}px ${familiesFor(text)}`;
  return context.measureText(text).width;
}

const inOrder = (text: string): string[] =>
  [...new Set(graphemes(text))].filter((part) => part.trim() !== "");

describe("every character of a hard name", () => {
  test.each(HARD_NAMES)("%j draws as a glyph, never blank, never as a box", (name) => {
    for (const grapheme of inOrder(name)) {
      const pixels = drawn(grapheme);
      expect(inkedColumns(pixels), `${grapheme} is blank`).not.toBeNull();
      const box = drawn(NO_CHARACTER, familiesFor(grapheme));
      expect(Buffer.from(pixels.rgba).equals(Buffer.from(box.rgba)), `${grapheme} is a box`).toBe(false);
    }
  });

  test.each(HARD_NAMES)("%j draws in a name as it does alone", (name) => {
    const inName = familiesFor(name);
    for (const grapheme of inOrder(name)) {
      // Han alone is taken for Chinese, and may be Japanese or Korean in a name.
      if (/\p{Script=Han}/u.test(grapheme)) continue;
      const [alone, among] = [drawn(grapheme), drawn(grapheme, inName)];
      expect(Buffer.from(among.rgba).equals(Buffer.from(alone.rgba)), grapheme).toBe(true);
    }
  });
});

describe("emoji", () => {
  const one = widthOf("🐉");

  test.each(["👨‍👩‍👧‍👦", "🇯🇵", "1️⃣", "👩🏽‍🚀", "🏴‍☠️", "🐻‍❄️", "❤️"])("%s is one picture", (emoji) => {
    expect(widthOf(emoji)).toBe(one);
  });

  test("of which no file has all parts is drawn by its parts", () => {
    const both = familiesFor("🐙\u200d🎮");
    for (const part of ["🐙", "🎮"])
      for (const family of familiesFor(part).split(",")) expect(both).toContain(family);
  });

  test("stay coloured beside symbols that come in black and white too", () => {
    const isColoured = (text: string, families: string): boolean => {
      const { rgba } = drawn(text, families);
      return rgba.some((value, at) => at % 4 === 0 && value !== rgba[at + 1]);
    };
    expect(isColoured("⭐", familiesFor("☺ ™ ⭐"))).toBe(true);
    expect(isColoured("A", familiesFor("A ⭐"))).toBe(false);
  });
});

describe("what no font has", () => {
  test("is drawn plain where it stands for a plain letter", () => {
    for (const text of ["ⓒⓘⓡⓒⓛⓔ", "𝓛𝓾𝓷𝓪", "ＦＵＬＬ", "ﷺ"]) {
      for (const grapheme of inOrder(drawable(text))) {
        const box = drawn(NO_CHARACTER, familiesFor(grapheme));
        expect(Buffer.from(drawn(grapheme).rgba).equals(Buffer.from(box.rgba)), grapheme).toBe(false);
      }
    }
  });

  test("is left out where it is a mark or an ornament, and kept where it is a letter", () => {
    expect(drawable("꧁༺ Lord ༻꧂").trim()).toBe("Lord");
    expect(drawable("a\u{1e136}")).toBe("a");
    expect(drawable("ᚠ𓀀")).toContain("𓀀");
  });

  test("leaves what fonts have as it is", () => {
    for (const name of HARD_NAMES) expect(drawable(name)).toBe(name);
    expect(drawable("می\u200cخواهم")).toBe("می\u200cخواهم");
  });
});

describe("scripts", () => {
  test("that join their letters are joined", () => {
    // A joiner's absence keeps letters in the shapes that they have alone.
    const apart = [..."محمد"].join("\u200c");
    const [joined, unjoined] = ["محمد", apart].map((text) =>
      Buffer.from(drawn(text, familiesFor("محمد")).rgba),
    );
    expect(joined?.equals(unjoined ?? Buffer.alloc(0))).toBe(false);
  });

  test("of Han have the forms of the language around them", () => {
    const [chinese, japanese, korean] = ["直", "直ひ", "直한"].map((text) =>
      Buffer.from(drawn("直", familiesFor(text)).rgba),
    );
    expect(japanese?.equals(chinese ?? Buffer.alloc(0))).toBe(false);
    expect(korean?.equals(chinese ?? Buffer.alloc(0))).toBe(false);
  });

  test("other than Latin cost a plain name nothing", () => {
    expect(familiesFor("Plain name 42").split(",")).toHaveLength(1);
  });
});
