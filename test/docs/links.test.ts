import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const BOOK = ["README.md", "PRIVACY.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"];
for (const folder of ["docs", "examples"]) {
  for (const file of readdirSync(join(ROOT, folder)))
    if (file.endsWith(".md")) BOOK.push(`${folder}/${file}`);
}

function textOf(file: string): string {
  // What is in a block of code is no link.
  return readFileSync(join(ROOT, file), "utf8").replace(/^```[\s\S]*?^```/gm, "");
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(file: string): string[] {
  return [...textOf(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

const links = BOOK.flatMap((file) =>
  [...textOf(file).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]): [string, string] => [file, target])
    .filter(([, target]) => !/^https?:/.test(target)),
);

test.each(links)("%s leads to %s", (file, target) => {
  const [path = "", anchor] = target.split("#");
  const led = path === "" ? file : join(dirname(file), path);
  expect(existsSync(join(ROOT, led)), `${led} does not exist`).toBe(true);
  if (anchor !== undefined) expect(anchorsOf(led)).toContain(anchor);
});

test("the book's index leads to every page of it", () => {
  const index = textOf("docs/README.md");
  const pages = readdirSync(join(ROOT, "docs")).filter(
    (file) => file.endsWith(".md") && file !== "README.md",
  );
  expect(pages.filter((page) => !index.includes(`](${page})`))).toEqual([]);
});
