import type { Image } from "@napi-rs/canvas";
import { LRUCache } from "lru-cache";
import { cacheTime } from "../cache-time.ts";
import type { Card } from "../cards/card.ts";
import { pictureUrls } from "../cards/picture-urls.ts";
import type { Clock } from "../clock.ts";
import { asError, GuildStatsError } from "../errors.ts";
import type { ImageMetrics } from "../metrics.ts";
import { DrawPool, type DrawPoolOptions } from "./draw-pool.ts";
import type { PictureFile } from "./painter.ts";
import { Pictures } from "./pictures.ts";

/** A card that lacks a picture is drawn again soon: the CDN may be back. */
const INCOMPLETE_TTL_MS = 30_000;

export interface RendererOptions {
  readonly clock: Clock;
  /** Milliseconds to wait for an avatar or icon. */
  readonly fetchTimeoutMs: number;
  /** Drawn cards to keep, 0 or more. */
  readonly cacheEntries: number;
  readonly cacheBytes: number;
  readonly cacheTtlMs: number;
  /** Whether a picture may be fetched from this address. */
  readonly allowImageUrl: (url: string) => boolean;
  /** Where cards are drawn; by default on one or two threads. */
  readonly drawing?: DrawPoolOptions;
}

/**
 * Cards as PNG bytes, behind a cache whose key is the whole card. A card is all that decides its pixels, so an
 * entry is never stale: when data changes, the card changes, and is another key.
 */
export class Renderer {
  readonly #pictures: Pictures;
  readonly #pool: DrawPool;
  readonly #serials = new WeakMap<Image, number>();
  readonly #cache: LRUCache<string, Buffer> | null;
  readonly #underWay = new Map<string, Promise<Buffer>>();
  readonly #ttlMs: number;
  #generation = 0;
  #draws = 0;
  #hits = 0;
  #joined = 0;
  #lastSerial = 0;

  constructor({
    clock,
    fetchTimeoutMs,
    cacheEntries,
    cacheBytes,
    cacheTtlMs,
    allowImageUrl,
    drawing,
  }: RendererOptions) {
    this.#pool = new DrawPool(drawing);
    this.#pictures = new Pictures(clock, fetchTimeoutMs, allowImageUrl);
    this.#ttlMs = cacheTtlMs;
    this.#cache =
      cacheEntries === 0
        ? null
        : new LRUCache({
            max: cacheEntries,
            maxSize: cacheBytes,
            // Both count: the picture, and the card that is its key (two bytes a character).
            sizeCalculation: (png, key) => png.byteLength + key.length * 2,
            ttl: cacheTtlMs,
            ...cacheTime(clock),
          });
  }

  /**
   * The card's PNG; equal cards that are asked for at the same time are drawn once.
   * @throws `RENDER_FAILED`, `RENDER_BUSY` when too many cards wait; a failure is not kept
   */
  render(card: Card): Promise<Buffer> {
    const key = JSON.stringify(card);
    const kept = this.#cache?.get(key);
    if (kept) {
      this.#hits++;
      return Promise.resolve(kept);
    }
    const underWay = this.#underWay.get(key);
    if (underWay) {
      this.#joined++;
      return underWay;
    }
    const drawing = this.#draw(card, key).finally(() => {
      if (this.#underWay.get(key) === drawing) this.#underWay.delete(key);
    });
    this.#underWay.set(key, drawing);
    return drawing;
  }

  /** Forgets all cards and pictures, those under way included; for when a user is erased. */
  clear(): void {
    this.#generation++;
    this.#cache?.clear();
    this.#underWay.clear();
    this.#pictures.clear();
    this.#pool.forget();
  }

  /** Forgets all, and ends the threads that draw; a card that is asked for later is drawn on the caller's. */
  async stop(): Promise<void> {
    this.clear();
    await this.#pool.stop();
  }

  metrics(): ImageMetrics {
    const { threads, drawnOnCaller } = this.#pool.metrics();
    return {
      draws: this.#draws,
      hits: this.#hits,
      joined: this.#joined,
      entries: this.#cache?.size ?? 0,
      bytes: this.#cache?.calculatedSize ?? 0,
      pictureFetches: this.#pictures.fetches,
      drawThreads: threads,
      drawnOnCaller,
    };
  }

  async #draw(card: Card, key: string): Promise<Buffer> {
    const generation = this.#generation;
    try {
      const { files, complete } = await this.#picturesOf(card);
      this.#draws++;
      const png = await this.#pool.paint(key, files);
      const ttl = complete ? this.#ttlMs : Math.min(this.#ttlMs, INCOMPLETE_TTL_MS);
      if (generation === this.#generation) this.#cache?.set(key, png, { ttl });
      return png;
    } catch (thrown) {
      if (thrown instanceof GuildStatsError && thrown.code === "RENDER_BUSY") throw thrown;
      throw new GuildStatsError("RENDER_FAILED", `a card could not be drawn: ${asError(thrown).message}`, {
        cause: thrown,
      });
    }
  }

  async #picturesOf(card: Card): Promise<{ files: readonly PictureFile[]; complete: boolean }> {
    const urls = pictureUrls(card);
    const files = await Promise.all(
      Array.from(urls, async (url) => {
        const image = await this.#pictures.get(url);
        return image ? [this.#fileOf(url, image)] : [];
      }),
    );
    const come = files.flat();
    return { files: come, complete: come.length === urls.size };
  }

  /** A picture as it was fetched: decoded, it belongs to this thread. */
  #fileOf(url: string, image: Image): PictureFile {
    let serial = this.#serials.get(image);
    if (serial === undefined) {
      serial = ++this.#lastSerial;
      this.#serials.set(image, serial);
    }
    return { url, serial, bytes: Buffer.from(image.src) };
  }
}
