// Uses the package that `pack.ts` unpacked as its users do: imports every entry, compiles that, and calls its command.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";

const PACKAGE = resolve(import.meta.dirname, "../.package/package");
const TSC = createRequire(import.meta.url).resolve("typescript/bin/tsc");

const names = z.record(z.string(), z.string()).default({});
const { name, exports, bin, dependencies, peerDependencies } = z
  .object({
    name: z.string(),
    exports: z.record(z.string(), z.union([z.string(), z.object({ types: z.string() })])),
    dependencies: names,
    peerDependencies: names,
    bin: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")));

function node(...args: readonly string[]): void {
  execFileSync(process.execPath, args, { cwd: PACKAGE, stdio: "inherit" });
}

/** The packages whose types a declaration file reads, itself or through others. */
function* packagesRead(file: string, seen = new Set<string>()): Generator<string> {
  if (seen.has(file)) return;
  seen.add(file);
  for (const [, target = ""] of readFileSync(file, "utf8").matchAll(/(?:from|import\() ?"([^"]+)"/g)) {
    if (target.startsWith("."))
      yield* packagesRead(join(dirname(file), target.replace(/\.[jt]s$/, ".d.ts")), seen);
    else if (!target.startsWith("node:")) yield target;
  }
}

// What a package here finds by its neighbours, a user's does not have.
for (const entry of Object.values(exports)) {
  if (typeof entry === "string") continue;
  for (const read of packagesRead(join(PACKAGE, entry.types))) {
    const types = existsSync(resolve(PACKAGE, "../../node_modules/@types", read)) ? `@types/${read}` : read;
    if (!(types in { ...dependencies, ...peerDependencies }))
      throw new Error(`${entry.types} reads types of ${types}, on which the package does not depend`);
  }
}

// From inside of a package its own name leads through its `exports`, as a user's import does.
const entries = Object.keys(exports).filter((entry) => !entry.endsWith(".json"));
const lines = entries.flatMap((entry, index) => {
  const imported = name + entry.slice(1);
  return [
    `import * as entry${index} from "${imported}";`,
    `console.log("${imported}:", Object.keys(entry${index}).join(", "));`,
  ];
});
writeFileSync(join(PACKAGE, "user.mjs"), lines.join("\n"));
node("user.mjs");
writeFileSync(join(PACKAGE, "user.mts"), lines.join("\n"));
const strict = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"];
const modern = ["--module", "nodenext", "--target", "es2023", "--lib", "es2023,esnext.disposable"];
// Libraries are not skipped: a declaration that only this repository can read would be an error at a user's.
node(TSC, "user.mts", "--noEmit", "--types", "node", "--skipLibCheck", "false", ...strict, ...modern);
for (const file of Object.values(bin)) node(file, "--help");
