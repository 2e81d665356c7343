import type { Panel } from "../cards/card.ts";
import type { Brush } from "./brush.ts";
import { type Box, HEAT_ROW, HOURS } from "./layout.ts";
import { drawText, widthOf } from "./text.ts";
import { heatOf } from "./themes.ts";

type Heatmap = Extract<Panel, { kind: "heatmap" }>;

const HOURS_A_DAY = 24;
const GAP = 4;
const ROUNDING = 5;
const LABEL = { size: 15, weight: 400 } as const;
/** Of a cell of the scale. */
const SWATCH = 20;
const MOST_LABEL = 120;

/** Weekdays by hours, a cell each, the busier the stronger; below it what stands out in words, and the scale. */
export function drawHeatmap(
  brush: Brush,
  { rows, columns, values, scale, summary }: Heatmap,
  box: Box,
): void {
  const { context, theme, accent } = brush;
  const label = { ...LABEL, colour: theme.muted, align: "start" } as const;
  const named = Math.min(Math.max(...rows.map((row) => widthOf(context, row, label))), MOST_LABEL);
  const left = Math.round(box.x + named + 16);
  const pitch = (box.x + box.width + GAP - left) / HOURS_A_DAY;
  // Whole pixels: edges stay sharp, and all gaps are alike.
  const columnAt = (hour: number): number => Math.round(left + hour * pitch);
  const top = box.y + 4;
  const heat = heatOf(theme, accent);
  rows.forEach((row, day) => {
    const y = top + day * HEAT_ROW;
    drawText(context, row, { x: box.x, y: y + 17, width: named }, label);
    for (let hour = 0; hour < HOURS_A_DAY; hour++) {
      const colour = heat[heatLevel(values[day * HOURS_A_DAY + hour] ?? 0, heat.length)];
      if (colour === undefined) continue;
      const x = columnAt(hour);
      drawCell(brush, { x, y, width: columnAt(hour + 1) - GAP - x, height: HEAT_ROW - GAP }, colour);
    }
  });
  const y = top + rows.length * HEAT_ROW;
  columns.forEach((column, hour) => {
    const room = { x: columnAt(hour), y: y + 15, width: roomFor(columns, hour) * pitch - 8 };
    drawText(context, column, room, label);
  });
  drawFoot(brush, { scale, summary }, { x: box.x, y: y + HOURS + 4, width: box.width, height: SWATCH }, heat);
}

/** Which of the colours a value has: the first for nothing at all, the last for the busiest. */
export function heatLevel(value: number, levels: number): number {
  return value <= 0 ? 0 : Math.min(levels - 1, Math.ceil(value * (levels - 1)));
}

/** How many columns a label may reach over: as far as the next one. */
function roomFor(columns: readonly string[], from: number): number {
  const next = columns.findIndex((column, index) => index > from && column !== "");
  return (next < 0 ? columns.length : next) - from;
}

function drawFoot(
  brush: Brush,
  { scale: [quiet, busy], summary }: Pick<Heatmap, "scale" | "summary">,
  box: Box,
  heat: readonly string[],
): void {
  const { context, theme } = brush;
  const style = { ...LABEL, colour: theme.muted, align: "end" } as const;
  const baseline = box.y + 15;
  let end = box.x + box.width;
  end -= drawText(context, busy, { x: end - 100, y: baseline, width: 100 }, style) + 8;
  for (const colour of heat.toReversed()) {
    drawCell(brush, { x: end - SWATCH, y: box.y, width: SWATCH, height: SWATCH }, colour);
    end -= SWATCH + GAP;
  }
  end -= 4;
  end -= drawText(context, quiet, { x: end - 100, y: baseline, width: 100 }, style) + 24;
  const room = { x: box.x, y: baseline + 1, width: end - box.x };
  drawText(context, summary, room, { size: 18, weight: 400, colour: theme.text, align: "start" });
}

function drawCell({ context, theme }: Brush, { x, y, width, height }: Box, colour: string): void {
  context.fillStyle = colour;
  context.beginPath();
  context.roundRect(x, y, width, height, ROUNDING);
  context.fill();
  if (colour !== theme.panel) return;
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  context.beginPath();
  context.roundRect(x + 0.5, y + 0.5, width - 1, height - 1, ROUNDING - 0.5);
  context.stroke();
}
