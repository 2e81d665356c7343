import { type Image, loadImage } from "@napi-rs/canvas";
import { LRUCache } from "lru-cache";
import { cacheTime } from "../cache-time.ts";
import type { Clock } from "../clock.ts";

/** The largest file that is taken for an avatar or icon; Discord's at 128 px are below 100 kB. */
const MAX_BYTES = 2 * 1024 * 1024;
/** How many decoded pictures are kept: at 128 px, 64 kB each. */
const MAX_PICTURES = 500;
const PICTURE_TTL_MS = 3_600_000;
/** A picture that failed is not asked for again so soon: a dead CDN must not cost its timeout at every card. */
const FAILED_TTL_MS = 60_000;

type Picture = { readonly image: Image | null };

/** Avatars and icons, fetched once each. A picture that cannot be had is `null`, and is drawn otherwise. */
export class Pictures {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #allow: (url: string) => boolean;
  readonly #kept: LRUCache<string, Picture>;
  readonly #underWay = new Map<string, Promise<Image | null>>();
  #fetches = 0;
  /** Goes up when all is forgotten. */
  #generation = 0;

  constructor(clock: Clock, timeoutMs: number, allow: (url: string) => boolean) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#allow = allow;
    this.#kept = new LRUCache({ max: MAX_PICTURES, ttl: PICTURE_TTL_MS, ...cacheTime(clock) });
  }

  get fetches(): number {
    return this.#fetches;
  }

  /** The picture at an address, or `null` after the timeout at the latest; never rejects. */
  get(url: string): Promise<Image | null> {
    const kept = this.#kept.get(url);
    if (kept) return Promise.resolve(kept.image);
    if (!this.#allow(url)) return Promise.resolve(null);
    let underWay = this.#underWay.get(url);
    if (underWay === undefined) {
      const generation = this.#generation;
      underWay = this.#fetch(url)
        .catch(() => null)
        .then((image) => {
          const ttl = image ? PICTURE_TTL_MS : FAILED_TTL_MS;
          if (generation === this.#generation) this.#kept.set(url, { image }, { ttl });
          return image;
        })
        .finally(() => {
          if (generation === this.#generation) this.#underWay.delete(url);
        });
      this.#underWay.set(url, underWay);
    }
    return underWay;
  }

  /** Forgets all; what is under way is shown to who waits for it, and not kept. */
  clear(): void {
    this.#generation++;
    this.#kept.clear();
    this.#underWay.clear();
  }

  async #fetch(url: string): Promise<Image> {
    this.#fetches++;
    const abort = new AbortController();
    const timer = this.#clock.after(this.#timeoutMs, () => abort.abort());
    try {
      const response = await fetch(url, { signal: abort.signal, redirect: "error" });
      if (!response.ok || response.body === null) throw new Error(`answered ${response.status}`);
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of response.body) {
        size += chunk.byteLength;
        if (size > MAX_BYTES) throw new Error(`larger than ${MAX_BYTES} bytes`);
        chunks.push(chunk);
      }
      return await loadImage(Buffer.concat(chunks));
    } finally {
      timer.cancel();
      abort.abort();
    }
  }
}
