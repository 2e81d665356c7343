import type { ComparisonRow, Subject } from "../cards/card.ts";
import { type Brush, drawPicture, drawShare, drawShareFromEnd } from "./brush.ts";
import { type Box, rowBoxes, SIDES } from "./layout.ts";
import { drawText } from "./text.ts";

const PICTURE = 40;
/** Half of the room between the two bars. */
const HALF_GAP = 4;

/** Two subjects side by side: their values at the outer ends, the label in the middle, bars that grow from there. */
export function drawComparison(
  brush: Brush,
  sides: readonly [Subject, Subject],
  rows: readonly ComparisonRow[],
  box: Box,
): void {
  drawSides(brush, sides, box);
  const lower = { ...box, y: box.y + SIDES, height: box.height - SIDES };
  rowBoxes(lower, rows.length).forEach((room, index) => {
    const row = rows[index];
    if (row) drawRow(brush, row, room);
  });
}

function drawSides(brush: Brush, [first, second]: readonly [Subject, Subject], box: Box): void {
  const { context, theme } = brush;
  const style = { size: 20, weight: 600, colour: theme.text } as const;
  const room = { y: box.y + PICTURE / 2 + 7, width: box.width / 2 - PICTURE - 12 - 16 };
  const end = box.x + box.width - PICTURE;
  drawPicture(brush, first, { x: box.x, y: box.y, size: PICTURE });
  drawText(context, first.name, { ...room, x: box.x + PICTURE + 12 }, { ...style, align: "start" });
  drawPicture(brush, second, { x: end, y: box.y, size: PICTURE });
  drawText(context, second.name, { ...room, x: end - 12 - room.width }, { ...style, align: "end" });
}

function drawRow(brush: Brush, { label, values, shares }: ComparisonRow, box: Box): void {
  const { context, theme } = brush;
  const [first, second] = theme.series;
  const middle = Math.round(box.y + box.height / 2);
  // Ranks, for one, have no lengths: two empty tracks would say that both have nothing.
  const hasBars = shares.some((share) => share > 0);
  const baseline = middle + (hasBars ? 3 : 7);
  const room = { y: baseline, width: box.width * 0.3 };
  // The larger one is what is looked for; of two alike neither is.
  const style = (own: number, other: number) => ({
    size: 19,
    weight: own > other ? 700 : 400,
    colour: theme.text,
  });
  drawText(context, values[0], { ...room, x: box.x }, { ...style(shares[0], shares[1]), align: "start" });
  drawText(
    context,
    values[1],
    { ...room, x: box.x + box.width - room.width },
    { ...style(shares[1], shares[0]), align: "end" },
  );
  const labelRoom = { y: baseline, x: box.x + box.width * 0.32, width: box.width * 0.36 };
  drawText(context, label, labelRoom, { size: 17, weight: 400, colour: theme.muted, align: "middle" });
  if (!hasBars) return;
  const bar = { y: middle + 12, width: box.width / 2 - HALF_GAP, height: 8 };
  drawShareFromEnd(brush, { ...bar, x: box.x }, shares[0], first);
  drawShare(brush, { ...bar, x: box.x + box.width / 2 + HALF_GAP }, shares[1], second);
}
