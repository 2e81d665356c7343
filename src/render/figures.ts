import type { FigureRow } from "../cards/card.ts";
import type { Brush } from "./brush.ts";
import { drawChange } from "./change-mark.ts";
import { type Box, rowBoxes } from "./layout.ts";
import { drawText } from "./text.ts";

const BETWEEN = 14;
/** Baselines from a row's middle: of one line alone, and of the upper and the lower of two. */
const ALONE = 7;
const UPPER = -3;
const LOWER = 17;

/** Rows of figures: label and note at the start, value and change at the end, each pair one above the other. */
export function drawFigures(brush: Brush, rows: readonly FigureRow[], box: Box): void {
  rowBoxes(box, rows.length).forEach((room, index) => {
    const row = rows[index];
    if (row) drawFigure(brush, row, room, index > 0);
  });
}

function drawFigure(
  brush: Brush,
  { label, value, note, change, isAbsent }: FigureRow,
  box: Box,
  isRuled: boolean,
): void {
  const { context, theme } = brush;
  const middle = Math.round(box.y + box.height / 2);
  if (isRuled) {
    context.fillStyle = theme.line;
    context.fillRect(box.x, Math.round(box.y), box.width, 1);
  }
  // Label and value stand on one line, whatever is below either.
  const baseline = middle + (note === "" && change === null ? ALONE : UPPER);
  const valueLine = { ...box, y: baseline };
  const valueRoom = { ...valueLine, x: box.x + box.width * 0.3, width: box.width * 0.7 };
  const taken = drawText(context, value, valueRoom, {
    ...(isAbsent === true
      ? { size: 18, weight: 400, colour: theme.muted }
      : { size: 23, weight: 700, colour: theme.text }),
    align: "end",
  });
  const labelRoom = { x: box.x, y: baseline, width: box.width - taken - BETWEEN };
  drawText(context, label, labelRoom, { size: 18, weight: 400, colour: theme.text, align: "start" });
  const changed =
    change === null
      ? 0
      : drawChange(brush, change, { x: box.x + box.width / 2, y: middle + LOWER, width: box.width / 2 });
  const noteRoom = { x: box.x, y: middle + LOWER, width: box.width - changed - BETWEEN };
  drawText(context, note, noteRoom, {
    size: 15,
    weight: 400,
    colour: theme.muted,
    align: "start",
    smallest: 13,
  });
}
