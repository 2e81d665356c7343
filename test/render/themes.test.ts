import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { COLOURS, SIGN } from "../../src/render/subject.ts";
import { accentOf, contrast, THEMES } from "../../src/render/themes.ts";

const TEXT = 4.5;
const GRAPHIC = 3;
const themes = Object.entries(THEMES).map(([name, theme]) => ({ name, theme }));

describe("contrast", () => {
  test("is measured as WCAG says", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
    expect(contrast("#ffffff", "#ffffff")).toBe(1);
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
  });

  test.each(themes)(
    "of all text in the $name theme is 4.5:1 or more, on panels and beside them",
    ({ theme }) => {
      for (const colour of [theme.text, theme.muted]) {
        for (const surface of [theme.panel, theme.background]) {
          expect(contrast(colour, surface)).toBeGreaterThanOrEqual(TEXT);
        }
      }
    },
  );

  test.each(COLOURS)("of a sign on %s is 4.5:1 or more", (colour) => {
    expect(contrast(SIGN, colour)).toBeGreaterThanOrEqual(TEXT);
  });

  test.each(themes)("of bars and lines in the $name theme is 3:1 or more", ({ theme }) => {
    for (const colour of [theme.messages, theme.voice, theme.accent]) {
      expect(contrast(colour, theme.panel)).toBeGreaterThanOrEqual(GRAPHIC);
    }
  });
});

describe("an accent", () => {
  const any = fc.integer({ min: 0, max: 0xffffff });

  test.each(themes)("can be seen on a $name card, whatever the guild chose", ({ theme }) => {
    fc.assert(
      fc.property(any, (accent) => {
        const colour = accentOf(theme, accent);
        expect(colour).toMatch(/^#[0-9a-f]{6}$/);
        for (const surface of [theme.panel, theme.background, theme.line]) {
          expect(contrast(colour, surface)).toBeGreaterThanOrEqual(GRAPHIC);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("that can be seen is left as it is", () => {
    expect(accentOf(THEMES.dark, 0x57f287)).toBe("#57f287");
    expect(accentOf(THEMES.light, 0x8a1c4a)).toBe("#8a1c4a");
    expect(accentOf(THEMES.dark, null)).toBe(THEMES.dark.accent);
  });

  test("that cannot is made lighter on a dark card and darker on a light one", () => {
    const panel = (colour: string): number => Number.parseInt(colour.slice(1), 16);
    expect(accentOf(THEMES.dark, panel(THEMES.dark.panel))).toBe("#808287");
    expect(accentOf(THEMES.light, 0xffff00)).toBe("#787800");
  });
});
