import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PlaceInterner } from "../../src/counting/interner.ts";
import { SnowflakeDigits } from "../../src/snowflake.ts";

const number = fc.bigInt(1n, 2n ** 63n - 1n).map(String);
const near = fc.bigInt(0n, 40n).map((by) => String(1_480_000_000_000_000_000n + by * 2n ** 32n));
const id = fc.oneof(
  number,
  near,
  fc.string({ maxLength: 5 }).map((name) => `0:${name}`),
);

describe("interned ids", () => {
  test("each has its own number, in order of first use, whether it is a number or a name", () => {
    fc.assert(
      fc.property(fc.array(id, { maxLength: 300 }), (list) => {
        const interner = new PlaceInterner();
        const known: string[] = [];
        for (const text of list) {
          const expected = known.indexOf(text);
          expect(interner.find(text)).toBe(expected === -1 ? undefined : expected);
          if (expected === -1) known.push(text);
          expect(interner.internPlace(text, null)).toBe(known.indexOf(text));
        }
        expect(interner.ids).toEqual(known);
      }),
    );
  });

  test("a place knows the first and the newest of its messages, in whatever order they came", () => {
    const digits = new SnowflakeDigits();
    fc.assert(
      fc.property(fc.array(fc.oneof(number, near), { minLength: 1, maxLength: 20 }), (messages) => {
        const places = new PlaceInterner();
        const place = places.internPlace("5", null);
        expect(places.describe(place)).toMatchObject({ newestMessageId: null, firstMessageId: null });
        for (const message of messages) {
          digits.read(message);
          places.sawMessage(place, digits);
        }
        const sorted = messages.map(BigInt).sort((a, b) => (a < b ? -1 : 1));
        expect(places.describe(place)).toMatchObject({
          firstMessageId: String(sorted[0]),
          newestMessageId: String(sorted.at(-1)),
        });
      }),
    );
  });
});
