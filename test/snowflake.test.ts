import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DISCORD_EPOCH_MS, isSnowflake, SnowflakeDigits, snowflakeMs } from "../src/snowflake.ts";

describe("snowflakes", () => {
  const ids = fc.bigInt(1n, 2n ** 63n - 1n);

  test("the instant is exact to the last bit before the next millisecond", () => {
    const parts = fc.tuple(
      fc.bigInt(0n, 2n ** 40n - 1n),
      fc.oneof(fc.bigInt(0n, 2n ** 22n - 1n), fc.constantFrom(0n, 2n ** 22n - 1n)),
    );
    fc.assert(
      fc.property(parts, ([ms, serial]) => {
        expect(snowflakeMs(String((ms << 22n) | serial))).toBe(Number(ms) + DISCORD_EPOCH_MS);
      }),
      { numRuns: 2_000 },
    );
  });

  test("are read digit by digit without a loss, at every size", () => {
    const digits = new SnowflakeDigits();
    fc.assert(
      fc.property(ids, (id) => {
        expect(digits.read(String(id))).toBe(true);
        expect(BigInt(digits.high) * 1_000_000_000n + BigInt(digits.low)).toBe(id);
        expect(SnowflakeDigits.textOf(digits.high, digits.low)).toBe(String(id));
      }),
      { numRuns: 2_000 },
    );
  });

  test("two have the same words only if they are the same, also when 2^32 lies between their halves", () => {
    const wordsOf = (id: bigint): readonly [number, number] => {
      const digits = new SnowflakeDigits();
      digits.read(String(id));
      return [digits.upper, digits.lower];
    };
    const far = fc.constantFrom(0n, 1n, 2n ** 32n, 10n ** 9n, 2n ** 32n * 10n ** 9n, 2n ** 33n * 10n ** 9n);
    fc.assert(
      fc.property(ids, far, (id, distance) => {
        const other = (id + distance) % 10n ** 19n;
        const [upper, lower] = wordsOf(id);
        expect([upper, lower]).toEqual([upper | 0, lower | 0]);
        const isSame = upper === wordsOf(other)[0] && lower === wordsOf(other)[1];
        expect(isSame).toBe(id === other);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(["", "0:Chess", "12a", "12345678901234567890", "-1", "1.5"])("%j is not read as one", (text) =>
    expect(new SnowflakeDigits().read(text)).toBe(false),
  );

  test.each(["", "0", "-1", "1.5", "abc", "99999999999999999999", "9223372036854775808", 5, null])(
    "%j is none",
    (value) => expect(isSnowflake(value)).toBe(false),
  );

  test("the largest that fits a signed 64-bit column is one", () => {
    expect(isSnowflake("9223372036854775807")).toBe(true);
  });
});
