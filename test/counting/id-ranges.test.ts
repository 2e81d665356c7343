import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type IdRange, isEmpty, uncovered } from "../../src/counting/id-ranges.ts";
import { isOlder } from "../../src/snowflake.ts";

/** Ids of one and of two digits: their order is not that of text. */
const id = fc.integer({ min: 0, max: 25 });
const range = fc.tuple(id, id).map(([from, until]) => ({ fromId: String(from), untilId: String(until) }));

function idsIn({ fromId, untilId }: IdRange): number[] {
  const ids: number[] = [];
  for (let each = Number(fromId); each < Number(untilId); each++) ids.push(each);
  return ids;
}

describe("what is left of a range", () => {
  test("holds each id that was asked for and is not covered, once, newest gap first", () => {
    fc.assert(
      fc.property(range, fc.array(range, { maxLength: 6 }), (requested, covered) => {
        const gaps = uncovered(requested, covered);
        const done = new Set(covered.flatMap(idsIn));
        const expected = idsIn(requested).filter((each) => !done.has(each));
        expect(gaps.flatMap(idsIn).sort((a, b) => a - b)).toEqual(expected);
        for (const [index, gap] of gaps.entries()) {
          expect(isEmpty(gap)).toBe(false);
          const next = gaps[index + 1];
          // Two gaps never touch: something covered lies between.
          if (next) expect(isOlder(next.untilId, gap.fromId)).toBe(true);
        }
      }),
    );
  });

  test("is nothing once everything is covered, in whatever pieces", () => {
    expect(
      uncovered({ fromId: "5", untilId: "20" }, [
        { fromId: "12", untilId: "100" },
        { fromId: "1", untilId: "8" },
        { fromId: "8", untilId: "12" },
      ]),
    ).toEqual([]);
  });
});
