import type { SKRSContext2D } from "@napi-rs/canvas";
import type { Change } from "../cards/card.ts";
import type { Brush, Room } from "./brush.ts";
import { drawText, widthOf } from "./text.ts";

const SIZE = 15;
const WIDTH = 11;
const HEIGHT = 9;
const GAP = 6;
/** What its text may shrink to. */
export const SMALLEST_CHANGE = 13;
const STYLE = { size: SIZE, weight: 600, colour: "", align: "end", smallest: SMALLEST_CHANGE } as const;

/** The width that {@link drawChange} takes where it has room, pixels. @param size of its text */
export function changeWidth(context: SKRSContext2D, change: Change, size = SIZE): number {
  return markWidth(change) + widthOf(context, change.text, { ...STYLE, size });
}

/**
 * Draws how a figure changed, at the end of its room: ▲, standing on the line, or ▼, hanging below the middle, so that
 * the two differ in shape and place; the colour only agrees. What stayed the same is a quiet word without a mark.
 * @returns the width it took, pixels
 */
export function drawChange({ context, theme }: Brush, change: Change, room: Room): number {
  const judged = { up: theme.up, down: theme.down, same: theme.muted }[change.direction];
  const colour = change.isJudged ? judged : theme.muted;
  const left = markWidth(change);
  const textRoom = { ...room, x: room.x + left, width: room.width - left };
  const taken = left + drawText(context, change.text, textRoom, { ...STYLE, colour });
  if (change.direction !== "same") {
    context.fillStyle = colour;
    drawMark(context, change.direction, room.x + room.width - taken, room.y);
  }
  return taken;
}

function markWidth({ direction }: Change): number {
  return direction === "same" ? 0 : WIDTH + GAP;
}

/** A mark whose left end is at `x`, beside a text with its baseline at `y`. */
function drawMark(context: SKRSContext2D, direction: "up" | "down", x: number, y: number): void {
  const [foot, tip] = direction === "up" ? [y - 1, y - 1 - HEIGHT] : [y - HEIGHT, y];
  context.beginPath();
  context.moveTo(x, foot);
  context.lineTo(x + WIDTH, foot);
  context.lineTo(x + WIDTH / 2, tip);
  context.closePath();
  context.fill();
}
