import { describe, expect, test } from "vitest";
import { draw } from "../../src/render/draw.ts";
import { layoutOf, MARGIN, WIDTH } from "../../src/render/layout.ts";
import { encodePng } from "../../src/render/png.ts";
import { THEMES } from "../../src/render/themes.ts";
import { AMOUNTS, cardOf } from "../support/card-of.ts";
import { decoded, type Pixels } from "../support/pixels.ts";
import { views } from "../support/views.ts";

const NO_PICTURES = new Map();
/** The coloured line at the top goes from edge to edge. */
const TOP_LINE = 6;

const cards = AMOUNTS.flatMap((amount) =>
  views(amount).flatMap((view) =>
    (["dark", "light"] as const).flatMap((theme) =>
      (["card", "graph"] as const).map((mode) => ({
        amount,
        theme,
        mode,
        kind: view.kind,
        card: cardOf(view, { theme, mode }),
      })),
    ),
  ),
);

function colourAt({ width, rgba }: Pixels, x: number, y: number): string {
  const at = (y * width + x) * 4;
  return `#${Buffer.from(rgba.subarray(at, at + 3)).toString("hex")}`;
}

describe("every card", () => {
  test.each(cards)(
    "($kind, $amount, $theme, $mode) is a PNG 1,200 px wide with nothing in its margins",
    async ({ card, theme }) => {
      const pixels = await decoded(await encodePng(draw(card, NO_PICTURES)));
      const layout = layoutOf(card);
      expect([pixels.width, pixels.height]).toEqual([WIDTH, layout.height]);
      const { background } = THEMES[theme];
      const stained: string[] = [];
      const expectBackground = (x: number, y: number): void => {
        if (colourAt(pixels, x, y) !== background) stained.push(`${x},${y}`);
      };
      for (let y = TOP_LINE; y < layout.height; y++) {
        for (let x = 0; x < MARGIN; x++) expectBackground(x, y);
        for (let x = WIDTH - MARGIN; x < WIDTH; x++) expectBackground(x, y);
      }
      // Between panels, and below the last.
      for (const { box } of [...layout.panels, { box: layout.chart }]) {
        for (let x = MARGIN; x < WIDTH - MARGIN; x++) expectBackground(x, box.y + box.height + 2);
      }
      expect(stained).toEqual([]);
    },
  );
});
