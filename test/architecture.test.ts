import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { describe, expect, test } from "vitest";

const SRC = resolve(import.meta.dirname, "../src");

/** What each folder of src may import: the arrows of the design. Files at the top of src are their own rule. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  store: [],
  counting: ["store"],
  gateway: ["counting"],
  stats: ["counting", "store"],
  i18n: [],
  cards: ["stats", "i18n"],
  render: ["cards"],
  exports: ["store"],
  privacy: ["counting", "exports", "store"],
  posts: ["store"],
  commands: ["cards", "exports", "i18n", "posts", "privacy", "stats", "store"],
  red: ["store"],
  cli: ["red", "store", "guild-stats", "index", "logger"],
};
/** Small shared words of the domain, below every arrow. */
const FOUNDATION = [
  "errors",
  "clock",
  "cache-time",
  "metrics",
  "snowflake",
  "place-id",
  "voice-state",
  "theme-name",
  "period",
  "members-filter",
  "server-card",
  "visibility",
  "local-day",
  "silence",
];

/** Packages that only some folders may know, by name or by prefix. */
const CONFINED: Readonly<Record<string, readonly string[]>> = {
  "discord.js": ["gateway", "commands", "cli", "guild-stats"],
  "better-sqlite3": ["store"],
  pg: ["store"],
  "@napi-rs/canvas": ["render"],
  "chart.js": ["render"],
  "lossless-json": ["red"],
  "prom-client": ["prometheus"],
};

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.replaceAll(sep, "/"))
  .sort();

function areaOf(path: string): string {
  const [first = ""] = path.split("/");
  return first.replace(/\.ts$/, "");
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(([, target = ""]) => target);
}

describe("the arrows of the design", () => {
  test.each(files)("%s imports only what its layer may", (file) => {
    const area = areaOf(file);
    const isFolder = file.includes("/");
    if (isFolder) expect(Object.keys(MAY_IMPORT), `the folder ${area} has no rule`).toContain(area);
    for (const target of importsOf(file)) {
      if (target.startsWith(".")) {
        const imported = areaOf(relative(SRC, resolve(SRC, dirname(file), target)).replaceAll(sep, "/"));
        expect(imported, `${file} reaches out of src`).not.toBe("..");
        if (!isFolder || imported === area || FOUNDATION.includes(imported)) continue;
        expect(MAY_IMPORT[area], `${file} imports ${target}`).toContain(imported);
      } else {
        for (const [name, areas] of Object.entries(CONFINED)) {
          if (target === name || target.startsWith(`${name}/`))
            expect(areas, `${file} imports ${target}`).toContain(area);
        }
      }
    }
  });

  test.each(files.filter((file) => file !== "clock.ts"))("%s takes time from the clock", (file) => {
    const code = readFileSync(join(SRC, file), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    expect(code).not.toMatch(
      /\bDate\.now\b|\bset(?:Timeout|Interval|Immediate)\(|\bperformance\.now\b|\bmonitorEventLoopDelay\b|new Date\(\)/,
    );
  });

  test("no import leads in a circle", () => {
    const state = new Map<string, "open" | "done">();
    const visit = (file: string, path: readonly string[]): void => {
      if (state.get(file) === "done") return;
      expect(path, "circular import").not.toContain(file);
      for (const target of importsOf(file)) {
        if (target.startsWith("."))
          visit(relative(SRC, resolve(SRC, dirname(file), target)).replaceAll(sep, "/"), [...path, file]);
      }
      state.set(file, "done");
    };
    for (const file of files) visit(file, []);
  });
});
