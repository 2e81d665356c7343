import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { neighbours, rankOf, span } from "../../src/stats/ranking.ts";

/** Few values among many candidates, so that most are ties; ids of several lengths, in no order. */
const candidates = fc
  .array(fc.tuple(fc.nat(12), fc.bigInt({ min: 1n, max: 10n ** 18n })), { maxLength: 60 })
  .map((list) => {
    const unique = [...new Map(list.map(([value, id]) => [String(id), value]))];
    return {
      ids: unique.map(([id]) => id),
      scores: Float64Array.from(unique, ([, value]) => value),
    };
  });
type Candidates = typeof candidates extends fc.Arbitrary<infer C> ? C : never;

/** The whole ranking, the plain way. */
function ranking({ ids, scores }: Candidates) {
  const all = ids
    .map((id, index) => ({ id, value: scores[index] ?? 0 }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value || (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
  const total = all.reduce((sum, { value }) => sum + value, 0);
  return {
    total,
    entries: all.map(({ id, value }) => ({
      id,
      value,
      place: all.findIndex((other) => other.value === value) + 1,
      share: value / total,
    })),
  };
}

describe("a ranking", () => {
  test("in parts is the whole ranking, everyone exactly once", () => {
    fc.assert(
      fc.property(candidates, fc.integer({ min: 1, max: 11 }), (all, length) => {
        const { entries, total } = ranking(all);
        const parts = [];
        for (let from = 0; from <= entries.length; from += length)
          parts.push(...span(all, from, length, total));
        expect(parts).toEqual(entries);
      }),
      { numRuns: 500 },
    );
  });

  test("around a candidate is the part around its line, and begins with its rank where nobody is above", () => {
    fc.assert(
      fc.property(candidates, fc.integer({ min: 1, max: 3 }), (all, reach) => {
        const { entries, total } = ranking(all);
        for (const [index, id] of all.ids.entries()) {
          const at = entries.findIndex((entry) => entry.id === id);
          const expected = at === -1 ? [] : entries.slice(Math.max(0, at - reach), at + reach + 1);
          expect(neighbours(all, index, reach, total)).toEqual(expected);
          const place = entries[at]?.place;
          expect(rankOf(all, index)).toEqual(place === undefined ? null : { place, of: entries.length });
        }
      }),
      { numRuns: 500 },
    );
  });
});
