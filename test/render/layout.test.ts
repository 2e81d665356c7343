import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Card, Panel } from "../../src/cards/card.ts";
import { type Box, below, GAP, layoutOf, NOTE_LINE, rowBoxes, WIDTH } from "../../src/render/layout.ts";
import { AMOUNTS } from "../support/card-of.ts";
import { sampleCard, sampleCards, samplePanels } from "../support/sample-cards.ts";

const cards = AMOUNTS.flatMap((amount) => sampleCards(amount).map((sample) => ({ amount, ...sample })));

/** Thirds of a pixel are not exact. */
const TOUCH = 1e-6;
const overlap = (a: Box, b: Box): boolean =>
  a.x + TOUCH < b.x + b.width &&
  b.x + TOUCH < a.x + a.width &&
  a.y + TOUCH < b.y + b.height &&
  b.y + TOUCH < a.y + a.height;
const inside = (a: Box, b: Box): boolean =>
  a.x >= b.x &&
  a.y >= b.y &&
  a.x + a.width <= b.x + b.width + TOUCH &&
  a.y + a.height <= b.y + b.height + TOUCH;

function expectGood(card: Card): void {
  const layout = layoutOf(card);
  const whole: Box = { x: 0, y: 0, width: WIDTH, height: layout.height };
  const charts = layout.chart === null ? [] : [layout.chart];
  const boxes = [layout.header, ...layout.panels.map(({ box }) => box), ...charts, layout.footer];
  for (const [index, box] of boxes.entries()) {
    expect(inside(box, whole)).toBe(true);
    for (const other of boxes.slice(index + 1)) expect(overlap(box, other)).toBe(false);
  }
  expect(layout.panels.map(({ panel }) => panel)).toEqual(card.panels.flat());
  for (const { panel, box } of layout.panels) {
    if (panel.kind !== "figures" && panel.kind !== "ranking" && panel.kind !== "split") continue;
    const rows = rowBoxes(below(box), panel.rows.length);
    expect(rows).toHaveLength(panel.rows.length);
    for (const [index, row] of rows.entries()) {
      expect(inside(row, box)).toBe(true);
      // Two lines of text and a bar need this much.
      expect(row.height).toBeGreaterThanOrEqual(44);
      for (const other of rows.slice(index + 1)) expect(overlap(row, other)).toBe(false);
    }
  }
}

describe("the layout", () => {
  test("leaves an empty chart out below nothing but notes, and nowhere else", () => {
    const { note, figures } = samplePanels("none");
    const charted = (part: Partial<Card>): boolean => layoutOf(sampleCard("none", part)).chart !== null;
    expect(charted({ panels: [[note, note]] })).toBe(false);
    expect(charted({ panels: [[note, figures]] })).toBe(true);
    expect(charted({ mode: "graph" })).toBe(true);
    expect(layoutOf(sampleCard("lively", { panels: [[note]] })).chart).not.toBeNull();
  });

  test("gives a note the lines that it needs: more where panels are narrower", () => {
    const { note } = samplePanels("none");
    const heights = [1, 2, 3].map((count) => {
      const card = sampleCard("lively", { panels: [Array.from({ length: count }, () => note)] });
      return layoutOf(card).panels[0]?.box.height ?? 0;
    });
    expect(heights.map((height) => height - (heights[0] ?? 0))).toEqual([0, NOTE_LINE, 2 * NOTE_LINE]);
  });

  test.each(cards)("of $name ($amount) has no overlaps, and nothing outside the card", ({ card }) => {
    expectGood(card);
  });

  test("has none for any number of panels and rows", () => {
    const card = sampleCard("lively");
    const panel = fc.nat(10).map(
      (rows): Panel => ({
        kind: "figures",
        title: "Panel",
        rows: Array.from({ length: rows }, () => ({ label: "label", value: "1", note: "", change: null })),
      }),
    );
    const panels = fc.array(fc.array(panel, { minLength: 1, maxLength: 4 }), { maxLength: 4 });
    fc.assert(fc.property(panels, (rows) => expectGood({ ...card, panels: rows })));
  });

  test("gives the panels of a row the same height, so that their rows line up", () => {
    for (const { card } of cards) {
      const { panels } = layoutOf(card);
      const heights = new Map<number, number>();
      for (const { box } of panels) {
        expect(heights.get(box.y) ?? box.height).toBe(box.height);
        heights.set(box.y, box.height);
      }
    }
  });

  test("gives a heatmap the width of two panels, so that panels end where those of other rows do", () => {
    const { figures, heatmap } = samplePanels("lively");
    const { panels } = layoutOf(
      sampleCard("lively", {
        panels: [
          [figures, figures, figures],
          [heatmap, figures],
        ],
      }),
    );
    const [first, , third, wide, narrow] = panels.map(({ box }) => box);
    expect(wide?.width).toBeCloseTo(2 * (first?.width ?? 0) + GAP, 6);
    expect(narrow?.x).toBeCloseTo(third?.x ?? 0, 6);
  });
});
