import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SCRIM } from "../../src/render/banner.ts";
import { contrast, mixed } from "../../src/render/colour.ts";
import { COLOURS, inkOf } from "../../src/render/subject.ts";
import { accentOf, heatOf, THEMES, tintOf } from "../../src/render/themes.ts";

const TEXT = 4.5;
const GRAPHIC = 3;
const themes = Object.entries(THEMES).map(([name, theme]) => ({ name, theme }));
const anyColour = fc.integer({ min: 0, max: 0xffffff });

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
      for (const colour of [theme.up, theme.down]) {
        expect(contrast(colour, theme.panel)).toBeGreaterThanOrEqual(TEXT);
      }
    },
  );

  test.each(themes)(
    "of text on a row that is set off ($name) is 4.5:1 or more, and of its bar 3:1",
    (each) => {
      const { theme } = each;
      fc.assert(
        fc.property(anyColour, (chosen) => {
          const accent = accentOf(theme, chosen);
          const tint = tintOf(theme, accent);
          for (const colour of [theme.text, theme.muted]) {
            expect(contrast(colour, tint)).toBeGreaterThanOrEqual(TEXT);
          }
          expect(contrast(accent, tint)).toBeGreaterThanOrEqual(GRAPHIC);
        }),
        { numRuns: 2_000 },
      );
    },
  );

  test.each(themes)("of text on a banner ($name) is 4.5:1 or more, whatever the picture", ({ theme }) => {
    for (const picture of ["#000000", "#ffffff"]) {
      const covered = mixed(picture, theme.background, SCRIM);
      expect(contrast(theme.text, covered)).toBeGreaterThanOrEqual(TEXT);
    }
  });

  test.each(COLOURS)("of a sign on %s is 4.5:1 or more", (colour) => {
    const ink = inkOf({ id: String(COLOURS.indexOf(colour)), colour: null });
    expect(ink.ground).toBe(colour);
    expect(contrast(ink.sign, ink.ground)).toBeGreaterThanOrEqual(TEXT);
  });

  test("of a role's sign is 4.5:1 or more on any colour that a role may have", () => {
    fc.assert(
      fc.property(anyColour, (colour) => {
        const { sign, ground } = inkOf({ id: "1", colour });
        expect(contrast(sign, ground)).toBeGreaterThanOrEqual(TEXT);
      }),
    );
  });

  test.each(themes)("of bars, lines and marks in the $name theme is 3:1 or more", ({ theme }) => {
    for (const colour of [...theme.series, theme.accent, theme.up, theme.down, theme.muted]) {
      expect(contrast(colour, theme.panel)).toBeGreaterThanOrEqual(GRAPHIC);
    }
    // The bars of a comparison lie on a track.
    for (const colour of theme.series.slice(0, 2)) {
      expect(contrast(colour, theme.line)).toBeGreaterThanOrEqual(GRAPHIC);
    }
  });

  test.each(themes)("of the busiest hour in the $name theme is 3:1 or more", ({ theme }) => {
    fc.assert(
      fc.property(anyColour, (chosen) => {
        const busiest = heatOf(theme, accentOf(theme, chosen)).at(-1) ?? "";
        expect(contrast(busiest, theme.panel)).toBeGreaterThanOrEqual(GRAPHIC);
      }),
    );
  });
});

describe("an accent", () => {
  test.each(themes)("can be seen on a $name card, whatever the guild chose", ({ theme }) => {
    fc.assert(
      fc.property(anyColour, (accent) => {
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
