import { createHash } from "node:crypto";
import { storable } from "../text.ts";
import type { CopySide } from "./copy-side.ts";
import { type CopyRow, type Section, type SectionName, sectionOf } from "./sections.ts";

/**
 * Sections of few rows, of which one changes with whatever a store writes: batches change their writer; roll-ups, merges
 * and purges their server's `rewrites`; the rest is itself among them. Only an erasure may change none of them, and
 * then {@link LESS_BY_ERASURES}.
 */
const TELLING: readonly SectionName[] = [
  "secret",
  "instant",
  "opt_out",
  "erasure_wish",
  "guild",
  "ignored",
  "post",
  "red_opt_out",
  "red_import",
  "writer",
];

/** Sections of which an erasure takes rows; whatever adds some is told by the others. */
const LESS_BY_ERASURES: readonly SectionName[] = ["member", "red_lifetime"];

/**
 * A digest of what tells that a database was written, and all that was chosen in it: a source with another mark has
 * changed, and a whole copy has the source's. It does not depend on the engine, nor on the order of rows.
 */
export async function markOf(side: CopySide, pageRows: number): Promise<string> {
  const mark = Buffer.alloc(32);
  // Nothing comes twice, so that none takes another's mark away.
  const add = (...told: readonly unknown[]): void => {
    const digest = createHash("sha256").update(JSON.stringify(told)).digest();
    for (let at = 0; at < mark.length; at++) mark[at] = (mark[at] ?? 0) ^ (digest[at] ?? 0);
  };
  for (const section of TELLING.map(sectionOf)) {
    for await (const page of pages(side, section, null, pageRows)) {
      for (const row of page) {
        const values = row.map((value) => (typeof value === "string" ? storable(value) : value));
        add(section.name, values);
      }
    }
  }
  for (const section of LESS_BY_ERASURES.map(sectionOf)) add(section.name, (await side.totals(section)).rows);
  return mark.toString("hex");
}

/** All rows of a section behind a key, a page at a time. */
export async function* pages(
  side: CopySide,
  section: Section,
  from: CopyRow | null,
  pageRows: number,
): AsyncGenerator<readonly CopyRow[], void, void> {
  for (let after = from; ; ) {
    const page = await side.page(section, after, pageRows);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    if (page.length < pageRows) return;
    after = last.slice(0, section.keyLength);
  }
}
