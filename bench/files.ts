import { copyFileSync } from "node:fs";
import { temporaryFolder } from "../test/support/temporary-folder.ts";
import { writeReferenceGuild } from "./reference-guild.ts";
import { LARGE, OLD, writeSeededGuild } from "./seeded-guild.ts";

const folder = temporaryFolder();
process.once("exit", () => folder[Symbol.dispose]());

const written = new Map<string, Promise<string>>();
let files = 0;

/** A path for a new file, gone when the bench ends. */
export function newFile(): string {
  return folder.file(`${++files}.db`);
}

/** A database of its own with the reference guild in it; written once a run, then copied. */
export async function referenceFile(): Promise<string> {
  return await copyOf("reference", writeReferenceGuild);
}

/** The same, with the large guild. */
export async function largeFile(): Promise<string> {
  return await copyOf("large", (file) => writeSeededGuild(file, LARGE));
}

/** The same, with the old guild. */
export async function oldFile(): Promise<string> {
  return await copyOf("old", (file) => writeSeededGuild(file, OLD));
}

async function copyOf(name: string, write: (file: string) => Promise<void>): Promise<string> {
  let first = written.get(name);
  if (first === undefined) {
    console.error(`writing the ${name} guild …`);
    const file = newFile();
    first = write(file).then(() => file);
    written.set(name, first);
  }
  const copy = newFile();
  copyFileSync(await first, copy);
  return copy;
}
