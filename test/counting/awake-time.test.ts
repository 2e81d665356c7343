import fc from "fast-check";
import { expect, test } from "vitest";
import { AwakeTime } from "../../src/counting/awake-time.ts";
import { ManualClock } from "../support/manual-clock.ts";

const START_MS = Date.UTC(2026, 2, 15);

/** A process that stood still so often, each time behind a time awake. */
async function lived(stretches: readonly { readonly awakeMs: number; readonly asleepMs: number }[]) {
  const clock = new ManualClock(START_MS);
  const awake = new AwakeTime(clock, () => clock.nowMs());
  awake.start();
  for (const { awakeMs, asleepMs } of stretches) {
    await clock.advance(awakeMs);
    clock.pass(asleepMs);
    await clock.advance(0);
  }
  await clock.advance(1_000);
  return awake;
}

test("a process that never stood still has been awake all the time", async () => {
  const awake = await lived([]);
  expect(awake.since(START_MS, 2_000)).toBe(START_MS + 2_000);
});

test("the time of a standstill is none, wherever in it one begins to look", async () => {
  const awake = await lived([{ awakeMs: 10_000, asleepMs: 7_000 }]);
  expect(awake.since(START_MS + 10_000, 2_000)).toBe(START_MS + 18_750);
  expect(awake.since(START_MS + 13_000, 2_000)).toBe(START_MS + 19_000);
  expect(awake.since(START_MS + 17_000, 2_000)).toBe(START_MS + 19_000);
  expect(awake.since(START_MS + 5_000, 2_000)).toBe(START_MS + 7_000);
});

test("is what was awake, but for a tick at most at each standstill", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          awakeMs: fc.integer({ min: 500, max: 5_000 }),
          asleepMs: fc.integer({ min: 1_000, max: 9_000 }),
        }),
        { maxLength: 8 },
      ),
      fc.integer({ min: 0, max: 40_000 }),
      async (stretches, forMs) => {
        const awake = await lived(stretches);
        const untilMs = awake.since(START_MS, forMs);
        let [atMs, wasAwakeMs] = [START_MS, 0];
        for (const { awakeMs, asleepMs } of stretches) {
          wasAwakeMs += Math.min(awakeMs, Math.max(0, untilMs - atMs));
          atMs += awakeMs + asleepMs;
        }
        wasAwakeMs += Math.max(0, untilMs - atMs);
        expect(wasAwakeMs).toBeLessThanOrEqual(forMs);
        expect(wasAwakeMs).toBeGreaterThanOrEqual(forMs - 250 * stretches.length);
      },
    ),
  ));
