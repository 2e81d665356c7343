import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { busiestHour } from "../../src/cards/habits.ts";
import { heatmapPanel } from "../../src/cards/heatmap.ts";
import { Words } from "../../src/cards/words.ts";
import type { Rhythm } from "../../src/stats/views.ts";
import { cardOf } from "../support/card-of.ts";
import { find, panelsOf } from "../support/every-card.ts";
import type { Amount } from "../support/views.ts";

const words = new Words("en");
const week = (busy: Readonly<Record<number, number>>): number[] =>
  Array.from({ length: 168 }, (_, slot) => busy[slot] ?? 0);
const rhythm = (messages: readonly number[], weeks = 4): Rhythm => ({
  timeZone: "UTC",
  weeks,
  messages,
  voiceMs: messages,
});

describe("the most active hour", () => {
  test("is that of all weekdays together, not that of the busiest one", () => {
    const evenings = { 21: 4, [24 + 21]: 4, [48 + 21]: 4 };
    expect(busiestHour(week({ ...evenings, [72 + 9]: 10 }))).toBe(21);
  });

  test("is none for who was never there", () => {
    expect(busiestHour(week({}))).toBeNull();
  });

  test("is one in which something happened", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3), { minLength: 168, maxLength: 168 }), (values) => {
        fc.pre(values.some((value) => value > 0));
        const hour = busiestHour(values);
        expect(values.some((value, slot) => slot % 24 === hour && value > 0)).toBe(true);
      }),
    );
  });
});

describe("the map of the week", () => {
  test("is 1 where most happens, and says when that is", () => {
    const panel = heatmapPanel(rhythm(week({ 3: 2, [4 * 24 + 23]: 8 })), "messages", words);
    if (panel.kind !== "heatmap") throw new Error("no heatmap");
    expect(panel.values[4 * 24 + 23]).toBe(1);
    expect(panel.values[3]).toBe(0.25);
    expect(panel.values).toHaveLength(168);
    expect(panel.rows).toEqual(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]);
    expect(panel.columns).toHaveLength(24);
    expect(panel.summary.replace(/\s/g, " ")).toBe("Busiest: Friday, 11 PM to 12 AM");
  });

  test("tells before the first week has passed when it can be drawn, and later that nothing happened", () => {
    const young = heatmapPanel(rhythm(week({ 3: 2 }), 0), "voice", words);
    const title = "Voice time by weekday and hour";
    expect(young).toEqual({
      kind: "note",
      title,
      text: "A week must pass before this can be told. Come back soon.",
    });
    const silent = heatmapPanel(rhythm(week({})), "voice", words);
    expect(silent).toEqual({
      kind: "note",
      title,
      text: "Nothing in the last whole weeks. Today is added tomorrow.",
    });
  });
});

describe("a member's habits", () => {
  const rows = (amount: Amount): readonly string[] =>
    [
      ...panelsOf(cardOf(find("member", amount)), "figures"),
      ...panelsOf(cardOf(find("member", amount)), "strip"),
    ]
      .filter(({ title }) => title === "Habits")
      .flatMap((panel) => panel.rows.map(({ value }) => value.replace(/\s/g, " ")));

  test("are days, days in a row, and the hour", () => {
    expect(rows("lively")).toEqual(["17 of 26 days", "none yet", "9 days", "8 PM to 9 PM"]);
  });

  test("stand above what the map says before it can be drawn, and are nothing of who was never there", () => {
    expect(rows("one")).toEqual(["1 of 1 day", "1 day", "1 day", "none yet"]);
    expect(rows("none")).toEqual([]);
  });
});
