import fc from "fast-check";
import { expect, test } from "vitest";
import {
  LIFETIME,
  LONG,
  MESSAGES,
  PERIOD_COUNT,
  RollingSums,
  VOICE_MS,
} from "../../src/counting/rolling-sums.ts";

const METRICS = [MESSAGES, VOICE_MS] as const;

const added = fc.record({
  entity: fc.nat(40),
  from: fc.nat(LIFETIME),
  until: fc.integer({ min: 1, max: PERIOD_COUNT }),
  metric: fc.constantFrom(...METRICS),
  amount: fc.integer({ min: 1, max: 3 }),
  /** Whether it is taken away again later. */
  leaves: fc.boolean(),
});

/** What the plain way makes of it: by period, metric and entity. */
function plain(all: readonly (typeof added extends fc.Arbitrary<infer A> ? A : never)[], periods: number[]) {
  return periods.map((period) =>
    METRICS.map((metric) => {
      const values = new Array<number>(41).fill(0);
      for (const one of all)
        if (one.metric === metric && one.from <= period && period < one.until && !one.leaves)
          values[one.entity] = (values[one.entity] ?? 0) + one.amount;
      return { values, holders: values.filter((value) => value > 0).length };
    }),
  );
}

function told(sums: RollingSums, periods: number[]) {
  return periods.map((period) =>
    METRICS.map((metric) => ({
      values: Array.from({ length: 41 }, (_, entity) => sums.value(entity, period, metric)),
      holders: sums.holders(period, metric),
    })),
  );
}

function filled(all: readonly Parameters<typeof plain>[0][number][], keepsDays: boolean): RollingSums {
  const sums = new RollingSums(keepsDays);
  for (const { entity, from, until, metric, amount } of all) sums.add(entity, from, until, metric, amount);
  for (const { entity, from, until, metric, amount, leaves } of all)
    if (leaves) sums.add(entity, from, until, metric, -amount);
  return sums;
}

test("sums and how many have any are those of a plain recount, whatever comes and goes", () => {
  const byHour = [...Array(LONG).keys(), LIFETIME];
  fc.assert(
    fc.property(fc.array(added), (all) => {
      expect(told(filled(all, false), byHour)).toEqual(plain(all, byHour));
      const every = [...Array(PERIOD_COUNT).keys()];
      expect(told(filled(all, true), every)).toEqual(plain(all, every));
    }),
  );
});

test("windows of days are the longest one of hours with what was before, until they are let go of", () => {
  fc.assert(
    fc.property(fc.array(added), fc.array(added), fc.array(added), (hours, days, later) => {
      const sums = filled(hours, false);
      sums.lengthen(filled(days, true));
      const windows = [LONG, LONG + 1];
      const asDays = hours
        .filter(({ from, until }) => from < LONG && until >= LONG)
        .map((one) => ({ ...one, from: LONG, until: LIFETIME }));
      expect(told(sums, windows)).toEqual(plain([...asDays, ...days], windows));
      for (const { entity, from, until, metric, amount } of later)
        sums.add(entity, from, until, metric, amount);
      const stayed = later.map((one) => ({ ...one, leaves: false }));
      expect(told(sums, windows)).toEqual(plain([...asDays, ...days, ...stayed], windows));
      sums.shorten();
      expect(told(sums, windows)).toEqual(plain([], windows));
    }),
  );
});
