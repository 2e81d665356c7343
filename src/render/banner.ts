import { type Canvas, createCanvas, type Image, type SKRSContext2D } from "@napi-rs/canvas";
import { drawCover } from "./cover.ts";
import type { Box } from "./layout.ts";
import { upright } from "./mirror.ts";
import type { Theme } from "./themes.ts";

/**
 * How much of the banner the background covers, from top to bottom. The theme's text keeps 4.5:1 above the least of
 * them, over black, white and anything between (tested), and the banner has no lower edge.
 */
export const SCRIM = 0.66;
const STOPS = [
  [0, SCRIM],
  [0.55, SCRIM + 0.06],
  [1, 1],
] as const;
/** The picture is drawn at this share of its size first: what is behind text must not look like text. */
const COARSE = 1 / 6;
/** So large are the banner's pixels; what is soft shows no difference, and takes a quarter of the bytes. */
const PIXEL = 2;

/** Draws a guild's banner softly into a box. */
export function drawBanner(context: SKRSContext2D, picture: Image, box: Box, theme: Theme): void {
  const coarse = covered(picture, Math.ceil(box.width * COARSE), Math.ceil(box.height * COARSE));
  const soft = covered(coarse, box.width / PIXEL, box.height / PIXEL);
  const softContext = soft.getContext("2d");
  const scrim = softContext.createLinearGradient(0, 0, 0, soft.height);
  for (const [at, share] of STOPS) {
    const alpha = Math.round(share * 255)
      .toString(16)
      .padStart(2, "0");
    scrim.addColorStop(at, `${theme.background}${alpha}`);
  }
  softContext.fillStyle = scrim;
  softContext.fillRect(0, 0, soft.width, soft.height);
  context.save();
  context.imageSmoothingEnabled = false;
  upright(context, box, () => context.drawImage(soft, box.x, box.y, box.width, box.height));
  context.restore();
}

function covered(picture: Image | Canvas, width: number, height: number): Canvas {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "high";
  drawCover(context, picture, { x: 0, y: 0, width, height });
  return canvas;
}
