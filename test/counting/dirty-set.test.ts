import fc from "fast-check";
import { expect, test } from "vitest";
import { DirtySet } from "../../src/counting/dirty-set.ts";

const additions = fc.array(
  fc.record({
    hour: fc.integer({ min: 500_000, max: 500_002 }),
    place: fc.nat(4),
    member: fc.nat(30),
    state: fc.constantFrom(0, 5),
    messages: fc.nat(3),
    durationMs: fc.constantFrom(0, 0, 60_000),
  }),
  { maxLength: 60 },
);
/** Some counting, then some rows passed on; `null`: as many as there are. */
const steps = fc.array(fc.tuple(additions, fc.option(fc.integer({ min: 1, max: 20 }))), { maxLength: 12 });

/** Sums by cell, those without anything left out. */
class Sums {
  readonly cells = new Map<string, [messages: number, durationMs: number]>();

  readonly add: DirtySet["add"] = (hour, place, member, state, messages, durationMs) => {
    const key = [hour, place, member, state].join(" ");
    const [before, beforeMs] = this.cells.get(key) ?? [0, 0];
    if (before + messages + beforeMs + durationMs > 0)
      this.cells.set(key, [before + messages, beforeMs + durationMs]);
  };
}

test("what is passed on, in whatever slices and whatever is counted between them, is what was counted, once", () => {
  fc.assert(
    fc.property(steps, fc.option(fc.nat(50), { nil: undefined }), (happenings, expectedRows) => {
      const dirty = new DirtySet(expectedRows);
      const counted = new Sums();
      const passedOn = new Sums();
      for (const [list, most] of happenings) {
        for (const { hour, place, member, state, messages, durationMs } of list) {
          dirty.add(hour, place, member, state, messages, durationMs);
          counted.add(hour, place, member, state, messages, durationMs);
        }
        if (most !== null) {
          expect(dirty.passOn(passedOn.add, most)).toBeLessThanOrEqual(most);
          continue;
        }
        while (dirty.isBehind) dirty.passOn(passedOn.add, 7);
        expect(passedOn.cells).toEqual(counted.cells);
      }
      while (dirty.isBehind) dirty.passOn(passedOn.add, Number.POSITIVE_INFINITY);
      expect(passedOn.cells).toEqual(counted.cells);
      const rows = new Sums();
      const { hour, place, member, state, messages, durationMs } = dirty.rows();
      for (let row = 0; row < hour.length; row++) {
        rows.add(
          hour[row] ?? 0,
          place[row] ?? 0,
          member[row] ?? 0,
          state[row] ?? 0,
          messages[row] ?? 0,
          durationMs[row] ?? 0,
        );
      }
      expect(rows.cells).toEqual(counted.cells);
    }),
  );
});
