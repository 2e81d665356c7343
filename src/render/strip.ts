import type { FigureRow } from "../cards/card.ts";
import type { Brush } from "./brush.ts";
import { changeWidth, drawChange } from "./change-mark.ts";
import { type Box, GAP, PADDING } from "./layout.ts";
import { drawText, widthOf } from "./text.ts";

/** Baselines, from below the panel's title. */
const LABEL_LINE = 20;
const VALUE_LINE = 52;
const BETWEEN = 12;
const VALUE = { size: 23, weight: 700, align: "start", smallest: 14 } as const;
const LABEL = { size: 18, weight: 400, align: "start" } as const;

/**
 * Figures side by side, label and note above, value below. Cells are as wide as panels below them would be, so that
 * their edges meet.
 */
export function drawStrip(brush: Brush, rows: readonly FigureRow[], box: Box): void {
  const { context, theme } = brush;
  const outer = box.width + 2 * PADDING;
  const width = (outer - GAP * (rows.length - 1)) / rows.length;
  const isBeside = rows.every(({ value, change }) => {
    const changed = change === null ? 0 : BETWEEN + changeWidth(context, change);
    return widthOf(context, value, { ...VALUE, colour: theme.text }) + changed <= width - 2 * PADDING;
  });
  rows.forEach((row, index) => {
    const x = box.x + index * (width + GAP);
    if (index > 0) {
      context.fillStyle = theme.line;
      context.fillRect(Math.round(x - PADDING - GAP / 2), box.y, 1, VALUE_LINE + 4);
    }
    drawCell(brush, row, { ...box, x, width: width - 2 * PADDING }, isBeside);
  });
}

/** @param isBeside whether a change has room beside the value; else it is beside the label */
function drawCell(brush: Brush, row: FigureRow, box: Box, isBeside: boolean): void {
  const { context, theme } = brush;
  const { label, value, note, change, isAbsent } = row;
  const upper = { ...box, y: box.y + LABEL_LINE };
  const lower = { ...box, y: box.y + VALUE_LINE };
  const style = isAbsent === true ? { ...LABEL, colour: theme.muted } : { ...VALUE, colour: theme.text };
  const taken = drawText(context, value, lower, style) + BETWEEN;
  const changed = change === null ? 0 : Math.min(changeWidth(context, change), box.width / 2);
  if (change !== null) {
    const room = isBeside
      ? { ...lower, x: box.x + taken, width: changed }
      : { ...upper, x: box.x + box.width - changed, width: changed };
    drawChange(brush, change, room);
  }
  const above = { ...upper, width: box.width - (isBeside || change === null ? 0 : changed + BETWEEN) };
  const labelled = drawText(context, label, above, { ...LABEL, colour: theme.text }) + BETWEEN;
  const noteRoom = { ...above, x: above.x + labelled, width: above.width - labelled };
  drawText(context, note, noteRoom, {
    size: 15,
    weight: 400,
    colour: theme.muted,
    align: "start",
    smallest: 13,
  });
}
