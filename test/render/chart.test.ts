import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stepFor } from "../../src/render/chart.ts";

describe("a scale's step", () => {
  test.each([
    [0, true, 1],
    [3, true, 1],
    [5, true, 2],
    [150, true, 40],
    [7_644, true, 2_000],
    [0, false, 0.25],
    [0.1, false, 0.025],
    [6, false, 1.5],
    [113, false, 30],
  ])("for %d (counted: %s) is %d", (highest, whole, step) => {
    expect(stepFor(highest, whole)).toBeCloseTo(step, 10);
  });

  test("reaches every value in four steps, wastes less than half of the height, and is whole for counts", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1e12, noNaN: true }), fc.boolean(), (value, whole) => {
        const highest = whole ? Math.ceil(value) : value;
        const step = stepFor(highest, whole);
        expect(step * 4).toBeGreaterThanOrEqual(highest * (1 - 1e-12));
        if (whole) expect(Number.isInteger(step)).toBe(true);
        if (!whole || highest >= 8) expect(step * 4).toBeLessThanOrEqual(highest * 2);
      }),
    );
  });
});
