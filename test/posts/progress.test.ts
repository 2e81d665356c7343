import fc from "fast-check";
import { expect, test } from "vitest";
import { HOUR_MS } from "../../src/clock.ts";
import { dayAt } from "../../src/local-day.ts";
import { doneAfterMove, doneAtFirst, doneBy, NO_ATTEMPTS, stepOf } from "../../src/posts/progress.ts";
import type { PostTiming, ScheduledPost } from "../../src/store/scheduled-post.ts";
import { anyTiming } from "../store/posts-conformance.ts";

const DAY_MS = 24 * HOUR_MS;
const HALF_MS = { day: DAY_MS / 2, week: 3.5 * DAY_MS, month: 14 * DAY_MS, refresh: 0 };
const BEGIN_MS = Date.UTC(2026, 0, 1);

function postOf(timing: PostTiming, nowMs: number, zone: string): ScheduledPost {
  const guildId = "100000000000000001";
  return {
    guildId,
    channelId: "200000000000000001",
    timing,
    card: "server",
    period: "7d",
    members: "humans",
    id: 1,
    doneMs: doneAtFirst({ guildId, timing }, nowMs, zone),
    messageId: null,
    trouble: null,
  };
}

const dated = anyTiming.filter(({ every }) => every !== "refresh");
const zone = fc.constantFrom(...Intl.supportedValuesOf("timeZone"));

test("however often a guild moves, no local day has two posts, none comes within half an interval, no move posts", () => {
  const moves = fc.array(fc.record({ zone, hours: fc.integer({ min: 1, max: 40 * 24 }) }), { maxLength: 8 });
  fc.assert(
    fc.property(dated, zone, moves, (timing, firstZone, moves) => {
      let nowMs = BEGIN_MS;
      let here = firstZone;
      let post = postOf(timing, nowMs, here);
      let last: number | null = null;
      for (const { zone, hours } of [...moves, { zone: here, hours: 0 }]) {
        // A quiet time at the end, in which one comes whatever was before.
        const isEnd = hours === 0;
        const untilMs = nowMs + (isEnd ? 63 * DAY_MS : hours * HOUR_MS);
        let made = 0;
        while (nowMs < untilMs) {
          const step = stepOf(post, NO_ATTEMPTS, nowMs, here);
          if (step.kind === "attempt") {
            expect(step.dueMs).toBeLessThanOrEqual(nowMs);
            if (last !== null) {
              expect(step.dueMs - last).toBeGreaterThanOrEqual(HALF_MS[timing.every]);
              expect(dayAt(here, step.dueMs)).toBeGreaterThan(dayAt(here, last));
            }
            post = { ...post, doneMs: doneBy(post, step.dueMs, nowMs, here) };
            last = step.dueMs;
            made++;
          } else {
            expect(step.untilMs).toBeGreaterThan(nowMs);
            nowMs = Math.min(untilMs, step.untilMs);
          }
        }
        if (isEnd) {
          expect(made).toBeGreaterThan(0);
          continue;
        }
        // What is due at this very moment may be made; a move adds nothing to it.
        const wasDue = stepOf(post, NO_ATTEMPTS, nowMs, here).kind === "attempt";
        post = { ...post, doneMs: doneAfterMove(post, NO_ATTEMPTS, nowMs, here, zone) };
        here = zone;
        if (!wasDue) expect(stepOf(post, NO_ATTEMPTS, nowMs, here).kind).toBe("wait");
      }
    }),
    { numRuns: 200 },
  );
});

test.each<[string, string, string]>([
  ["Europe/London", "Asia/Tokyo", "2026-03-16T00:00Z"],
  ["Asia/Tokyo", "Europe/London", "2026-03-16T09:00Z"],
  ["Europe/London", "America/New_York", "2026-03-16T13:00Z"],
  ["America/New_York", "Europe/London", "2026-03-16T09:00Z"],
])("a daily post at 9, made on 15 March in %s, comes next in %s at %s", (from, to, next) => {
  const beforeMs = Date.parse("2026-03-14T14:00Z");
  const before = postOf({ every: "day", hour: 9 }, beforeMs, from);
  const first = stepOf(before, NO_ATTEMPTS, beforeMs, from);
  if (first.kind !== "wait") throw new Error("it must not be due yet");
  const post = { ...before, doneMs: first.untilMs };
  const nowMs = post.doneMs + HOUR_MS;
  const doneMs = doneAfterMove(post, NO_ATTEMPTS, nowMs, from, to);
  expect(stepOf({ ...post, doneMs }, NO_ATTEMPTS, nowMs, to)).toEqual({
    kind: "wait",
    untilMs: Date.parse(next),
  });
});
