import { createCanvas } from "@napi-rs/canvas";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Card, Chart, ChartSeries } from "../../src/cards/card.ts";
import { drawChart } from "../../src/render/chart.ts";
import { THEMES } from "../../src/render/themes.ts";
import { sampleCard } from "../support/sample-cards.ts";

const BOX = { x: 0, y: 0, width: 1_000, height: 300 };

/** What is written at the axes of a chart, in the order in which it is drawn. */
function textsOf(series: ChartSeries, context: Partial<Card> = {}): string[] {
  const canvas = createCanvas(BOX.width, BOX.height).getContext("2d");
  const texts: string[] = [];
  const fillText = canvas.fillText.bind(canvas);
  canvas.fillText = (text, ...rest) => {
    texts.push(text);
    fillText(text, ...rest);
  };
  const chart: Chart = { title: "", labels: series.values.map(() => ""), series: [series], empty: null };
  drawChart(canvas, sampleCard("lively", { chart, ...context }), BOX, THEMES.dark);
  return texts.filter((text) => text !== "");
}

const members: ChartSeries = {
  label: "Members",
  role: "members",
  shape: "line",
  axis: "left",
  whole: true,
  values: [1_204, 1_231, null, 1_260],
};

describe("the numbers at an axis", () => {
  test("are no two the same, however large the values or small the change", () => {
    const all: readonly (readonly number[])[] = [
      [0.01, 0.02],
      [0.5],
      [3],
      [1_204, 1_260],
      [1_234_567, 1_234_590],
      [1_000_000, 1_600_000],
      [2_000_000_000, 1],
      [120_000],
    ];
    for (const values of all) {
      for (const role of ["members", "voice"] as const) {
        for (const locale of ["en", "de", "hi", "ja", "ar"]) {
          const whole = values.every(Number.isInteger);
          const texts = textsOf({ ...members, role, whole, values: [...values] }, { locale });
          expect(texts.length).toBeGreaterThanOrEqual(5);
          expect(new Set(texts).size, texts.join(" ")).toBe(texts.length);
        }
      }
    }
  });

  test("show the change of members in whole numbers, from where it begins", () => {
    expect(textsOf(members)).toEqual(["1,200", "1,215", "1,230", "1,245", "1,260"]);
  });

  test("count who left below the line as who joined above it", () => {
    const left: ChartSeries = { ...members, role: "leaves", shape: "bars", values: [-36, -2, 0, -4] };
    expect(textsOf(left)).toEqual(["40", "30", "20", "10", "0"]);
  });

  test("begin at zero for amounts, and are short where they are round", () => {
    expect(textsOf({ ...members, role: "messages", shape: "bars", values: [75_000, 12] })).toEqual([
      "0",
      "20K",
      "40K",
      "60K",
      "80K",
    ]);
  });
});

describe("the names of days below a chart", () => {
  test("never touch each other, nor leave the chart, however many days and however long their names", () => {
    const day = fc.string({ minLength: 1, maxLength: 14, size: "max", unit: "grapheme-ascii" });
    const days = fc.array(day, { minLength: 1, maxLength: 90, size: "max" });
    fc.assert(
      fc.property(days, fc.boolean(), (names, isBars) => {
        const context = createCanvas(BOX.width, BOX.height).getContext("2d");
        const ends: { from: number; to: number }[] = [];
        const fillText = context.fillText.bind(context);
        context.fillText = (text, x, y) => {
          const { width } = context.measureText(text);
          if (context.textAlign === "center") ends.push({ from: x - width / 2, to: x + width / 2 });
          fillText(text, x, y);
        };
        const shape = isBars ? "bars" : "line";
        const series: ChartSeries = { ...members, role: "messages", shape, values: names.map(() => 1) };
        const chart: Chart = { title: "", labels: names, series: [series], empty: null };
        drawChart(context, sampleCard("lively", { chart }), BOX, THEMES.dark);
        expect(ends[0]?.from).toBeGreaterThanOrEqual(0);
        expect(ends.at(-1)?.to).toBeLessThanOrEqual(BOX.width);
        for (const [index, { from }] of ends.entries()) {
          if (index > 0) expect(from).toBeGreaterThan(ends[index - 1]?.to ?? 0);
        }
      }),
    );
  });
});
