import { type Image, loadImage } from "@napi-rs/canvas";
import { LRUCache } from "lru-cache";
import type { Card } from "../cards/card.ts";
import { draw } from "./draw.ts";
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
    return await encodePng(draw(card, pictures));
  }

  /** Lets decoded pictures go. */
  forget(): void {
    this.#decoded.clear();
  }

  async #decode({ serial, bytes }: PictureFile): Promise<Image> {
    const kept = this.#decoded.get(serial);
    if (kept) return kept;
    const image = await loadImage(bytes);
    this.#decoded.set(serial, image);
    return image;
  }
}
