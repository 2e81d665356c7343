import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Which of these ids are in any file of the folder: as decimal text, or as SQLite's 64-bit integer. */
export function traces(folder: string, userIds: readonly string[]): string[] {
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  return userIds.filter((id) => {
    const integer = Buffer.alloc(8);
    integer.writeBigInt64BE(BigInt(id));
    return files.some((bytes) => bytes.includes(integer) || bytes.includes(id));
  });
}
