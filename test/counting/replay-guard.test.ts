import fc from "fast-check";
import { expect, test } from "vitest";
import { ReplayGuard } from "../../src/counting/replay-guard.ts";

test("an id seen among the last 64 is known, and one never seen is new, whatever came between", () => {
  const ids = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(7)), { maxLength: 600 });
  fc.assert(
    fc.property(ids, (list) => {
      const guard = new ReplayGuard(64);
      const fresh: string[] = [];
      for (const [ms, serial] of list) {
        const id = `${ms} ${serial}`;
        const isNew = guard.isNew(ms, serial);
        if (fresh.slice(-64).includes(id)) expect(isNew).toBe(false);
        if (!fresh.includes(id)) expect(isNew).toBe(true);
        if (isNew) fresh.push(id);
      }
    }),
  );
});
