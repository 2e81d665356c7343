import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scaleFromZero, scaleNear } from "../../src/render/scale.ts";

const STEPS = 4;
const amount = fc.double({ min: 0.01, max: 1e12, noNaN: true });

describe("the scale of amounts", () => {
  test.each([
    [[], true, { from: 0, step: 1 }],
    [[0, 0], true, { from: 0, step: 1 }],
    [[3], true, { from: 0, step: 1 }],
    [[5], true, { from: 0, step: 2 }],
    [[150, 20], true, { from: 0, step: 40 }],
    [[7_644], true, { from: 0, step: 2_000 }],
    [[0], false, { from: 0, step: 0.25 }],
    [[0.1], false, { from: 0, step: 0.025 }],
    [[113], false, { from: 0, step: 30 }],
    [[12, -8], true, { from: -12, step: 6 }],
    [[-40], true, { from: -40, step: 10 }],
    [[3, -1], true, { from: -1, step: 1 }],
  ])("of %j (counted: %s) is %j", (values, whole, scale) => {
    const { from, step } = scaleFromZero(values, STEPS, whole);
    expect(from).toBeCloseTo(scale.from, 10);
    expect(step).toBeCloseTo(scale.step, 10);
  });

  test("reaches every value, has zero as a line, and is whole for counts", () => {
    fc.assert(
      fc.property(amount, fc.oneof(fc.constant(0), amount), fc.boolean(), (up, down, whole) => {
        const values = whole ? [Math.ceil(up), -Math.ceil(down)] : [up, -down];
        const { from, step } = scaleFromZero(values, STEPS, whole);
        const slack = 1e-6 * step;
        for (const value of values) {
          expect(from - slack).toBeLessThanOrEqual(value);
          expect(from + STEPS * step + slack).toBeGreaterThanOrEqual(value);
        }
        expect(from / step).toBeCloseTo(Math.round(from / step), 6);
        if (whole) expect(Number.isInteger(step)).toBe(true);
      }),
    );
  });

  test("wastes less than half of the height", () => {
    fc.assert(
      fc.property(amount, fc.boolean(), (value, whole) => {
        const highest = whole ? Math.ceil(value) : value;
        fc.pre(!whole || highest >= 8);
        expect(scaleFromZero([highest], STEPS, whole).step * STEPS).toBeLessThanOrEqual(highest * 2);
      }),
    );
  });
});

describe("the scale of members", () => {
  test.each([
    [[1_204, 1_260], { from: 1_200, step: 15 }],
    [[1_204], { from: 1_202, step: 1 }],
    [[0], { from: 0, step: 1 }],
    [[1, 2], { from: 0, step: 1 }],
    [[10, 1_000_000], { from: 0, step: 250_000 }],
  ])("of %j is %j", (values, scale) => {
    expect(scaleNear(values, STEPS, true)).toEqual(scale);
  });

  test("shows a change, however small beside their number, in whole lines that are never below zero", () => {
    const members = fc.array(fc.integer({ min: 0, max: 2e9 }), { minLength: 1, maxLength: 30 });
    const steady = fc
      .tuple(fc.integer({ min: 0, max: 2e9 }), fc.integer({ min: 1, max: 100 }))
      .map(([from, change]) => [from, from + change]);
    fc.assert(
      fc.property(fc.oneof(members, steady), (values) => {
        const { from, step } = scaleNear(values, STEPS, true);
        const [low, high] = [Math.min(...values), Math.max(...values)];
        expect([Number.isInteger(from), Number.isInteger(step)]).toEqual([true, true]);
        expect(from).toBeGreaterThanOrEqual(0);
        expect(from).toBeLessThanOrEqual(low);
        expect(from + STEPS * step).toBeGreaterThanOrEqual(high);
        if (high - low >= STEPS) expect(step * STEPS).toBeLessThanOrEqual((high - low) * 3);
      }),
    );
  });
});
