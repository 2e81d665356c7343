import type { SKRSContext2D } from "@napi-rs/canvas";

/**
 * A card that is read from right to left is drawn as in a mirror. All of it is laid out as if reading began at the
 * left; the mirror turns boxes, bars and axes round, and what may not be turned, text and pictures, is drawn upright
 * in its room. Nothing else asks which way a card is read.
 */
export function mirror(context: SKRSContext2D, width: number): void {
  turn(context, width);
  mirrored.add(context);
}

// To ask the context for its matrix takes longer than to draw a word.
const mirrored = new WeakSet<SKRSContext2D>();

/** Whether what is drawn now is seen in the mirror. */
export function isMirrored(context: SKRSContext2D): boolean {
  return mirrored.has(context);
}

/**
 * Draws into a room the right way round, mirrored or not.
 * @param drawing gets the side of the room at which reading begins
 */
export function upright(
  context: SKRSContext2D,
  { x, width }: { readonly x: number; readonly width: number },
  drawing: (start: "left" | "right") => void,
): void {
  if (!isMirrored(context)) {
    drawing("left");
    return;
  }
  context.save();
  turn(context, 2 * x + width);
  mirrored.delete(context);
  drawing("right");
  mirrored.add(context);
  context.restore();
}

function turn(context: SKRSContext2D, width: number): void {
  context.translate(width, 0);
  context.scale(-1, 1);
}
