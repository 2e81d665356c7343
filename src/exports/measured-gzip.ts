import { once } from "node:events";
import { constants, createGzip, type Gzip } from "node:zlib";

/** What is handed to zlib's thread at once. */
const CHUNK_BYTES = 65_536;

/**
 * The most that gzip makes of so many bytes: what cannot be compressed is stored, with 5 bytes a block of at most 16 kB
 * of text; and its own head, tail and flush.
 */
export function mostCompressedBytes(bytes: number): number {
  return bytes + 5 * Math.ceil(bytes / 16_000) + 64;
}

/** A gzip file in the making of which it is known how large it is, or at most can be. */
export class MeasuredGzip {
  readonly #gzip: Gzip = createGzip({ chunkSize: CHUNK_BYTES });
  readonly #chunks: Buffer[] = [];
  #knownBytes = 0;
  #unknownBytes = 0;
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  constructor() {
    this.#gzip.on("data", (chunk: Buffer) => {
      this.#chunks.push(chunk);
    });
    // Whoever writes is told by the callback; unheard, the event would end the process.
    this.#gzip.on("error", () => undefined);
  }

  /** Compressed bytes up to the last {@link measure}. */
  get knownBytes(): number {
    return this.#knownBytes;
  }

  /** Bytes that were written since then, as they are. */
  get unknownBytes(): number {
    return this.#unknownBytes;
  }

  async write(data: Buffer): Promise<void> {
    this.#pending.push(data);
    this.#pendingBytes += data.byteLength;
    this.#unknownBytes += data.byteLength;
    if (this.#pendingBytes >= CHUNK_BYTES) await this.#hand();
  }

  /** Has zlib give out all that it was given. */
  async measure(): Promise<void> {
    await this.#hand();
    await new Promise<void>((resolve) => this.#gzip.flush(constants.Z_SYNC_FLUSH, resolve));
    this.#knownBytes = this.#chunks.reduce((sum, { length }) => sum + length, 0);
    this.#unknownBytes = 0;
  }

  /** The whole file, with some last bytes. */
  async end(data: Buffer): Promise<readonly Buffer[]> {
    const ended = once(this.#gzip, "end");
    this.#gzip.end(Buffer.concat([...this.#pending, data]));
    await ended;
    return this.#chunks;
  }

  destroy(): void {
    this.#gzip.destroy();
  }

  async #hand(): Promise<void> {
    const data = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    await new Promise<void>((resolve, reject) =>
      this.#gzip.write(data, (error) => (error ? reject(error) : resolve())),
    );
  }
}
