import type { SKRSContext2D } from "@napi-rs/canvas";
import type { ChartSeries } from "../cards/card.ts";
import { drawText } from "./text.ts";
import type { Theme } from "./themes.ts";

const LINE = 30;
const BAR = 14;
const BETWEEN = 28;

/**
 * Names the chart's series by what they look like, at the right end of a line.
 * @param room the line, with its baseline at `y`
 */
export function drawLegend(
  context: SKRSContext2D,
  series: readonly ChartSeries[],
  room: { readonly x: number; readonly y: number; readonly width: number },
  theme: Theme,
): void {
  let { width } = room;
  for (const { label, metric } of series.toReversed()) {
    const sign = metric === "messages" ? BAR : LINE;
    const text = { size: 17, weight: 400, colour: theme.text, align: "end" } as const;
    width -= drawText(context, label, { ...room, width }, text) + 8 + sign;
    const [left, middle] = [room.x + width, room.y - 6];
    if (metric === "messages") drawBarSign(context, left, middle, theme.messages);
    else drawLineSign(context, left, middle, theme.voice, series.length > 1);
    width -= BETWEEN;
  }
}

function drawBarSign(context: SKRSContext2D, x: number, y: number, colour: string): void {
  context.fillStyle = colour;
  context.beginPath();
  context.roundRect(x, y - BAR / 2, BAR, BAR, 4);
  context.fill();
}

function drawLineSign(context: SKRSContext2D, x: number, y: number, colour: string, dashed: boolean): void {
  context.save();
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = 3;
  // Two dashes, with the dot in the gap between them.
  context.setLineDash(dashed ? [8, LINE - 16] : []);
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + LINE, y);
  context.stroke();
  context.beginPath();
  context.arc(x + LINE / 2, y, 5, 0, Math.PI * 2);
  context.fill();
  context.restore();
}
