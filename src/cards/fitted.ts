import { shortened } from "./shortened.ts";
import type { Section } from "./spoken.ts";

/** The most places that any list has. */
export function longestList(sections: readonly Section[]): number {
  return Math.max(0, ...sections.map(({ kind, lines }) => (kind === "places" ? lines.length : 0)));
}

/**
 * The first text within a bound; the last one, cut, when none is.
 * @param bound in UTF-16 units
 * @param texts at least one, the best first; made as they are asked for
 */
export function fitted(bound: number, texts: Iterable<string>): string {
  let last = "";
  for (const text of texts) {
    if (text.length <= bound) return text;
    last = text;
  }
  return shortened(last, bound);
}
