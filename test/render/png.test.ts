import { createCanvas } from "@napi-rs/canvas";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { draw } from "../../src/render/draw.ts";
import { encodePng } from "../../src/render/png.ts";
import { AMOUNTS, cardOf } from "../support/card-of.ts";
import { decoded, distance, type Pixels, pixelsOf } from "../support/pixels.ts";
import { views } from "../support/views.ts";

const COLOUR_TYPE = 25;
const PALETTE = 3;

/** A canvas with noise over a slope of colours: as many colours as pixels, nearly. */
function photograph(width: number, height: number, seed: number) {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  let random = seed;
  for (let pixel = 0; pixel < width * height; pixel++) {
    random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
    const slope = [(pixel % width) / width, Math.floor(pixel / width) / height, pixel / (width * height)];
    slope.forEach((part, channel) => {
      image.data[pixel * 4 + channel] = 40 + part * 160 + ((random >>> (8 * channel)) & 0x1f);
    });
    image.data[pixel * 4 + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return { canvas, context };
}

function meanDistance(a: Pixels, b: Pixels): number {
  let sum = 0;
  const pixels = a.width * a.height;
  for (let pixel = 0; pixel < pixels; pixel++) sum += distance(a, b, pixel);
  return sum / pixels;
}

describe("an encoded PNG", () => {
  test("of at most 256 colours decodes to the canvas, pixel by pixel, at every size and level", async () => {
    const size = fc.integer({ min: 1, max: 70 });
    const stroke = fc.record({
      x: fc.nat(70),
      y: fc.nat(70),
      width: size,
      height: size,
      colour: fc.integer({ min: 0, max: 0xffffff }).map((rgb) => `#${rgb.toString(16).padStart(6, "0")}`),
    });
    const strokes = fc.array(stroke, { maxLength: 255, size: "max" });
    await fc.assert(
      fc.asyncProperty(size, size, strokes, fc.nat(9), async (width, height, drawn, level) => {
        const canvas = createCanvas(width, height);
        const context = canvas.getContext("2d");
        context.fillStyle = "#ffffff";
        context.fillRect(0, 0, width, height);
        for (const { colour, ...box } of drawn) {
          context.fillStyle = colour;
          context.fillRect(box.x, box.y, box.width, box.height);
        }
        expect(await decoded(await encodePng(canvas, canvas.height, level))).toEqual(pixelsOf(canvas));
      }),
    );
  });

  test("of a photograph is near it everywhere, and its flat parts are exact", async () => {
    const { canvas, context } = photograph(300, 240, 7);
    context.fillStyle = "#13151b";
    context.fillRect(0, 120, 300, 60);
    context.fillStyle = "#14161c";
    context.fillRect(0, 180, 300, 60);
    const [before, after] = [pixelsOf(canvas), await decoded(await encodePng(canvas))];
    expect(meanDistance(before, after)).toBeLessThan(8);
    for (let pixel = 300 * 120; pixel < 300 * 240; pixel++) expect(distance(before, after, pixel)).toBe(0);
  });

  test("of more colours than are counted exactly is still near its image", async () => {
    const { canvas } = photograph(600, 400, 11);
    expect(new Set(new Uint32Array(canvas.data().buffer)).size).toBeGreaterThan(1 << 16);
    expect(meanDistance(pixelsOf(canvas), await decoded(await encodePng(canvas)))).toBeLessThan(10);
  });

  const cards = AMOUNTS.flatMap((amount) =>
    views(amount).flatMap((view) =>
      (["dark", "light"] as const).map((theme) => ({
        amount,
        theme,
        kind: view.kind,
        card: cardOf(view, { theme }),
      })),
    ),
  );

  test.each(cards)(
    "of a card ($kind, $amount, $theme) is opaque, small, and to the eye the card",
    async ({ card }) => {
      const canvas = draw(card, new Map());
      const png = await encodePng(canvas);
      expect(png[COLOUR_TYPE]).toBe(PALETTE);
      expect(png.byteLength).toBeLessThan(150_000);
      const [before, after] = [pixelsOf(canvas), await decoded(png)];
      expect([after.width, after.height]).toEqual([before.width, before.height]);
      let [transparent, far] = [0, 0];
      for (let pixel = 0; pixel < before.width * before.height; pixel++) {
        if (after.rgba[pixel * 4 + 3] !== 255) transparent++;
        if (distance(before, after, pixel) > 32) far++;
      }
      expect({ transparent, far: far < 100 }).toEqual({ transparent: 0, far: true });
      expect(meanDistance(before, after)).toBeLessThan(1);
    },
  );
});
