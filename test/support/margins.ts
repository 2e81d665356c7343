import type { Card } from "../../src/cards/card.ts";
import { channelsOf } from "../../src/render/colour.ts";
import { GAP, layoutOf, MARGIN, WIDTH } from "../../src/render/layout.ts";
import { THEMES } from "../../src/render/themes.ts";
import { flipped, type Pixels } from "./pixels.ts";

/** The coloured line at the top goes from edge to edge. */
const TOP_LINE = 6;

/** Pixels ("x,y") of a card without a banner, in its margins and between its panels, that are not the background's. */
export function stainsOf(card: Card, drawn: Pixels): string[] {
  const { width, rgba } = card.direction === "rtl" ? flipped(drawn) : drawn;
  const layout = layoutOf(card);
  const [red, green, blue] = channelsOf(THEMES[card.theme].background);
  const stains: string[] = [];
  const look = (x: number, y: number): void => {
    const at = (y * width + x) * 4;
    if (rgba[at] !== red || rgba[at + 1] !== green || rgba[at + 2] !== blue) stains.push(`${x},${y}`);
  };
  for (let y = TOP_LINE; y < layout.height; y++) {
    for (let x = 0; x < MARGIN; x++) look(x, y);
    for (let x = WIDTH - MARGIN; x < WIDTH; x++) look(x, y);
  }
  const boxes = [...layout.panels.map(({ box }) => box), ...(layout.chart === null ? [] : [layout.chart])];
  for (const box of boxes) {
    for (let x = MARGIN; x < WIDTH - MARGIN; x++) look(x, box.y + box.height + 2);
    const beside = Math.min(Math.round(box.x + box.width + GAP / 2), WIDTH - 1);
    for (let y = box.y; y < box.y + box.height; y++) look(beside, y);
  }
  return stains;
}
