import { createCanvas, type Image } from "@napi-rs/canvas";

const SIZE = 32;
const HUES = 24;
/** Below these a pixel is grey, black or see-through, and has no hue worth the name. */
const LEAST_SATURATION = 0.25;
const LEAST_BRIGHTNESS = 0.18;
const LEAST_ALPHA = 128;
/** Of all pixels, as many have to be of the hue: a red dot on a grey icon does not make it a red one. */
const LEAST_SHARE = 0.04;

/** A picture's main colour, 0xRRGGBB: the middle of its most common hue; `null` for a picture in greys. */
export function mainColourOf(picture: Image): number | null {
  const canvas = createCanvas(SIZE, SIZE);
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0, SIZE, SIZE);
  const { data } = context.getImageData(0, 0, SIZE, SIZE);
  const bins = Array.from({ length: HUES }, () => ({ weight: 0, red: 0, green: 0, blue: 0, pixels: 0 }));
  for (let at = 0; at < data.length; at += 4) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = data.subarray(at, at + 4);
    const [low, high] = [Math.min(red, green, blue), Math.max(red, green, blue)];
    const saturation = high === 0 ? 0 : (high - low) / high;
    if (alpha < LEAST_ALPHA || saturation < LEAST_SATURATION || high / 255 < LEAST_BRIGHTNESS) continue;
    const bin = bins[Math.floor(hueOf(red, green, blue) * HUES) % HUES];
    if (bin === undefined) continue;
    bin.pixels++;
    // Of two hues as common, the stronger one is what people remember.
    const weight = saturation * (high / 255);
    bin.weight += weight;
    bin.red += red * weight;
    bin.green += green * weight;
    bin.blue += blue * weight;
  }
  const main = bins.reduce((most, bin) => (bin.weight > most.weight ? bin : most));
  if (main.pixels < SIZE * SIZE * LEAST_SHARE) return null;
  const channel = (sum: number): number => Math.round(sum / main.weight);
  return (channel(main.red) << 16) | (channel(main.green) << 8) | channel(main.blue);
}

/** In [0, 1): red, through green and blue, back to red. */
function hueOf(red: number, green: number, blue: number): number {
  const high = Math.max(red, green, blue);
  const range = high - Math.min(red, green, blue);
  if (range === 0) return 0;
  const sixth =
    high === red
      ? (green - blue) / range + 6
      : high === green
        ? (blue - red) / range + 2
        : (red - green) / range + 4;
  return (sixth / 6) % 1;
}
