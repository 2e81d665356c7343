import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Which of these ids are in any file of the folder: as decimal text, as an integer of 8 bytes (SQLite's own is
 * big-endian), or as SQLite's varint, which keys of tables and lengths are written as.
 */
export function traces(folder: string, userIds: readonly string[]): string[] {
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  return userIds.filter((id) => {
    const [big, little] = [Buffer.alloc(8), Buffer.alloc(8)];
    big.writeBigInt64BE(BigInt(id));
    little.writeBigInt64LE(BigInt(id));
    const forms = [Buffer.from(id), big, little, varint(BigInt(id))];
    // A few bytes alone are anywhere.
    return files.some((bytes) => forms.some((form) => form.length >= 6 && bytes.includes(form)));
  });
}

/** SQLite file format, "varint": seven bits a byte, the highest first; a ninth byte holds eight. */
export function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  if (value >= 1n << 56n) {
    bytes.unshift(Number(rest & 0xffn));
    rest >>= 8n;
  } else {
    bytes.unshift(Number(rest & 0x7fn));
    rest >>= 7n;
  }
  while (rest > 0n) {
    bytes.unshift(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return Buffer.from(bytes);
}
