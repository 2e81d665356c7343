import fc from "fast-check";
import { expect, test } from "vitest";
import { ReplayGuard } from "../../src/counting/replay-guard.ts";
import { SnowflakeDigits } from "../../src/snowflake.ts";

test("an id seen among the last 64 is known, and one never seen is new, whatever came between", () => {
  const digits = new SnowflakeDigits();
  const asDigits = (id: bigint): SnowflakeDigits => {
    digits.read(String(id));
    return digits;
  };
  // Nearly in order, as messages come, or not at all.
  const ids = fc.oneof(
    fc.array(fc.bigInt(1n, 320n), { maxLength: 600 }),
    fc
      .array(fc.bigInt(0n, 6n), { maxLength: 600 })
      .map((late) => late.map((by, at) => BigInt(at) + 10n - by)),
  );
  fc.assert(
    fc.property(ids, fc.constantFrom(0n, 10n ** 9n - 100n, 2n ** 32n * 10n ** 9n - 100n), (list, base) => {
      const guard = new ReplayGuard(64);
      const fresh: bigint[] = [];
      for (const id of list) {
        const isKnown = guard.knows(asDigits(base + id));
        expect(guard.isNew(asDigits(base + id))).toBe(!isKnown);
        if (fresh.slice(-64).includes(id)) expect(isKnown).toBe(true);
        if (!fresh.includes(id)) expect(isKnown).toBe(false);
        if (!isKnown) fresh.push(id);
      }
    }),
  );
});
