import { type Clock, Pace } from "../clock.ts";
import { GuildStatsError } from "../errors.ts";
import { closing, extended, nextFile, type Piece, UNWRITTEN, type Written } from "./document.ts";
import { MeasuredGzip, mostCompressedBytes } from "./measured-gzip.ts";

/** A file of an export. */
export interface ExportFile {
  /** With its extension, and `.gz` behind it where it had to be compressed. */
  readonly name: string;
  readonly data: Buffer;
}

export interface ExportFilesOptions {
  /** Without extension. */
  readonly name: string;
  readonly extension: "csv" | "json";
  /** Most bytes of one file. */
  readonly maxFileBytes: number;
  /** Default: as many as it takes. */
  readonly maxFiles?: number;
}

/**
 * Packs a stream of records into files: one as it is, if it fits; else compressed; else several compressed ones, each
 * a document of its own. Memory holds the text of one plain file at most, and the compressed ones, all of it outside of
 * the heap, where it would keep garbage collections busy. Compression runs beside the event loop, all else in slices.
 */
export class ExportFiles {
  readonly #options: ExportFilesOptions;
  readonly #pace: Pace;
  #written: Written = UNWRITTEN;
  /** The text, as long as it fits one file as it is. */
  #plain: Buffer[] | null = [];
  #plainBytes = 0;
  #gzip: MeasuredGzip | null = null;
  readonly #packed: Buffer[] = [];

  constructor(clock: Clock, options: ExportFilesOptions) {
    this.#options = options;
    this.#pace = new Pace(clock);
  }

  /** @throws `EXPORT_TOO_LARGE` when it takes too many files, or a record fits none */
  async add(piece: Piece): Promise<void> {
    await this.#pace.turnIfDue();
    if (this.#plain !== null && !this.#fits(piece)) await this.#compress(this.#plain);
    if (this.#plain === null) return await this.#pack(piece);
    const data = this.#extend(piece);
    this.#plain.push(data);
    this.#plainBytes += data.byteLength;
  }

  /** All files, in order. */
  async finish(): Promise<readonly ExportFile[]> {
    const { name, extension } = this.#options;
    if (this.#plain !== null) {
      const data = await this.#joined([...this.#plain, Buffer.from(closing(this.#written))]);
      return [{ name: `${name}.${extension}`, data }];
    }
    await this.#seal();
    return this.#packed.map((data, index) => ({
      name: `${name}${this.#packed.length > 1 ? `-${index + 1}` : ""}.${extension}.gz`,
      data,
    }));
  }

  /** Frees what zlib holds of an export that is given up. */
  [Symbol.dispose](): void {
    this.#gzip?.destroy();
  }

  /** Whether a piece surely fits the file: also if nothing of what is not compressed yet can be compressed. */
  #fits(piece: Piece): boolean {
    const [text, written] = extended(this.#written, piece);
    const unknownBytes = this.#gzip?.unknownBytes ?? this.#plainBytes;
    const bytes = unknownBytes + Buffer.byteLength(text) + Buffer.byteLength(closing(written));
    return (this.#gzip?.knownBytes ?? 0) + mostCompressedBytes(bytes) <= this.#options.maxFileBytes;
  }

  #extend(piece: Piece): Buffer {
    const [text, written] = extended(this.#written, piece);
    this.#written = written;
    return Buffer.from(text);
  }

  async #compress(plain: readonly Buffer[]): Promise<void> {
    this.#plain = null;
    this.#plainBytes = 0;
    this.#gzip = new MeasuredGzip();
    for (const data of plain) {
      await this.#pace.turnIfDue();
      await this.#gzip.write(data);
    }
  }

  async #pack(piece: Piece): Promise<void> {
    const { maxFileBytes, maxFiles = Number.POSITIVE_INFINITY } = this.#options;
    // What is in a file is mostly much less than it could be, but that has to be asked for.
    if (!this.#fits(piece)) await this.#gzip?.measure();
    if (!this.#fits(piece)) await this.#seal();
    if (!this.#fits(piece)) {
      const { within, records } = piece;
      if (records.length < 2) throw tooLarge(`a record does not fit ${maxFileBytes} bytes`);
      const middle = records.length >> 1;
      await this.#pack({ within, records: records.slice(0, middle) });
      await this.#pack({ within, records: records.slice(middle) });
      return;
    }
    if (this.#packed.length >= maxFiles) throw tooLarge(`it does not fit ${maxFiles} files`);
    this.#gzip ??= new MeasuredGzip();
    await this.#gzip.write(this.#extend(piece));
  }

  async #seal(): Promise<void> {
    if (this.#gzip === null) return;
    const chunks = await this.#gzip.end(Buffer.from(closing(this.#written)));
    this.#gzip = null;
    this.#written = nextFile(this.#written);
    this.#packed.push(await this.#joined(chunks));
  }

  async #joined(chunks: readonly Buffer[]): Promise<Buffer> {
    // Neither cleared nor filled in one piece: either takes long for a large file.
    const data = Buffer.allocUnsafeSlow(chunks.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const chunk of chunks) {
      await this.#pace.turnIfDue();
      at += chunk.copy(data, at);
    }
    return data;
  }
}

function tooLarge(why: string): GuildStatsError {
  return new GuildStatsError("EXPORT_TOO_LARGE", `the export is too large: ${why}`);
}
