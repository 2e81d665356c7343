import { type Canvas, createCanvas } from "@napi-rs/canvas";
import { seededRandom } from "../examples/demo/random.ts";

const LIGHTS = 14;
/** Levels of a channel by which neighbouring pixels differ, as a camera's do. */
const NOISE = 12;

/** A picture as hard to compress as a photograph: slopes of colour, lights on them, and noise. */
export function photograph(width: number, height: number, seed: number): Canvas {
  const random = seededRandom(seed);
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  const colour = (): string => `hsl(${Math.floor(random() * 360)} 60% ${Math.floor(25 + random() * 50)}%)`;
  const slope = context.createLinearGradient(0, 0, width, height);
  for (const stop of [0, 0.5, 1]) slope.addColorStop(stop, colour());
  context.fillStyle = slope;
  context.fillRect(0, 0, width, height);
  for (let light = 0; light < LIGHTS; light++) {
    const [x, y, radius] = [random() * width, random() * height, (0.05 + random() * 0.6) * height];
    const glow = context.createRadialGradient(x, y, 0, x, y, radius);
    glow.addColorStop(0, colour());
    glow.addColorStop(1, "rgba(0, 0, 0, 0)");
    context.fillStyle = glow;
    context.fillRect(0, 0, width, height);
  }
  const image = context.getImageData(0, 0, width, height);
  image.data.forEach((level, at) => {
    if (at % 4 !== 3) image.data[at] = level + (random() - 0.5) * NOISE;
  });
  context.putImageData(image, 0, 0);
  return canvas;
}
