/** The colours of an image, each once. Colours are 0xBBGGRR. */
export interface ColourCounts {
  readonly colours: Int32Array;
  /** Pixels of each. */
  readonly counts: Int32Array;
  /** Of each pixel, the index of its colour. */
  readonly pixels: Uint16Array;
}

const MOST_COLOURS = 1 << 16;
const SLOTS = 2 * MOST_COLOURS;
const SLOT_BITS = 17;
/** 2^32 by the golden ratio: spreads neighbouring colours over the table (Fibonacci hashing). */
const SPREAD = 0x9e3779b1;
/** Bits of a channel that are looked at; five make at most 2^15 colours. */
const PRECISIONS = [8, 7, 6, 5] as const;

/**
 * Counts colours exactly, or, where there are more than 65,536 of them, without their last bits, which nobody sees
 * in a picture that is so noisy.
 * @param rgba opaque pixels as bytes R, G, B, A; read as little-endian words
 */
export function countColours(rgba: Uint32Array): ColourCounts {
  for (const precision of PRECISIONS) {
    const counted = countWith(rgba, ((0xff << (8 - precision)) & 0xff) * 0x010101);
    if (counted) return counted;
  }
  throw new Error("more colours than their bits can make");
}

function countWith(rgba: Uint32Array, mask: number): ColourCounts | null {
  const colours = new Int32Array(MOST_COLOURS);
  const counts = new Int32Array(MOST_COLOURS);
  const pixels = new Uint16Array(rgba.length);
  // Indices of colours, plus 1: 0 is an empty slot.
  const slots = new Int32Array(SLOTS);
  let length = 0;
  let colour = -1;
  let index = -1;
  let since = 0;
  for (let pixel = 0; pixel < rgba.length; pixel++) {
    const next = (rgba[pixel] ?? 0) & mask;
    // Most pixels are as the one before.
    if (next !== colour) {
      if (index >= 0) counts[index] = (counts[index] ?? 0) + pixel - since;
      since = pixel;
      colour = next;
      let slot = Math.imul(colour, SPREAD) >>> (32 - SLOT_BITS);
      index = (slots[slot] ?? 0) - 1;
      while (index >= 0 && colours[index] !== colour) {
        slot = (slot + 1) & (SLOTS - 1);
        index = (slots[slot] ?? 0) - 1;
      }
      if (index < 0) {
        if (length === MOST_COLOURS) return null;
        index = length++;
        slots[slot] = index + 1;
        colours[index] = colour;
      }
    }
    pixels[pixel] = index;
  }
  if (index >= 0) counts[index] = (counts[index] ?? 0) + rgba.length - since;
  return { colours: colours.subarray(0, length), counts: counts.subarray(0, length), pixels };
}
