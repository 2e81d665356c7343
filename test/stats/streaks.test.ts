import { describe, expect, test } from "vitest";
import { streaks } from "../../src/stats/streaks.ts";

/** A month of which the last days are given, oldest first; `x` is an active one. */
function month(pattern: string, unknownDays = 0) {
  const active = pattern.padStart(30, ".");
  return {
    timeZone: "UTC",
    days: [],
    messages: [...active].map((day) => (day === "x" ? 3 : 0)),
    voiceMs: [...active].map((day) => (day === "v" ? 60_000 : 0)),
    unknownDays,
  };
}

describe("streaks", () => {
  test.each([
    ["xxx", 3, 3, 3],
    ["xxx.", 3, 3, 3],
    ["xxx..", 0, 3, 3],
    ["xxxx..xv", 2, 4, 6],
    ["v.x.", 1, 1, 2],
    ["", 0, 0, 0],
    ["x".repeat(30), 30, 30, 30],
  ])("of %s: a silent today ends none yet, a silent yesterday does", (pattern, current, longest, active) => {
    expect(streaks(month(pattern))).toEqual({
      activeDays: active,
      knownDays: 30,
      currentDays: current,
      longestDays: longest,
    });
  });

  test("tell of how many days anything is known", () => {
    expect(streaks(month("x", 29)).knownDays).toBe(1);
  });
});
