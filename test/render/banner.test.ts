import { createCanvas, type Image, loadImage } from "@napi-rs/canvas";
import { describe, expect, test } from "vitest";
import { THEME_NAMES } from "../../src/cards/card.ts";
import { contrast } from "../../src/render/colour.ts";
import { draw } from "../../src/render/draw.ts";
import { MARGIN, WIDTH } from "../../src/render/layout.ts";
import { THEMES } from "../../src/render/themes.ts";
import { type Pixels, pixelsOf } from "../support/pixels.ts";
import { sampleCard } from "../support/sample-cards.ts";

const ADDRESS = "https://cdn.discordapp.com/banners/1/a.png";
/** Below the coloured line, down to below the subtitle. */
const [TOP, BOTTOM] = [6, 116];
const HEADER = 136;

type Paint = (x: number, y: number) => string;

const PICTURES: Readonly<Record<string, Paint>> = {
  white: () => "#ffffff",
  black: () => "#000000",
  noise: (x, y) => ((x * 7_919 + y * 104_729) % 13 < 6 ? "#ffffff" : "#000000"),
  stripes: (x) => (x % 60 < 30 ? "#ffffff" : "#000000"),
  colours: (x, y) => `hsl(${(x + y) % 360}, 100%, 50%)`,
};

async function picture(paint: Paint, width = 480, height = 270): Promise<Image> {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  for (let x = 0; x < width; x += 3) {
    for (let y = 0; y < height; y += 3) {
      context.fillStyle = paint(x, y);
      context.fillRect(x, y, 3, 3);
    }
  }
  return await loadImage(canvas.toBuffer("image/png"));
}

/** A header without words, in front of a banner. */
async function headerOf(theme: (typeof THEME_NAMES)[number], paint: Paint, direction: "ltr" | "rtl" = "ltr") {
  const card = sampleCard("lively", { theme, direction, bannerUrl: ADDRESS, title: "", subtitle: "" });
  return pixelsOf(draw(card, new Map([[ADDRESS, await picture(paint)]])));
}

function colourAt({ width, rgba }: Pixels, x: number, y: number): string {
  const at = (y * width + x) * 4;
  return `#${Buffer.from(rgba.subarray(at, at + 3)).toString("hex")}`;
}

const cases = THEME_NAMES.flatMap((theme) => Object.keys(PICTURES).map((name) => ({ theme, name })));

describe("a banner", () => {
  test.each(cases)("of $name leaves title and subtitle a contrast of 4.5:1 ($theme)", async (each) => {
    const pixels = await headerOf(each.theme, PICTURES[each.name] ?? (() => "#ffffff"));
    const { text } = THEMES[each.theme];
    let least = Number.POSITIVE_INFINITY;
    for (let y = TOP; y < BOTTOM; y++) {
      // Right of the picture, where the words are.
      for (let x = MARGIN + 100; x < WIDTH; x += 2)
        least = Math.min(least, contrast(text, colourAt(pixels, x, y)));
    }
    expect(least).toBeGreaterThanOrEqual(4.5);
  });

  test.each(THEME_NAMES)("can be seen, and fades into the background (%s)", async (theme) => {
    const { background } = THEMES[theme];
    const opposite = theme === "light" ? "#000000" : "#ffffff";
    const pixels = await headerOf(theme, () => opposite);
    expect(contrast(colourAt(pixels, WIDTH - 20, TOP + 4), background)).toBeGreaterThan(1.5);
    expect(contrast(colourAt(pixels, WIDTH - 20, HEADER - 2), background)).toBeLessThan(1.1);
    expect(colourAt(pixels, WIDTH - 20, HEADER + 4)).toBe(background);
  });

  test("is cut to its middle, not squeezed, and is never mirrored", async () => {
    // Only the left half of the picture is white, and its upper and lower ends are cut off.
    const paint: Paint = (x, y) => (y < 60 || y > 210 ? "#ff0000" : x < 240 ? "#ffffff" : "#000000");
    for (const direction of ["ltr", "rtl"] as const) {
      const pixels = await headerOf("dark", paint, direction);
      const [left, right] = [300, 900].map((x) => colourAt(pixels, x, 12));
      expect(contrast(left ?? "", "#000000")).toBeGreaterThan(3);
      expect(contrast(right ?? "", "#000000")).toBeLessThan(1.5);
    }
  });

  test("that did not come leaves the header as it is without one", () => {
    const [without, missing] = [null, ADDRESS].map((bannerUrl) =>
      pixelsOf(draw(sampleCard("lively", { bannerUrl }), new Map())),
    );
    expect(missing).toEqual(without);
  });
});
