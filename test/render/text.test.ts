import { createCanvas } from "@napi-rs/canvas";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { familiesFor, graphemes } from "../../src/render/fonts.ts";
import { cleaned, drawText, fitText } from "../../src/render/text.ts";
import { inkedColumns, pixelsOf } from "../support/pixels.ts";
import { HARD_NAMES } from "../support/views.ts";

const context = createCanvas(8, 8).getContext("2d");
const SIZES = { size: 19, smallest: 16 };

const name = fc.oneof(
  fc.constantFrom(...HARD_NAMES),
  fc.array(fc.constantFrom(...HARD_NAMES), { maxLength: 4 }).map((names) => names.join(" ")),
  fc.string({ unit: "grapheme", maxLength: 60 }),
);

/** Fits with the canvas's own measure. */
function fitInto(text: string, width: number) {
  const families = familiesFor(text);
  return fitText(text, width, SIZES, (candidate, size) => {
    context.font = `400 ${size}px ${families}`;
    return context.measureText(candidate).width;
  });
}

/** The columns that a text's ink takes, of a canvas with room on both sides. */
function inkOf(text: string, width: number, align: "start" | "end") {
  const canvas = createCanvas(width + 200, 120);
  drawText(
    canvas.getContext("2d"),
    text,
    { x: 100, y: 70, width },
    { ...SIZES, weight: 400, colour: "#000000", align },
  );
  return inkedColumns(pixelsOf(canvas));
}

describe("a fitted text", () => {
  test("fits its room, and is the text itself or ends after a whole character", () => {
    fc.assert(
      fc.property(name.map(cleaned), fc.integer({ min: 0, max: 600 }), (text, width) => {
        const fitted = fitInto(text, width);
        expect(fitted.width).toBeLessThanOrEqual(width);
        expect(fitted.size).toBeGreaterThanOrEqual(SIZES.smallest);
        expect(fitted.size).toBeLessThanOrEqual(SIZES.size);
        if (fitted.text === text || fitted.text === "") return;
        const parts = graphemes(text);
        const cuts = parts.map((_, count) => `${parts.slice(0, count).join("").trimEnd()}…`);
        expect(cuts).toContain(fitted.text);
      }),
      { numRuns: 300 },
    );
  });

  test("is as large and as long as its room allows", () => {
    const text = "A name that goes on and on";
    context.font = `400 ${SIZES.size}px ${familiesFor(text)}`;
    const natural = context.measureText(text).width;
    expect(fitInto(text, natural)).toEqual({ text, size: SIZES.size, width: natural });
    expect(fitInto(text, natural - 1)).toMatchObject({ text, size: SIZES.size - 1 });
    expect(fitInto(text, natural / 2)).toMatchObject({ text: "A name that g…", size: SIZES.smallest });
  });

  test("never leaves half an emoji", () => {
    const family = "👨‍👩‍👧‍👦";
    for (let width = 0; width < 120; width++) {
      expect(["", "…", `${family}…`, `${family}${family}…`, family.repeat(3)]).toContain(
        fitInto(family.repeat(3), width).text,
      );
    }
  });
});

describe("a drawn text", () => {
  // A letter may lean a little over its own width.
  const OVERHANG = 3;

  test.each(HARD_NAMES)("%j stays in its room at every width", (text) => {
    for (const width of [20, 60, 135, 300]) {
      for (const align of ["start", "end"] as const) {
        const ink = inkOf(text, width, align);
        if (ink === null) continue;
        expect(ink[0]).toBeGreaterThanOrEqual(100 - OVERHANG);
        expect(ink[1]).toBeLessThan(100 + width + OVERHANG);
      }
    }
  });

  test.each(["محمد الأحمد", "שירה כהן", "Ana"])(
    "%s stands at the start of its room, beside its picture",
    (text) => {
      expect(inkOf(text, 500, "start")?.[0]).toBeLessThan(110);
      expect(inkOf(text, 500, "end")?.[1]).toBeGreaterThan(590);
    },
  );

  test("is one line, with nothing that turns what follows", () => {
    expect(cleaned("two\nlines\tand a tab")).toBe("two lines and a tab");
    expect(cleaned("\u202eevil\u202c \u2067name\u2069")).toBe("evil name");
  });

  test("keeps the marks of every script, and takes piles of them down", () => {
    for (const text of HARD_NAMES) expect(graphemes(cleaned(text)).length).toBe(graphemes(text).length);
    for (const text of ["தமிழ்ச்செல்வன்", "สมชาย ใจดี", "אֱלֹהִים", "1️⃣"]) expect(cleaned(text)).toBe(text);
    expect(cleaned(`Z${"\u0301\u0323".repeat(40)}algo`)).toBe("Z\u0301\u0323\u0301\u0323algo");
  });
});
