import type { SplitRow } from "../cards/card.ts";
import { type Brush, drawShare } from "./brush.ts";
import { type Box, rowBoxes } from "./layout.ts";
import { drawText } from "./text.ts";

/** Rows of shares of a whole: label and value, and a bar below them. */
export function drawSplit(brush: Brush, rows: readonly SplitRow[], box: Box): void {
  const { context, theme, accent } = brush;
  rowBoxes(box, rows.length).forEach((room, index) => {
    const row = rows[index];
    if (row === undefined) return;
    const middle = Math.round(room.y + room.height / 2);
    const valueRoom = { x: room.x + room.width * 0.4, y: middle + 3, width: room.width * 0.6 };
    const valueStyle = { size: 19, weight: 700, colour: theme.text, align: "end" } as const;
    const taken = drawText(context, row.value, valueRoom, valueStyle);
    const labelRoom = { x: room.x, y: middle + 3, width: room.width - taken - 14 };
    drawText(context, row.label, labelRoom, { size: 18, weight: 400, colour: theme.text, align: "start" });
    drawShare(brush, { x: room.x, y: middle + 12, width: room.width, height: 6 }, row.share, accent);
  });
}
