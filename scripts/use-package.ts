// Uses the package that `pack.ts` unpacked as its users do: imports every entry, compiles that, and calls its command.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { z } from "zod";

const PACKAGE = resolve(import.meta.dirname, "../.package/package");
const TSC = createRequire(import.meta.url).resolve("typescript/bin/tsc");

const { name, exports, bin } = z
  .object({
    name: z.string(),
    exports: z.record(z.string(), z.unknown()),
    bin: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")));

function node(...args: readonly string[]): void {
  execFileSync(process.execPath, args, { cwd: PACKAGE, stdio: "inherit" });
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
