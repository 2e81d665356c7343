import { createCanvas } from "@napi-rs/canvas";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodePng } from "../../src/render/png.ts";
import { decoded, pixelsOf } from "../support/pixels.ts";

describe("an encoded PNG", () => {
  test("decodes to the canvas, pixel by pixel, at every size and level", async () => {
    const size = fc.integer({ min: 1, max: 70 });
    const stroke = fc.record({
      x: fc.nat(70),
      y: fc.nat(70),
      width: size,
      height: size,
      colour: fc.integer({ min: 0, max: 0xffffff }).map((rgb) => `#${rgb.toString(16).padStart(6, "0")}`),
    });
    await fc.assert(
      fc.asyncProperty(size, size, fc.array(stroke), fc.nat(9), async (width, height, strokes, level) => {
        const canvas = createCanvas(width, height);
        const context = canvas.getContext("2d");
        context.fillStyle = "#ffffff";
        context.fillRect(0, 0, width, height);
        for (const { colour, ...box } of strokes) {
          context.fillStyle = colour;
          context.fillRect(box.x, box.y, box.width, box.height);
        }
        expect(await decoded(await encodePng(canvas, level))).toEqual(pixelsOf(canvas));
      }),
    );
  });
});
