import { type Canvas, createCanvas, loadImage } from "@napi-rs/canvas";

/** Four bytes a pixel, line by line. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray;
}

export function pixelsOf(canvas: Canvas): Pixels {
  const { width, height } = canvas;
  return { width, height, rgba: canvas.getContext("2d").getImageData(0, 0, width, height).data };
}

export async function decoded(png: Buffer): Promise<Pixels> {
  const image = await loadImage(png);
  const canvas = createCanvas(image.width, image.height);
  canvas.getContext("2d").drawImage(image, 0, 0);
  return pixelsOf(canvas);
}

/** How far apart two images of one size are at a pixel: the largest difference of a channel. */
export function distance(a: Pixels, b: Pixels, pixel: number): number {
  let most = 0;
  for (let at = pixel * 4; at < pixel * 4 + 4; at++) {
    most = Math.max(most, Math.abs((a.rgba[at] ?? 0) - (b.rgba[at] ?? 0)));
  }
  return most;
}

/** The columns in which anything is drawn on a canvas that was transparent, `[first, last]`; `null`: none. */
export function inkedColumns({ width, height, rgba }: Pixels): readonly [first: number, last: number] | null {
  let [first, last] = [width, -1];
  for (let pixel = 0; pixel < width * height; pixel++) {
    if ((rgba[pixel * 4 + 3] ?? 0) === 0) continue;
    first = Math.min(first, pixel % width);
    last = Math.max(last, pixel % width);
  }
  return last < 0 ? null : [first, last];
}

/** The image in a mirror. */
export function flipped({ width, height, rgba }: Pixels): Pixels {
  const turned = new Uint8ClampedArray(rgba.length);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const mirrored = pixel - (pixel % width) + width - 1 - (pixel % width);
    turned.set(rgba.subarray(pixel * 4, pixel * 4 + 4), mirrored * 4);
  }
  return { width, height, rgba: turned };
}
