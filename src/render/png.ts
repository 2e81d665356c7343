import { promisify } from "node:util";
import { crc32, deflate } from "node:zlib";
import type { Canvas } from "@napi-rs/canvas";
import { ColourCounter } from "./colour-counts.ts";
import { paletteOf } from "./palette.ts";

const deflated = promisify(deflate);

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");
/** Eight bits a pixel that number a colour, the one compression, filtering and order that there are. */
const FORMAT = [8, 3, 0, 0, 0];

/** One for all images of this thread: each is done with before anything waits. */
const counter = new ColourCounter();

/** Larger than most cards: fewer ways to zlib's thread and back. */
const CHUNK_BYTES = 256 * 1024;

/** Of compressed images, to be written again: fresh memory costs more than to write it. */
const spareLines: Uint8Array[] = [];
const MOST_SPARE = 2;

/**
 * The PNG of a canvas, or of its top, that is opaque throughout, with at most 256 colours: exact where that is all it
 * has, otherwise with its large flat colours exact and the others near enough that nobody sees it. A pixel is one
 * byte, and has no filter: numbers of colours have no slopes to predict. The canvas is read before this returns.
 * @param height pixels from the top
 * @param level of zlib, 0 to 9; 6 makes files a fourteenth smaller for 3 to 5 ms more
 */
export async function encodePng(canvas: Canvas, height = canvas.height, level = 4): Promise<Buffer> {
  const { width } = canvas;
  const context = canvas.getContext("2d");
  const counted = counter.count({
    width,
    height,
    read: (from, until) => {
      const { data } = context.getImageData(0, from, width, until - from);
      return new Int32Array(data.buffer, data.byteOffset, data.length / 4);
    },
  });
  const { rgb, of } = paletteOf(counted);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set(FORMAT, 8);
  const size = (width + 1) * height;
  const spare = spareLines.pop();
  const lines = spare && spare.length >= size ? spare : new Uint8Array(size);
  writeLines(lines, counted.runs, of, width);
  const data = await deflated(lines.subarray(0, size), { level, chunkSize: CHUNK_BYTES });
  if (spareLines.length < MOST_SPARE) spareLines.push(lines);
  return Buffer.concat([
    SIGNATURE,
    ...chunk("IHDR", header),
    ...chunk("PLTE", rgb),
    ...chunk("IDAT", data),
    ...chunk("IEND", new Uint8Array(0)),
  ]);
}

/** Shorter runs are written faster than filled. */
const FILLED = 32;

/** Pixels as they are compressed: each line begins with its filter, none, which is 0. */
function writeLines(lines: Uint8Array, runs: Uint32Array, of: Uint8Array, width: number): void {
  let at = 0;
  let lineEnd = 0;
  for (let index = 0; index < runs.length; index++) {
    if (at === lineEnd) {
      lines[at++] = 0;
      lineEnd = at + width;
    }
    const run = runs[index] ?? 0;
    const entry = of[run >>> 16] ?? 0;
    const end = at + (run & 0xffff);
    if (end - at > FILLED) lines.fill(entry, at, end);
    else for (let pixel = at; pixel < end; pixel++) lines[pixel] = entry;
    at = end;
  }
}

/** Length, type, data, checksum (PNG specification, 5.3). */
function chunk(type: string, data: Uint8Array): readonly Uint8Array[] {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.byteLength, 0);
  head.write(type, 4, "latin1");
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(data, crc32(head.subarray(4))), 0);
  return [head, data, sum];
}
