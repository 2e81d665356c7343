import type { SKRSContext2D } from "@napi-rs/canvas";
import type { ChartSeries } from "../cards/card.ts";
import { BAR, drawPiece, LINE } from "./series-sign.ts";
import { drawText, type TextStyle, widthOf } from "./text.ts";
import type { Theme } from "./themes.ts";

const AFTER_SIGN = 8;
const BETWEEN = 28;

/**
 * Names the chart's series by what they look like, at the end of a line.
 * @param room the line, with its baseline at `y`
 * @returns the width it took, pixels
 */
export function drawLegend(
  context: SKRSContext2D,
  series: readonly ChartSeries[],
  room: { readonly x: number; readonly y: number; readonly width: number },
  theme: Theme,
): number {
  const style: TextStyle = { size: 17, weight: 400, colour: theme.text, align: "start" };
  const entries = series.map((each) => ({
    each,
    sign: each.shape === "bars" ? BAR : LINE,
    natural: widthOf(context, each.label, style),
  }));
  const signs = entries.reduce((sum, { sign }) => sum + sign + AFTER_SIGN, BETWEEN * (entries.length - 1));
  const labels = entries.reduce((sum, { natural }) => sum + natural, 0);
  // Where there is no room for all, each label gives the same share of its own.
  const share = Math.min(1, (room.width - signs) / Math.max(labels, 1));
  const taken = signs + labels * share;
  let x = room.x + room.width - taken;
  for (const { each, sign, natural } of entries) {
    drawPiece(context, each, x, room.y - 6, theme, series.length === 1);
    x += sign + AFTER_SIGN;
    drawText(context, each.label, { x, y: room.y, width: natural * share + 0.5 }, style);
    x += natural * share + BETWEEN;
  }
  return taken;
}
