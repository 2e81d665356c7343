import { copyFileSync } from "node:fs";
import { temporaryFolder } from "../test/support/temporary-folder.ts";
import { writeReferenceGuild } from "./reference-guild.ts";

const folder = temporaryFolder();
process.once("exit", () => folder[Symbol.dispose]());

let reference: Promise<string> | null = null;
let files = 0;

/** A path for a new file, gone when the bench ends. */
export function newFile(): string {
  return folder.file(`${++files}.db`);
}

/** A database of its own with the reference guild in it; written once a run, then copied. */
export async function referenceFile(): Promise<string> {
  reference ??= writeReference();
  const written = await reference;
  const copy = newFile();
  copyFileSync(written, copy);
  return copy;
}

async function writeReference(): Promise<string> {
  const file = newFile();
  console.error("writing the reference guild …");
  await writeReferenceGuild(file);
  return file;
}
