// `npm run package`: packs what would be published, and checks the packed file as its users get it.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";

/**
 * Bytes of the packed file. It has 0.67 MB, a third of which are sixteen languages of 14 kB each. There is room for one
 * more store and some languages, and none for what does not belong: source maps (0.8 MB), pictures, fonts, tests.
 */
const MOST_PACKED_BYTES = 800_000;
/** Bytes on the user's disk, beside the 64 MB of fonts. */
const MOST_UNPACKED_BYTES = 3_000_000;

// Inside of the repository, so that the unpacked package finds what it depends on.
const FOLDER = resolve(import.meta.dirname, "../.package");
const PACKAGE = join(FOLDER, "package");

const npm = z.string({ error: "start this by npm run package" }).parse(process.env["npm_execpath"]);

function run(command: string, ...args: readonly string[]): void {
  execFileSync(command, args, { stdio: "inherit" });
}

function tool(name: string, ...args: readonly string[]): void {
  run(process.execPath, npm, "exec", "--no", "--", name, ...args);
}

function pack(): string {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER);
  run(process.execPath, npm, "pack", "--silent", "--pack-destination", FOLDER);
  const [file] = readdirSync(FOLDER);
  if (file === undefined) throw new Error("npm packed nothing");
  // A name without the folder: tar takes what stands before a colon, as in C:, for another machine.
  execFileSync("tar", ["-xzf", file], { cwd: FOLDER, stdio: "inherit" });
  return join(FOLDER, file);
}

function checkSize(tarball: string): void {
  const files = readdirSync(PACKAGE, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  const sizes = [
    { what: "packed", is: statSync(tarball).size, most: MOST_PACKED_BYTES },
    { what: "unpacked", is: bytes, most: MOST_UNPACKED_BYTES },
  ];
  for (const { what, is, most } of sizes) {
    console.log(`${what}: ${is.toLocaleString("en")} of at most ${most.toLocaleString("en")} bytes`);
    if (is > most) throw new Error(`the ${what} package is larger than its budget`);
  }
  console.log(`${files.length} files`);
}

/** From inside the package its own name leads through its own `exports`, as a user's import does. */
function checkImports(): void {
  const manifest = z
    .object({
      name: z.string(),
      exports: z.record(z.string(), z.unknown()),
      bin: z.record(z.string(), z.string()),
    })
    .parse(JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")));
  const entries = Object.keys(manifest.exports)
    .filter((entry) => !entry.endsWith(".json"))
    .map((entry) => manifest.name + entry.slice(1));
  const importing = entries.map((entry, index) => `import * as entry${index} from "${entry}";`);
  const counting = entries.map(
    (entry, index) => `console.log("${entry}:", Object.keys(entry${index}).join(", "));`,
  );
  writeFileSync(join(PACKAGE, "user.ts"), [...importing, ...counting, ""].join("\n"));
  tool("tsx", join(PACKAGE, "user.ts"));
  // Not skipLibCheck: a type that only this repository's own dependencies explain would be an error at a user's.
  const strict = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--noEmit"];
  const like = [
    "--module",
    "nodenext",
    "--target",
    "es2023",
    "--lib",
    "es2023,esnext.disposable",
    "--types",
    "node",
  ];
  tool("tsc", ...strict, ...like, "--skipLibCheck", "false", join(PACKAGE, "user.ts"));
  for (const file of Object.values(manifest.bin)) run(process.execPath, join(PACKAGE, file), "--help");
}

const tarball = pack();
tool("publint", "run", tarball, "--strict");
tool("attw", tarball, "--profile", "esm-only");
checkImports();
checkSize(tarball);
