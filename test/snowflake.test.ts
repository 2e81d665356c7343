import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DISCORD_EPOCH_MS, isSnowflake, snowflakeMs, snowflakeSerial } from "../src/snowflake.ts";

describe("snowflakes", () => {
  test("instant and serial are exact at every size, to the last bit before the next millisecond", () => {
    const parts = fc.tuple(
      fc.bigInt(0n, 2n ** 40n - 1n),
      fc.oneof(fc.bigInt(0n, 2n ** 22n - 1n), fc.constantFrom(0n, 2n ** 22n - 1n)),
    );
    fc.assert(
      fc.property(parts, ([ms, serial]) => {
        const id = String((ms << 22n) | serial);
        expect(snowflakeMs(id)).toBe(Number(ms) + DISCORD_EPOCH_MS);
        expect(snowflakeSerial(id)).toBe(Number(serial));
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(["", "0", "-1", "1.5", "abc", "99999999999999999999", "9223372036854775808", 5, null])(
    "%j is none",
    (value) => expect(isSnowflake(value)).toBe(false),
  );

  test("the largest that fits a signed 64-bit column is one", () => {
    expect(isSnowflake("9223372036854775807")).toBe(true);
  });
});
