/** The colours of an image, each once. Colours are 0xBBGGRR. */
export interface ColourCounts {
  readonly colours: Int32Array;
  /** Pixels of each. */
  readonly counts: Int32Array;
  /** The image, line by line: a colour's index in the upper 16 bits, and how many pixels side by side have it. */
  readonly runs: Uint32Array;
}

/** An image that is read a strip at a time. */
export interface Pixels {
  /** Of a line, at most 65,535; no run goes beyond it. */
  readonly width: number;
  readonly height: number;
  /** Whole lines, `[from, until)`: opaque pixels as bytes R, G, B, A, read as little-endian words. */
  read(from: number, until: number): Int32Array;
}

const MOST_COLOURS = 1 << 16;
const SLOTS = 2 * MOST_COLOURS;
const SLOT_BITS = 17;
/** 2^32 by the golden ratio: spreads neighbouring colours over the table (Fibonacci hashing). */
const SPREAD = 0x9e3779b1;
/** Bits of a channel that are looked at; five make at most 2^15 colours. */
const PRECISIONS = [8, 7, 6, 5] as const;
const STRIP_LINES = 64;

/**
 * Counts colours exactly, or, where there are more than 65,536 of them, without their last bits, which nobody sees
 * in a picture that is so noisy. Its memory is used again: new megabytes for each image would have V8 collect garbage
 * all the time.
 */
export class ColourCounter {
  readonly #colours = new Int32Array(MOST_COLOURS);
  readonly #counts = new Int32Array(MOST_COLOURS);
  /** Indices of colours, plus 1: 0 is an empty slot. */
  readonly #slots = new Int32Array(SLOTS);
  #runs = new Uint32Array(0);

  /** The colours of an image; what it gives holds until the next image is counted. */
  count(pixels: Pixels): ColourCounts {
    // As many as there are pixels, at most; memory that is never written is never taken.
    const most = pixels.width * pixels.height;
    if (this.#runs.length < most) this.#runs = new Uint32Array(most);
    for (const precision of PRECISIONS) {
      const counted = this.#countWith(pixels, ((0xff << (8 - precision)) & 0xff) * 0x010101);
      if (counted) return counted;
    }
    throw new Error("more colours than their bits can make");
  }

  #countWith({ width, height, read }: Pixels, mask: number): ColourCounts | null {
    const colours = this.#colours;
    const counts = this.#counts.fill(0);
    const slots = this.#slots.fill(0);
    const runs = this.#runs;
    let found = 0;
    let made = 0;
    for (let line = 0; line < height; line += STRIP_LINES) {
      const strip = read(line, Math.min(line + STRIP_LINES, height));
      let pixel = 0;
      for (let lineEnd = width; lineEnd <= strip.length; lineEnd += width) {
        while (pixel < lineEnd) {
          const start = pixel;
          const word = strip[pixel++] ?? 0;
          while (pixel < lineEnd && strip[pixel] === word) pixel++;
          const colour = word & mask;
          let slot = Math.imul(colour, SPREAD) >>> (32 - SLOT_BITS);
          let index = (slots[slot] ?? 0) - 1;
          while (index >= 0 && colours[index] !== colour) {
            slot = (slot + 1) & (SLOTS - 1);
            index = (slots[slot] ?? 0) - 1;
          }
          if (index < 0) {
            if (found === MOST_COLOURS) return null;
            index = found++;
            slots[slot] = index + 1;
            colours[index] = colour;
          }
          counts[index] = (counts[index] ?? 0) + pixel - start;
          runs[made++] = (index << 16) | (pixel - start);
        }
      }
    }
    return {
      colours: colours.subarray(0, found),
      counts: counts.subarray(0, found),
      runs: runs.subarray(0, made),
    };
  }
}
