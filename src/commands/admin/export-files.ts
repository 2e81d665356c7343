import { once } from "node:events";
import { constants, createGzip, type Gzip } from "node:zlib";
import type { ExportFile } from "../../privacy/export-files.ts";

/** What a file of an export begins and ends with, and what stands between two pieces. */
export interface ExportFormat {
  /** Without its point. */
  readonly extension: "csv" | "json";
  head(part: number): string;
  readonly separator: string;
  readonly tail: string;
}

/** As many files as Discord takes in one message. */
export const MOST_FILES = 10;

/**
 * Packs an export into files that Discord takes: one as it is, if it fits; else compressed; else several compressed
 * ones, each of which can be read without the others. Memory holds one plain file at most, and the compressed ones.
 */
export class ExportFiles {
  readonly #name: string;
  readonly #format: ExportFormat;
  readonly #limitBytes: number;
  /** `null`: it does not fit as it is. */
  #plain: Buffer[] | null = [];
  #plainBytes = 0;
  readonly #packed: Buffer[] = [];
  #gzip: Gzip | null = null;
  #chunks: Buffer[] = [];
  #packedBytes = 0;

  /** @param limitBytes most bytes of one file */
  constructor(name: string, format: ExportFormat, limitBytes: number) {
    this.#name = name;
    this.#format = format;
    this.#limitBytes = limitBytes;
  }

  /** Adds whole records. @returns `false` when the export is larger than {@link MOST_FILES} files */
  async add(piece: string): Promise<boolean> {
    // Compressed it is no larger than as it is, but for some bytes of framing.
    const most = Buffer.byteLength(piece) + FRAMING_BYTES;
    if (this.#gzip !== null && this.#packedBytes + most > this.#limitBytes) await this.#seal();
    if (this.#packed.length >= MOST_FILES || most > this.#limitBytes) return false;
    const text =
      (this.#gzip === null ? this.#format.head(this.#packed.length + 1) : this.#format.separator) + piece;
    await this.#write(text);
    const bytes = Buffer.from(text);
    this.#plain?.push(bytes);
    this.#plainBytes += bytes.length;
    if (this.#plainBytes + this.#format.tail.length > this.#limitBytes) this.#plain = null;
    return true;
  }

  /** All files, in order; one without records when none were added. */
  async finish(): Promise<readonly ExportFile[]> {
    const { extension, head, tail } = this.#format;
    if (this.#gzip === null && this.#packed.length === 0) this.#plain = [Buffer.from(head(1))];
    if (this.#plain !== null) {
      this.#gzip?.destroy();
      return [
        { name: `${this.#name}.${extension}`, data: Buffer.concat([...this.#plain, Buffer.from(tail)]) },
      ];
    }
    if (this.#gzip !== null) await this.#seal();
    return this.#packed.map((data, index) => ({
      name: `${this.#name}${this.#packed.length > 1 ? `-${index + 1}` : ""}.${extension}.gz`,
      data,
    }));
  }

  async #write(text: string): Promise<void> {
    if (this.#gzip === null) {
      this.#gzip = createGzip();
      this.#gzip.on("data", (chunk: Buffer) => {
        this.#chunks.push(chunk);
        this.#packedBytes += chunk.length;
      });
    }
    const gzip = this.#gzip;
    gzip.write(text);
    // So that it is known how large it has become.
    await new Promise<void>((resolve) => gzip.flush(constants.Z_SYNC_FLUSH, resolve));
  }

  async #seal(): Promise<void> {
    const gzip = this.#gzip;
    if (gzip === null) return;
    const ended = once(gzip, "end");
    gzip.end(this.#format.tail);
    await ended;
    this.#packed.push(Buffer.concat(this.#chunks));
    this.#gzip = null;
    this.#chunks = [];
    this.#packedBytes = 0;
  }
}

/** Of a head, a tail, and of what zlib adds to what cannot be compressed. */
const FRAMING_BYTES = 4_096;
