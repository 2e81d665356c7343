import type { Canvas, Image, SKRSContext2D } from "@napi-rs/canvas";
import type { Box } from "./layout.ts";

/** Draws the middle of a picture so that it covers a box, in its own proportions. */
export function drawCover(context: SKRSContext2D, picture: Image | Canvas, box: Box): void {
  const scale = Math.max(box.width / picture.width, box.height / picture.height);
  const [width, height] = [box.width / scale, box.height / scale];
  const [left, top] = [(picture.width - width) / 2, (picture.height - height) / 2];
  context.drawImage(picture, left, top, width, height, box.x, box.y, box.width, box.height);
}
