import { type Canvas, createCanvas, type Image, loadImage } from "@napi-rs/canvas";
import { LRUCache } from "lru-cache";
import type { Card } from "../cards/card.ts";
import { drawOnto } from "./draw.ts";
import { layoutOf, WIDTH } from "./layout.ts";
import { encodePng } from "./png.ts";

/** A fetched picture on its way between threads. */
export interface PictureFile {
  readonly url: string;
  /** Differs between files, those of one address included. */
  readonly serial: number;
  readonly bytes: Uint8Array;
}

/** Pictures that are kept decoded; one of 128 by 128 pixels takes 64 kB. */
const DECODED_BYTES = 16 * 1024 * 1024;

/** Draws cards on the thread that it lives on. */
export class Painter {
  readonly #decoded = new LRUCache<number, Image>({
    maxSize: DECODED_BYTES,
    sizeCalculation: ({ width, height }) => Math.max(1, width * height * 4),
  });

  /**
   * As high as the highest card so far. A new canvas for each card would have V8 collect garbage after each of them,
   * and the host find it five megabytes of memory: together as long as drawing takes.
   */
  #sheet: Canvas | null = null;

  /** A card as a PNG. @param key the card as JSON */
  async paint(key: string, files: readonly PictureFile[]): Promise<Buffer> {
    // As this very version wrote it.
    const card = JSON.parse(key) as Card;
    const pictures = new Map<string, Image>();
    await Promise.all(
      files.map(async (file) => {
        pictures.set(file.url, await this.#decode(file));
      }),
    );
    const layout = layoutOf(card);
    const kept = this.#sheet;
    const sheet = kept && kept.height >= layout.height ? kept : createCanvas(WIDTH, layout.height);
    // Kept again once it is drawn: what a drawing that failed left of its state, nobody knows.
    this.#sheet = null;
    drawOnto(sheet, card, layout, pictures);
    // It is read before this waits for anything.
    const png = encodePng(sheet, layout.height);
    this.#sheet = sheet;
    return await png;
  }

  /** Lets decoded pictures go, and what was drawn last. */
  forget(): void {
    this.#decoded.clear();
    this.#sheet = null;
  }

  async #decode({ serial, bytes }: PictureFile): Promise<Image> {
    const kept = this.#decoded.get(serial);
    if (kept) return kept;
    const image = await loadImage(bytes);
    this.#decoded.set(serial, image);
    return image;
  }
}
