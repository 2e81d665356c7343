import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changeOf } from "../../src/cards/change.ts";
import { Words } from "../../src/cards/words.ts";

const words = new Words("en");
const amount = fc.oneof(fc.nat(50), fc.nat(), fc.maxSafeNat());
const amountAbove0 = amount.map((value) => value + 1);

describe("a change", () => {
  test.each([
    [112, 100, "up", "12%", "up 12%"],
    [88, 100, "down", "12%", "down 12%"],
    [100, 100, "same", "unchanged", "unchanged"],
    [1_001, 1_000, "same", "unchanged", "unchanged"],
    [5, 0, "up", "new", "new"],
    [0, 5, "down", "100%", "down 100%"],
    [1, 1_000, "down", "99%", "down 99%"],
    [99, 10, "up", "890%", "up 890%"],
    [100, 10, "up", "×10", "10 times as much as before"],
    [1_234_567_890, 1, "up", "×1.2B", "1.2B times as much as before"],
  ])("from what was to what is: %d after %d is %s", (now, before, direction, text, spoken) => {
    expect(changeOf(now, before, words)).toEqual({ direction, text, spoken, isJudged: true });
  });

  test("is none where nothing is known, or nothing happened", () => {
    fc.assert(fc.property(amount, (now) => changeOf(now, null, words) === null));
    expect(changeOf(0, 0, words)).toBeNull();
  });

  test("goes the way that the figures go, and says how far unless it is nothing to speak of", () => {
    fc.assert(
      fc.property(amount, amount, (now, before) => {
        fc.pre(now > 0 || before > 0);
        const change = changeOf(now, before, words);
        expect(change).not.toBeNull();
        if (change?.direction === "up") expect(now).toBeGreaterThan(before);
        else if (change?.direction === "down") expect(now).toBeLessThan(before);
        else expect(Math.abs(now - before)).toBeLessThanOrEqual(before / 200);
        expect(change?.text).not.toBe("");
      }),
    );
  });

  test("is never without a number, of nothing, or signed", () => {
    for (const locale of ["en", "de", "tr", "ar"]) {
      fc.assert(
        fc.property(amountAbove0, amountAbove0, (now, before) => {
          const change = changeOf(now, before, new Words(locale));
          for (const text of [change?.text ?? "", change?.spoken ?? ""]) {
            expect(text).not.toMatch(/NaN|Infinity|undefined|[-−+]\d/);
            expect(text).not.toMatch(/(?:^|\D)0\s?%/);
          }
        }),
      );
    }
  });

  test("is a fall to nothing only when nothing is left", () => {
    fc.assert(
      fc.property(amountAbove0, amountAbove0, (now, before) => {
        fc.pre(now < before);
        expect(changeOf(now, before, words)?.text).not.toBe("100%");
      }),
    );
  });
});
