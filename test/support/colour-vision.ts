import { channelsOf } from "../../src/render/colour.ts";

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

/**
 * What people with each kind of colour blindness see, on linear RGB, at severity 1.0: Machado, Oliveira and Fernandes,
 * "A Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE TVCG 15 (6), 2009, table 1.
 */
export const VISIONS: Readonly<Record<"full" | "protanopia" | "deuteranopia" | "tritanopia", Matrix>> = {
  full: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** How different two colours look with a vision: their distance in OKLab, 0 to about 1; 0.02 can just be seen. */
export function difference(a: string, b: string, vision: Matrix): number {
  const [one, other] = [a, b].map((colour) => oklab(seen(linear(colour), vision)));
  if (one === undefined || other === undefined) return 0;
  return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
}

function linear(colour: string): Triple {
  const decode = (channel: number): number => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  const [red, green, blue] = channelsOf(colour);
  return [decode(red), decode(green), decode(blue)];
}

function seen(colour: Triple, vision: Matrix): Triple {
  const inGamut = (value: number): number => Math.min(1, Math.max(0, value));
  return [
    inGamut(product(vision[0], colour)),
    inGamut(product(vision[1], colour)),
    inGamut(product(vision[2], colour)),
  ];
}

/** Björn Ottosson, "A perceptual color space for image processing", 2020. */
function oklab(colour: Triple): Triple {
  const cones: Triple = [
    Math.cbrt(product([0.4122214708, 0.5363325363, 0.0514459929], colour)),
    Math.cbrt(product([0.2119034982, 0.6806995451, 0.1073969566], colour)),
    Math.cbrt(product([0.0883024619, 0.2817188376, 0.6299787005], colour)),
  ];
  return [
    product([0.2104542553, 0.793617785, -0.0040720468], cones),
    product([1.9779984951, -2.428592205, 0.4505937099], cones),
    product([0.0259040371, 0.7827717662, -0.808675766], cones),
  ];
}

function product(row: Triple, column: Triple): number {
  return row[0] * column[0] + row[1] * column[1] + row[2] * column[2];
}
