import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";
import { tablesOfWoff } from "./woff.ts";

// What a package says of its files is what a browser may ask them for. What they have is less: the character map in
// the file tells. Drawing to find out would not do, as the canvas looks for missing glyphs in the machine's own fonts.

const WOFF2 = "wOF2";
/** A WOFF2 file numbers the usual tables: these three matter to read it. */
const CMAP = 0;
const [GLYF, LOCA] = [10, 11];
const NAMED = 63;

const known = new Map<string, ReadonlySet<number>>();

/** The code points that a `.woff` or `.woff2` file has a glyph for; each file is read once. */
export function charactersIn(path: string): ReadonlySet<number> {
  const found = known.get(path);
  if (found) return found;
  const file = readFileSync(path);
  const characters = charactersOf(
    file.toString("latin1", 0, 4) === WOFF2
      ? characterMapOfWoff2(file)
      : (tablesOfWoff(file)
          .find(({ tag }) => tag === "cmap")
          ?.read() ?? Buffer.alloc(4)),
  );
  known.set(path, characters);
  return characters;
}

function characterMapOfWoff2(file: Buffer): Buffer {
  let at = 48;
  const number = (): number => {
    let value = 0;
    for (;;) {
      const byte = file.readUInt8(at++);
      value = value * 128 + (byte & 127);
      if (byte < 128) return value;
    }
  };
  let [offset, map] = [0, { from: 0, to: 4 }];
  for (let left = file.readUInt16BE(12); left > 0; left--) {
    const flags = file.readUInt8(at++);
    const [table, version] = [flags & 63, flags >> 6];
    if (table === NAMED) at += 4;
    const length = number();
    // Outlines are stored rewritten unless their version is 3; other tables only if they have a version.
    const isRewritten = table === GLYF || table === LOCA ? version !== 3 : version !== 0;
    const stored = isRewritten ? number() : length;
    if (table === CMAP) map = { from: offset, to: offset + stored };
    offset += stored;
  }
  const tables = brotliDecompressSync(file.subarray(at, at + file.readUInt32BE(20)));
  return tables.subarray(map.from, map.to);
}

/** Formats 4 (up to U+FFFF) and 12 (all planes) are those that fonts for the web have. */
function charactersOf(map: Buffer): Set<number> {
  const characters = new Set<number>();
  for (let table = map.readUInt16BE(2); table > 0; table--) {
    const start = map.readUInt32BE(table * 8);
    const format = map.readUInt16BE(start);
    if (format === 12) addGroups(map.subarray(start), characters);
    if (format === 4) addSegments(map.subarray(start), characters);
  }
  return characters;
}

function addGroups(table: Buffer, characters: Set<number>): void {
  for (let group = table.readUInt32BE(12); group > 0; group--) {
    const at = 4 + group * 12;
    const last = table.readUInt32BE(at + 4);
    for (let point = table.readUInt32BE(at); point <= last; point++) characters.add(point);
  }
}

function addSegments(table: Buffer, characters: Set<number>): void {
  const size = table.readUInt16BE(6);
  for (let at = 14; at < 14 + size; at += 2) {
    const [last, first] = [table.readUInt16BE(at), table.readUInt16BE(at + size + 2)];
    const delta = table.readUInt16BE(at + 2 * size + 2);
    const offsetAt = at + 3 * size + 2;
    const offset = table.readUInt16BE(offsetAt);
    for (let point = first; point <= last && point < 0xffff; point++) {
      const glyph =
        offset === 0 ? (point + delta) & 0xffff : table.readUInt16BE(offsetAt + offset + (point - first) * 2);
      if (glyph !== 0) characters.add(point);
    }
  }
}
