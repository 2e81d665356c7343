import type { SKRSContext2D } from "@napi-rs/canvas";

// To ask the context for its matrix takes longer than to draw a word.
const turned = new WeakSet<SKRSContext2D>();

/**
 * A card that is read from right to left is drawn as in a mirror. All of it is laid out as if reading began at the
 * left; the mirror turns boxes, bars and axes round, and what may not be turned, text and pictures, is drawn upright
 * in its room. Nothing else asks which way a card is read.
 * @param width of the card, pixels
 */
export function mirrored(context: SKRSContext2D, width: number, drawing: () => void): void {
  context.save();
  turn(context, width);
  turned.add(context);
  drawing();
  turned.delete(context);
  context.restore();
}

/** Whether what is drawn now is seen in the mirror. */
export function isMirrored(context: SKRSContext2D): boolean {
  return turned.has(context);
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
  turned.delete(context);
  drawing("right");
  turned.add(context);
  context.restore();
}

function turn(context: SKRSContext2D, width: number): void {
  context.translate(width, 0);
  context.scale(-1, 1);
}
