// Packs what would be published as `.package/guildstats.tgz`, unpacks it beside that, and holds both to a size.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";

/**
 * Bytes of the packed file. It has 0.81 MB, more than a quarter of which are sixteen languages of 14 kB each. There is room
 * for some more languages, and none for what does not belong: source maps (0.8 MB), pictures, fonts, tests.
 */
const MOST_PACKED_BYTES = 900_000;
/** Bytes on the user's disk, beside the 64 MB of fonts. */
const MOST_UNPACKED_BYTES = 3_300_000;

// Inside of the repository, so that the unpacked package finds what it depends on.
const FOLDER = resolve(import.meta.dirname, "../.package");
const TARBALL = join(FOLDER, "guildstats.tgz");

const npm = z.string({ error: "start this by npm run package" }).parse(process.env["npm_execpath"]);

function checkSize(what: string, bytes: number, mostBytes: number): void {
  console.log(`${what}: ${bytes.toLocaleString("en")} of at most ${mostBytes.toLocaleString("en")} bytes`);
  if (bytes > mostBytes) throw new Error(`the ${what} package is larger than its budget`);
}

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER);
execFileSync(process.execPath, [npm, "pack", "--silent", "--pack-destination", FOLDER], { stdio: "inherit" });
const [packed] = readdirSync(FOLDER);
if (packed === undefined) throw new Error("npm packed nothing");
renameSync(join(FOLDER, packed), TARBALL);
// A name without the folder: tar takes what stands before a colon, as in C:, for another machine.
execFileSync("tar", ["-xzf", "guildstats.tgz"], { cwd: FOLDER, stdio: "inherit" });

checkSize("packed", statSync(TARBALL).size, MOST_PACKED_BYTES);
const entries = readdirSync(join(FOLDER, "package"), { recursive: true, withFileTypes: true });
const files = entries.filter((entry) => entry.isFile());
const sizes = files.map(({ parentPath, name }) => statSync(join(parentPath, name)).size);
checkSize(
  "unpacked",
  sizes.reduce((sum, bytes) => sum + bytes, 0),
  MOST_UNPACKED_BYTES,
);
