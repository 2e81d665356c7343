import type { Change, ComparisonRow, Subject } from "../cards/card.ts";
import { type Brush, drawPicture, drawShare, drawShareFromEnd, type Room } from "./brush.ts";
import { changeWidth, drawChange, SMALLEST_CHANGE } from "./change-mark.ts";
import { type Box, rowBoxes, SIDES } from "./layout.ts";
import { drawText, widthOf } from "./text.ts";

const PICTURE = 40;
/** Half of the room between the two bars. */
const HALF_GAP = 4;
/** Between a label and what is on its sides; between a value and its change. */
const BETWEEN = 12;
const BESIDE = 10;
/** Of a row's width. */
const MOST_LABEL = 0.36;

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

function drawRow(brush: Brush, { label, values, shares, changes }: ComparisonRow, box: Box): void {
  const { context, theme } = brush;
  const [first, second] = theme.series;
  const middle = Math.round(box.y + box.height / 2);
  // Ranks, for one, have no lengths: two empty tracks would say that both have nothing.
  const hasBars = shares.some((share) => share > 0);
  const y = middle + (hasBars ? 3 : 7);
  const labelStyle = { size: 17, weight: 400, colour: theme.muted, align: "middle" } as const;
  const labelWidth = Math.min(widthOf(context, label, labelStyle), box.width * MOST_LABEL);
  const width = (box.width - labelWidth) / 2 - BETWEEN;
  drawText(context, label, { y, x: box.x + width + BETWEEN, width: labelWidth + 1 }, labelStyle);
  // The larger one is what is looked for; of two alike neither is.
  const [isFirst, isSecond] = [shares[0] > shares[1], shares[1] > shares[0]];
  drawValue(
    brush,
    { value: values[0], change: changes[0], isLarger: isFirst },
    { x: box.x, y, width },
    "start",
  );
  const end = { x: box.x + box.width - width, y, width };
  drawValue(brush, { value: values[1], change: changes[1], isLarger: isSecond }, end, "end");
  if (!hasBars) return;
  const bar = { y: middle + 12, width: box.width / 2 - HALF_GAP, height: 8 };
  drawShareFromEnd(brush, { ...bar, x: box.x }, shares[0], first);
  drawShare(brush, { ...bar, x: box.x + box.width / 2 + HALF_GAP }, shares[1], second);
}

/** A value at the outer end of its room, and how it changed beside it, further in. */
function drawValue(
  brush: Brush,
  { value, change, isLarger }: { value: string; change: Change | null; isLarger: boolean },
  room: Room,
  align: "start" | "end",
): void {
  const { context, theme } = brush;
  // A value may shrink a little for its change; a change that was cut would say nothing.
  const least = change === null ? 0 : changeWidth(context, change, SMALLEST_CHANGE) + BESIDE;
  const valueRoom = { ...room, width: room.width - least };
  const style = { size: 19, weight: isLarger ? 700 : 400, colour: theme.text, align } as const;
  const valueX = align === "start" ? room.x : room.x + least;
  const taken = drawText(context, value, { ...valueRoom, x: valueX }, style);
  if (change === null) return;
  const width = Math.min(changeWidth(context, change), room.width - taken - BESIDE);
  const x = align === "start" ? room.x + taken + BESIDE : room.x + room.width - taken - BESIDE - width;
  drawChange(brush, change, { ...room, x, width });
}
