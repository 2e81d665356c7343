import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { brokenLines } from "../../src/render/paragraph.ts";
import { HARD_NAMES } from "../support/views.ts";

const within = (most: number) => (line: string) => line.length <= most;

describe("a text of several lines", () => {
  test("breaks between words, and never before a full stop or within a command", () => {
    expect(brokenLines("Write a message, or use /top. Done.", 4, within(16))).toEqual([
      "Write a message,",
      "or use /top.",
      "Done.",
    ]);
  });

  test("breaks between words that no space parts", () => {
    const lines = brokenLines("メッセージを送信してください。", 3, within(8));
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line).not.toMatch(/^。/u);
  });

  test("says all of it, in as many lines as there may be, each but the last within its room", () => {
    const words = fc.array(fc.constantFrom(...HARD_NAMES, "a", "word", "/top"), { maxLength: 12 });
    fc.assert(
      fc.property(
        words,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 20, max: 60 }),
        (parts, most, room) => {
          const text = parts.join(" ").replace(/\s+/gu, " ").trim();
          const lines = brokenLines(text, most, within(room));
          expect(lines.length).toBeLessThanOrEqual(most);
          expect(lines.join("").replace(/\s/gu, "")).toBe(text.replace(/\s/gu, ""));
          for (const line of lines.slice(0, -1))
            expect(line.length <= room || !line.includes(" ")).toBe(true);
        },
      ),
    );
  });
});
