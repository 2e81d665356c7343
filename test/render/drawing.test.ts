import type { Canvas } from "@napi-rs/canvas";
import { describe, expect, test } from "vitest";
import { type Change, type FigureRow, THEME_NAMES } from "../../src/cards/card.ts";
import { draw } from "../../src/render/draw.ts";
import { layoutOf, WIDTH } from "../../src/render/layout.ts";
import { encodePng } from "../../src/render/png.ts";
import { AMOUNTS } from "../support/card-of.ts";
import { stainsOf } from "../support/margins.ts";
import { decoded, flipped, pixelsOf } from "../support/pixels.ts";
import { sampleCard, sampleCards, samplePanels } from "../support/sample-cards.ts";

const NO_PICTURES = new Map();

const cards = AMOUNTS.flatMap((amount) =>
  (["ltr", "rtl"] as const).flatMap((direction) =>
    // What a theme changes does not depend on amounts.
    THEME_NAMES.filter((theme) => theme === "dark" || (amount === "lively" && direction === "ltr")).flatMap(
      (theme) => sampleCards(amount, { theme, direction }).map(({ name, card }) => ({ name, amount, card })),
    ),
  ),
);

describe("every card", () => {
  test.each(cards)(
    "($name, $amount, $card.theme, $card.direction) has nothing in its margins and between its panels",
    ({ card }) => {
      const pixels = pixelsOf(draw(card, NO_PICTURES));
      expect([pixels.width, pixels.height]).toEqual([WIDTH, layoutOf(card).height]);
      expect(stainsOf(card, pixels)).toEqual([]);
    },
  );

  test("is a PNG of the canvas's size", async () => {
    const card = sampleCard("lively");
    const { width, height } = await decoded(await encodePng(draw(card, NO_PICTURES)));
    expect([width, height]).toEqual([WIDTH, layoutOf(card).height]);
  });
});

const SILENT = { label: "", value: "", note: "" } as const;

describe("a card that is read from right to left", () => {
  const role = { id: "1", name: "", imageUrl: null, kind: "role", colour: 0xe91e63 } as const;

  const silenced = (change: Change | null): Change | null => change && { ...change, text: "" };
  const muted = (row: FigureRow): FigureRow => ({ ...row, ...SILENT, change: silenced(row.change) });

  /** A card of shapes alone: what is left when nobody says a word. */
  function silent(direction: "ltr" | "rtl"): Canvas {
    const { figures, strip, split, ranking, comparison, heatmap } = samplePanels("lively");
    const card = sampleCard("lively", {
      direction,
      subject: role,
      title: "",
      subtitle: "",
      footer: "",
      panels: [
        [
          { ...figures, title: "", rows: figures.rows.map(muted) },
          { ...split, title: "", rows: split.rows.map((row) => ({ ...row, ...SILENT })) },
          {
            ...comparison,
            title: "",
            sides: [role, role],
            rows: comparison.rows.map(({ changes, ...row }) => ({
              ...row,
              label: "",
              values: ["", ""] as const,
              changes: [silenced(changes[0]), silenced(changes[1])] as const,
            })),
          },
        ],
        [
          {
            ...heatmap,
            title: "",
            rows: heatmap.rows.map(() => ""),
            columns: [],
            scale: ["", ""],
            summary: "",
          },
        ],
        [{ ...ranking, title: "", rows: [] }],
        [{ ...strip, title: "", rows: strip.rows.map(muted) }],
      ],
      chart: { title: "", labels: [], series: [], empty: "" },
    });
    return draw(card, NO_PICTURES);
  }

  test("is the mirror image of one that is read from left to right", () => {
    const [ltr, rtl] = [pixelsOf(silent("ltr")), flipped(pixelsOf(silent("rtl")))];
    const { height } = ltr;
    const differing: string[] = [];
    // Below, the brand's name stays a name.
    for (let y = 0; y < height - 52; y++) {
      for (let x = 0; x < WIDTH; x++) {
        const at = (y * WIDTH + x) * 4;
        // Edges between pixels fall to the other side.
        const isNear = [0, 1, 2].every(
          (channel) => Math.abs((ltr.rgba[at + channel] ?? 0) - (rtl.rgba[at + channel] ?? 0)) <= 48,
        );
        if (!isNear) differing.push(`${x},${y}`);
      }
    }
    expect(differing).toEqual([]);
  });
});
