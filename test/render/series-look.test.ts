import { describe, expect, test } from "vitest";
import { type SeriesRole, THEME_NAMES } from "../../src/cards/card.ts";
import { contrast } from "../../src/render/colour.ts";
import { colourOf, LOOKS } from "../../src/render/series-look.ts";
import { heatOf, THEMES } from "../../src/render/themes.ts";
import { difference, VISIONS } from "../support/colour-vision.ts";

/** Six times what can just be seen. */
const TOLD_APART = 0.12;
/** Roles that one chart may have. */
const TOGETHER: readonly (readonly SeriesRole[])[] = [
  ["messages", "voice", "activities"],
  ["joins", "leaves", "members"],
  ["first", "second"],
];

const pairs = TOGETHER.flatMap((roles) =>
  roles.flatMap((role, index) => roles.slice(index + 1).map((other) => [role, other] as const)),
);
const cases = THEME_NAMES.flatMap((theme) => pairs.map(([one, other]) => ({ theme, one, other })));

describe("the series of a chart", () => {
  test.each(cases)("$one and $other differ in the $theme theme with every kind of colour vision", (pair) => {
    const theme = THEMES[pair.theme];
    for (const [name, vision] of Object.entries(VISIONS)) {
      const seen = difference(colourOf(pair.one, theme), colourOf(pair.other, theme), vision);
      expect(seen, name).toBeGreaterThanOrEqual(TOLD_APART);
    }
  });

  test("differ without any colour: no two roles share both dash and marker", () => {
    const looks = Object.values(LOOKS).map(({ dash, marker }) => JSON.stringify({ dash, marker }));
    expect(new Set(looks).size).toBe(looks.length);
  });

  test("differ as bars without any colour where they may stand beside each other", () => {
    for (const [one, other] of [
      ["joins", "leaves"],
      ["first", "second"],
    ] as const) {
      expect(LOOKS[one].isHollow).not.toBe(LOOKS[other].isHollow);
    }
  });
});

describe("a map of hours", () => {
  const accents = [...THEME_NAMES.map((name) => THEMES[name].accent), "#e91e63", "#57f287", "#fee75c"];
  const maps = THEME_NAMES.flatMap((name) => accents.map((accent) => ({ name, accent })));

  test.each(maps)("in $accent ($name) is the stronger the busier, with every kind of vision", (map) => {
    const theme = THEMES[map.name];
    const visible = contrast(map.accent, theme.panel) >= 3;
    const colours = heatOf(theme, map.accent).slice(1);
    for (const vision of Object.values(VISIONS)) {
      const strengths = colours.map((colour) => difference(theme.panel, colour, vision));
      expect(strengths).toEqual(strengths.toSorted((a, b) => a - b));
      // Neighbours are told apart where the accent itself can be seen.
      if (!visible) continue;
      const steps = strengths.slice(1).map((strength, index) => strength - (strengths[index] ?? 0));
      expect(Math.min(...steps)).toBeGreaterThanOrEqual(0.02);
    }
  });
});
