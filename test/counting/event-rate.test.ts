import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventRate } from "../../src/counting/event-rate.ts";
import { ManualClock } from "../support/manual-clock.ts";

describe("the rate of events", () => {
  test("is that of the last 60 seconds, to 15 events, however unevenly they come and however long nobody asks", () => {
    const steps = fc.array(fc.record({ waitMs: fc.nat(90_000), events: fc.nat(20) }), { maxLength: 40 });
    fc.assert(
      fc.property(steps, (happenings) => {
        const clock = new ManualClock();
        const rate = new EventRate(clock);
        const seconds: number[] = [];
        for (const { waitMs, events } of happenings) {
          clock.pass(waitMs);
          for (let event = 0; event < events; event++) {
            rate.mark();
            seconds.push(Math.floor(clock.elapsedMs() / 1_000));
          }
        }
        const now = Math.floor(clock.elapsedMs() / 1_000);
        const recent = seconds.filter((second) => second > now - 60).length;
        const told = rate.perSecond() * Math.min(60, now + 1);
        expect(told).toBeGreaterThan(recent - 1e-6);
        expect(told).toBeLessThan(recent + 15 + 1e-6);
        expect(rate.total).toBe(seconds.length);
      }),
    );
  });
});
