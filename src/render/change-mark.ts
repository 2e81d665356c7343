import type { SKRSContext2D } from "@napi-rs/canvas";
import type { Change } from "../cards/card.ts";
import type { Brush, Room } from "./brush.ts";
import { drawText, type TextStyle } from "./text.ts";

const SIZE = 15;
const WIDTH = 11;
const HEIGHT = 9;
const GAP = 6;

/**
 * Draws how a figure changed, at the end of its room: ▲, standing on the line, or ▼, hanging below the middle, so that
 * the two differ in shape and place; the colour only agrees. What stayed the same has two strokes.
 * @returns the width it took, pixels
 */
export function drawChange({ context, theme }: Brush, change: Change, room: Room): number {
  const judged = { up: theme.up, down: theme.down, same: theme.muted }[change.direction];
  const colour = change.isJudged ? judged : theme.muted;
  const style: TextStyle = { size: SIZE, weight: 600, colour, align: "end", smallest: 13 };
  const left = WIDTH + GAP;
  const textRoom = { ...room, x: room.x + left, width: room.width - left };
  const taken = drawText(context, change.text, textRoom, style);
  const width = WIDTH + (taken > 0 ? GAP + taken : 0);
  context.fillStyle = colour;
  drawMark(context, change.direction, room.x + room.width - width, room.y);
  return width;
}

/** A mark whose left end is at `x`, beside a text with its baseline at `y`. */
function drawMark(context: SKRSContext2D, direction: Change["direction"], x: number, y: number): void {
  if (direction === "same") {
    for (const above of [8, 4]) context.fillRect(x, y - above, WIDTH, 2);
    return;
  }
  const [foot, tip] = direction === "up" ? [y - 1, y - 1 - HEIGHT] : [y - HEIGHT, y];
  context.beginPath();
  context.moveTo(x, foot);
  context.lineTo(x + WIDTH, foot);
  context.lineTo(x + WIDTH / 2, tip);
  context.closePath();
  context.fill();
}
