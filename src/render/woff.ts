import { inflateSync } from "node:zlib";

/** A table of a font file. */
export interface FontTable {
  /** Four letters. */
  readonly tag: string;
  /** Its bytes, unpacked. */
  read(): Buffer;
}

/** The tables of a `.woff` file, in the order of their tags. */
export function tablesOfWoff(file: Buffer): FontTable[] {
  return Array.from({ length: file.readUInt16BE(12) }, (_, index) => {
    const entry = 44 + index * 20;
    return {
      tag: file.toString("latin1", entry, entry + 4),
      read: () => {
        const offset = file.readUInt32BE(entry + 4);
        const stored = file.subarray(offset, offset + file.readUInt32BE(entry + 8));
        return stored.length < file.readUInt32BE(entry + 12) ? inflateSync(stored) : stored;
      },
    };
  });
}

/**
 * A font file without packing, of these tables.
 * @param flavour the first four bytes, which say what kind of outlines it has
 */
export function plainFont(
  flavour: Buffer,
  tables: readonly { readonly tag: string; readonly bytes: Buffer }[],
): Buffer {
  const head = Buffer.alloc(12 + tables.length * 16);
  flavour.copy(head);
  head.writeUInt16BE(tables.length, 4);
  const parts: Buffer[] = [head];
  let offset = head.length;
  tables.forEach(({ tag, bytes }, index) => {
    const entry = 12 + index * 16;
    head.write(tag, entry, "latin1");
    head.writeUInt32BE(offset, entry + 8);
    head.writeUInt32BE(bytes.length, entry + 12);
    const padding = -bytes.length & 3;
    parts.push(bytes, Buffer.alloc(padding));
    offset += bytes.length + padding;
  });
  return Buffer.concat(parts);
}
