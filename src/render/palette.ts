import type { ColourCounts } from "./colour-counts.ts";

/** At most 256 colours that stand for all of an image's. */
export interface Palette {
  /** R, G, B of each. */
  readonly rgb: Uint8Array;
  /** For each of the image's colours, the index of the one that stands for it. */
  readonly of: Uint8Array;
}

const PALETTE_SIZE = 256;
/** A colour that covers more than this share of an image is a surface or a bar, and stays what it is. */
const FLAT_SHARE = 1 / 2_000;
const MOST_FLAT = 64;
/** How much a difference in R, G and B is seen, roughly. */
const SEEN = [0.8, 1.2, 0.6] as const;
/** A colour farther than this from its stand-in (squared, as seen) looks for a nearer one. */
const FAR = 256;

/** Colours of a box in the RGB cube: `members[from]` to `members[to - 1]`. */
interface Box {
  readonly from: number;
  readonly to: number;
  /** Its mean colour. */
  readonly mean: readonly [r: number, g: number, b: number];
  /** The channel in which its colours differ most. */
  readonly widest: 0 | 1 | 2;
  /** How far its colours are from the mean, weighted and squared. */
  readonly error: number;
}

/**
 * The palette of an image: its own colours where 256 suffice, else its large flat ones and the means of boxes, cut
 * at the mean of their widest channel, the worst box first (median cut, Heckbert 1982, by variance).
 */
export function paletteOf({ colours, counts }: ColourCounts): Palette {
  const rgb = new Uint8Array(Math.min(colours.length, PALETTE_SIZE) * 3);
  const of = new Uint8Array(colours.length);
  const enter = (entry: number, colour: readonly number[]): void => rgb.set(colour, entry * 3);
  if (colours.length <= PALETTE_SIZE) {
    colours.forEach((colour, index) => {
      enter(index, channels(colour));
      of[index] = index;
    });
    return { rgb, of };
  }
  let pixels = 0;
  for (const count of counts) pixels += count;
  const flat: number[] = [];
  for (let index = 0; index < counts.length; index++) {
    if ((counts[index] ?? 0) > pixels * FLAT_SHARE) flat.push(index);
  }
  flat.sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0)).splice(MOST_FLAT);
  flat.forEach((index, entry) => {
    enter(entry, channels(colours[index] ?? 0));
    of[index] = entry;
  });
  const isFlat = new Set(flat);
  const members = new Int32Array(colours.length - flat.length);
  const weights = new Float64Array(colours.length);
  let length = 0;
  for (let index = 0; index < colours.length; index++) {
    if (isFlat.has(index)) continue;
    members[length++] = index;
    // By the root, or the many pixels of a photograph would take all colours from the few of an emoji.
    weights[index] = Math.sqrt(counts[index] ?? 0);
  }
  const boxes = cut(members, colours, weights, PALETTE_SIZE - flat.length);
  boxes.forEach(({ from, to, mean }, index) => {
    const entry = flat.length + index;
    enter(entry, mean.map(Math.round));
    for (let member = from; member < to; member++) of[members[member] ?? 0] = entry;
  });
  const entries = flat.length + boxes.length;
  for (const member of members) of[member] = nearer(colours[member] ?? 0, of[member] ?? 0, rgb, entries);
  return { rgb: rgb.subarray(0, entries * 3), of };
}

function cut(members: Int32Array, colours: Int32Array, weights: Float64Array, most: number): Box[] {
  const boxes = [measured(members, 0, members.length, colours, weights)];
  while (boxes.length < most) {
    const worst = boxes.reduce((least, box) => (box.error > least.error ? box : least));
    // The means of what is left are its colours.
    if (worst.error <= 0) break;
    const { from, to, mean, widest } = worst;
    const shift = widest * 8;
    let [low, high] = [from, to];
    while (low < high) {
      const member = members[low] ?? 0;
      if ((((colours[member] ?? 0) >> shift) & 0xff) <= mean[widest]) low++;
      else {
        high--;
        members[low] = members[high] ?? 0;
        members[high] = member;
      }
    }
    // A mean that rounding put at the box's edge leaves nothing to cut.
    const parts =
      low === from || low === to
        ? [{ ...worst, error: 0 }]
        : [measured(members, from, low, colours, weights), measured(members, low, to, colours, weights)];
    boxes.splice(boxes.indexOf(worst), 1, ...parts);
  }
  return boxes;
}

function measured(
  members: Int32Array,
  from: number,
  to: number,
  colours: Int32Array,
  weights: Float64Array,
): Box {
  let all = 0;
  let r = 0;
  let g = 0;
  let b = 0;
  let rr = 0;
  let gg = 0;
  let bb = 0;
  for (let at = from; at < to; at++) {
    const member = members[at] ?? 0;
    const weight = weights[member] ?? 0;
    const colour = colours[member] ?? 0;
    const red = colour & 0xff;
    const green = (colour >> 8) & 0xff;
    const blue = colour >> 16;
    all += weight;
    r += weight * red;
    g += weight * green;
    b += weight * blue;
    rr += weight * red * red;
    gg += weight * green * green;
    bb += weight * blue * blue;
  }
  const errors = [
    SEEN[0] * (rr - (r * r) / all),
    SEEN[1] * (gg - (g * g) / all),
    SEEN[2] * (bb - (b * b) / all),
  ] as const;
  const widest = errors[1] >= errors[0] && errors[1] >= errors[2] ? 1 : errors[0] >= errors[2] ? 0 : 2;
  const error = to - from > 1 ? errors[0] + errors[1] + errors[2] : 0;
  return { from, to, mean: [r / all, g / all, b / all], widest, error };
}

/** Where a rare colour was left in a box of others, the entry of another may be nearer. */
function nearer(colour: number, entry: number, rgb: Uint8Array, entries: number): number {
  let nearest = entry;
  let least = distance(colour, entry, rgb);
  if (least <= FAR) return entry;
  for (let candidate = 0; candidate < entries; candidate++) {
    const to = distance(colour, candidate, rgb);
    if (to >= least) continue;
    nearest = candidate;
    least = to;
  }
  return nearest;
}

function distance(colour: number, entry: number, rgb: Uint8Array): number {
  const r = (colour & 0xff) - (rgb[entry * 3] ?? 0);
  const g = ((colour >> 8) & 0xff) - (rgb[entry * 3 + 1] ?? 0);
  const b = (colour >> 16) - (rgb[entry * 3 + 2] ?? 0);
  return SEEN[0] * r * r + SEEN[1] * g * g + SEEN[2] * b * b;
}

function channels(colour: number): readonly [r: number, g: number, b: number] {
  return [colour & 0xff, (colour >> 8) & 0xff, colour >> 16];
}
