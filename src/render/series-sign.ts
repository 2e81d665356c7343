import type { SKRSContext2D } from "@napi-rs/canvas";
import { drawPoint } from "chart.js/helpers";
import type { ChartSeries } from "../cards/card.ts";
import { colourOf, fillOf, LOOKS } from "./series-look.ts";
import type { Theme } from "./themes.ts";

/** How wide a piece of a line with its marker is, and a piece of a bar. */
export const LINE = 36;
export const BAR = 14;

/** How far a marker reaches from its middle. */
export function markerRadius(theme: Theme): number {
  return theme.stroke + 1.5;
}

/** Of a line, in the theme's strength. A line that is alone needs none to be told apart. */
export function dashOf({ role }: ChartSeries, theme: Theme, isAlone: boolean): number[] {
  return isAlone ? [] : LOOKS[role].dash.map((length) => (length * theme.stroke) / 3);
}

/** Draws what stands for a series in a legend: a bar, or a line with its dashes and marker; its left end is at `x`. */
export function drawPiece(
  context: SKRSContext2D,
  series: ChartSeries,
  x: number,
  y: number,
  theme: Theme,
  isAlone: boolean,
): void {
  const { role, shape } = series;
  if (shape === "bars") {
    drawBarPiece(context, role, x, y, theme);
    return;
  }
  context.save();
  context.strokeStyle = colourOf(role, theme);
  context.lineWidth = theme.stroke;
  context.lineCap = LOOKS[role].cap;
  context.setLineDash(dashOf(series, theme, isAlone));
  // From the ends inwards, so that both halves are alike.
  for (const end of [x, x + LINE]) {
    context.beginPath();
    context.moveTo(end, y);
    context.lineTo(x + LINE / 2, y);
    context.stroke();
  }
  context.setLineDash([]);
  // As in the chart, the line lets go of its marker.
  for (const [colour, more] of [
    [theme.panel, 2.5],
    [colourOf(role, theme), 0],
  ] as const) {
    context.fillStyle = colour;
    const point = { ...LOOKS[role].marker, radius: markerRadius(theme) + more, borderWidth: 0 };
    drawPoint(context, point, x + LINE / 2, y);
  }
  context.restore();
}

function drawBarPiece(
  context: SKRSContext2D,
  role: ChartSeries["role"],
  x: number,
  y: number,
  theme: Theme,
): void {
  const inset = LOOKS[role].isHollow ? 1 : 0;
  const side = BAR - 2 * inset;
  context.beginPath();
  context.roundRect(x + inset, y - side / 2, side, side, 4 - inset);
  context.fillStyle = fillOf(role, theme);
  context.fill();
  if (inset === 0) return;
  context.strokeStyle = colourOf(role, theme);
  context.lineWidth = 2;
  context.stroke();
}
