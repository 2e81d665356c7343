import { createCanvas } from "@napi-rs/canvas";
import { describe, expect, test } from "vitest";
import type { Change } from "../../src/cards/card.ts";
import { drawChange } from "../../src/render/change-mark.ts";
import { draw } from "../../src/render/draw.ts";
import { heatLevel } from "../../src/render/heatmap.ts";
import { layoutOf } from "../../src/render/layout.ts";
import { mirrored } from "../../src/render/mirror.ts";
import { gapsIn } from "../../src/render/ranking.ts";
import { drawText } from "../../src/render/text.ts";
import { THEMES } from "../../src/render/themes.ts";
import { inkedColumns, pixelsOf } from "../support/pixels.ts";
import { sampleCard, samplePanels } from "../support/sample-cards.ts";

const places = (...all: number[]) => all.map((place) => ({ place }));

describe("a ranking", () => {
  test("shows where places are left out, and not where equal values share one", () => {
    expect(gapsIn(places(1, 2, 3, 4))).toEqual([]);
    expect(gapsIn(places(1, 2, 3, 41, 42))).toEqual([3]);
    expect(gapsIn(places(1, 1, 3, 4))).toEqual([]);
    expect(gapsIn(places(11, 12, 12, 14))).toEqual([]);
    expect(gapsIn(places(1, 7, 9))).toEqual([1, 2]);
    expect(gapsIn([])).toEqual([]);
  });

  test("sets one's own row off", () => {
    const { ranking } = samplePanels("lively");
    const [own, none] = [true, false].map((isOwn) => {
      const rows = ranking.rows.map((row) => ({ ...row, isOwn: isOwn && row.place === 2 }));
      const card = sampleCard("lively", { panels: [[{ ...ranking, rows }]] });
      const pixels = pixelsOf(draw(card, new Map()));
      const [first] = layoutOf(card).panels;
      // Between the panel's edge and the place, in the middle of the second row.
      const at = ((first?.box.y ?? 0) + 52 + 48 + 24) * pixels.width + (first?.box.x ?? 0) + 16;
      return pixels.rgba.slice(at * 4, at * 4 + 3);
    });
    expect(own).not.toEqual(none);
  });
});

describe("a comparison", () => {
  test("draws no bars where there are no lengths, such as of ranks", () => {
    const { comparison } = samplePanels("lively");
    const drawnWith = (share: number) => {
      const rows = [{ label: "", values: ["", ""], shares: [share, 0], changes: [null, null] }] as const;
      const card = sampleCard("lively", { panels: [[{ ...comparison, rows }]] });
      const [first] = layoutOf(card).panels;
      const pixels = pixelsOf(draw(card, new Map()));
      const { x = 0, y = 0, width = 0, height = 0 } = first?.box ?? {};
      const colours = new Set<string>();
      // Below the two who are compared, down to the panel's round corners.
      for (let row = y + 112; row < y + height - 16; row++) {
        const line = pixels.rgba.subarray(
          (row * pixels.width + x + 4) * 4,
          (row * pixels.width + x + width - 4) * 4,
        );
        for (let at = 0; at < line.length; at += 4) colours.add(line.subarray(at, at + 3).join());
      }
      return colours.size;
    };
    expect(drawnWith(0)).toBe(1);
    expect(drawnWith(0.5)).toBeGreaterThan(2);
  });
});

describe("how a figure changed", () => {
  test("is told by shape and place where there is no colour", () => {
    const inkRows = (direction: Change["direction"], text = ""): number[] => {
      const canvas = createCanvas(40, 40);
      const context = canvas.getContext("2d");
      const brush = {
        context,
        theme: THEMES.contrast,
        accent: "#ffffff",
        pictures: new Map(),
        number: String,
      };
      drawChange(brush, { direction, text, spoken: "", isJudged: true }, { x: 0, y: 30, width: 40 });
      const { rgba } = pixelsOf(canvas);
      const isInked = (pixel: number): boolean => (rgba[pixel * 4 + 3] ?? 0) > 127;
      return Array.from(
        { length: 40 },
        (_, y) => Array.from({ length: 40 }, (__, x) => y * 40 + x).filter(isInked).length,
      );
    };
    const [up, down] = [inkRows("up"), inkRows("down")];
    const inked = (rows: readonly number[]): number[] => rows.filter((row) => row > 0);
    // ▲ grows downwards, ▼ shrinks; what stayed the same is its word alone.
    expect(inked(up)).toEqual(inked(up).toSorted((a, b) => a - b));
    expect(inked(down)).toEqual(inked(down).toSorted((a, b) => b - a));
    expect(inked(inkRows("same"))).toEqual([]);
    expect(inked(inkRows("same", "ok")).length).toBeGreaterThan(0);
    expect(up.findIndex((row) => row > 0)).toBeLessThan(down.findIndex((row) => row > 0));
  });
});

describe("a map of hours", () => {
  test("gives nothing at all a colour of its own, and the busiest hour the strongest", () => {
    expect([0, 1e-9, 0.2, 0.21, 0.5, 0.999, 1].map((value) => heatLevel(value, 6))).toEqual([
      0, 1, 1, 2, 3, 5, 5,
    ]);
  });
});

describe("in a card that is read from right to left", () => {
  /** The columns that a text takes of a room of 500 px between margins of 100. */
  function inkOf(text: string, align: "start" | "end" | "middle") {
    const canvas = createCanvas(700, 80);
    const context = canvas.getContext("2d");
    const style = { size: 20, weight: 400, colour: "#000000", align } as const;
    mirrored(context, 700, () => drawText(context, text, { x: 100, y: 50, width: 500 }, style));
    return inkedColumns(pixelsOf(canvas)) ?? [0, 0];
  }

  test.each(["محمد الأحمد", "שירה כהן", "Ana", "1,204"])(
    "%s begins at the right, and ends at the left",
    (text) => {
      expect(inkOf(text, "start")[1]).toBeGreaterThan(590);
      expect(inkOf(text, "start")[0]).toBeGreaterThan(400);
      expect(inkOf(text, "end")[0]).toBeLessThan(110);
      const [first, last] = inkOf(text, "middle");
      expect(Math.abs((first + last) / 2 - 350)).toBeLessThan(4);
    },
  );

  test("a text is upright: it is the same as in any other card", () => {
    const drawnWith = (isMirrored: boolean) => {
      const canvas = createCanvas(300, 80);
      const context = canvas.getContext("2d");
      const style = { size: 20, weight: 400, colour: "#000000", align: "middle" } as const;
      const drawing = () => drawText(context, "Rank 7", { x: 50, y: 50, width: 200 }, style);
      if (isMirrored) mirrored(context, 300, drawing);
      else drawing();
      return pixelsOf(canvas);
    };
    expect(drawnWith(true)).toEqual(drawnWith(false));
  });
});
