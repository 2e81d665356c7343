import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatDay, formatDuration, formatNumber, supportedLocale } from "../../src/i18n/format.ts";
import { translatorFor } from "../../src/i18n/translator.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe("numbers", () => {
  test.each([
    [0, "0"],
    [1_204, "1,204"],
    [9_999_999, "9,999,999"],
    [10_000_000, "10M"],
    [1_234_567_890, "1.2B"],
  ])("%d reads %s", (value, text) => {
    expect(formatNumber(value, "en")).toBe(text);
  });

  test("never take more than ten characters, up to the most that can be counted exactly", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        expect(formatNumber(value, "en").length).toBeLessThanOrEqual(10);
      }),
    );
  });

  test("follow the language", () => {
    expect(formatNumber(1_204, "de")).toBe("1.204");
    expect(formatNumber(1_204, "en")).toBe("1,204");
  });
});

describe("durations", () => {
  test.each([
    [0, "0 s"],
    [999, "0 s"],
    [59_999, "59 s"],
    [MINUTE_MS, "1 min"],
    [HOUR_MS - 1, "59 min"],
    [HOUR_MS, "1 h"],
    [3 * HOUR_MS + 20 * MINUTE_MS, "3 h 20 min"],
    [48 * HOUR_MS - 1, "47 h 59 min"],
    [48 * HOUR_MS + 59 * MINUTE_MS, "48 h"],
    [1_204 * HOUR_MS, "1,204 h"],
    [12_400_000 * HOUR_MS, "12.4M h"],
  ])("%d ms read %s", (ms, text) => {
    expect(formatDuration(ms, "en")).toBe(text);
  });

  test("promise no more than there was, and less than a minute's rest is all that is left out below two days", () => {
    const unitsMs: Readonly<Record<string, number>> = { s: 1_000, min: MINUTE_MS, h: HOUR_MS };
    fc.assert(
      fc.property(fc.nat(48 * HOUR_MS - 1), (ms) => {
        const parts = [...formatDuration(ms, "en").matchAll(/(\d+) (s|min|h)/g)];
        const saidMs = parts.reduce(
          (sum, [, count, unit = ""]) => sum + Number(count) * (unitsMs[unit] ?? 0),
          0,
        );
        expect(saidMs).toBeLessThanOrEqual(ms);
        expect(ms - saidMs).toBeLessThan(MINUTE_MS);
      }),
    );
  });
});

describe("days", () => {
  test("are calendar days, whatever the machine's zone", () => {
    const before = process.env["TZ"];
    try {
      for (const zone of ["Pacific/Kiritimati", "America/Adak", "UTC"]) {
        process.env["TZ"] = zone;
        expect(formatDay("2026-03-01", "en")).toBe("Mar 1");
      }
    } finally {
      if (before === undefined) delete process.env["TZ"];
      else process.env["TZ"] = before;
    }
  });
});

describe("languages", () => {
  test("a tag that is none is read as English, and never throws", () => {
    fc.assert(
      fc.property(fc.string(), (tag) => {
        expect(() => formatNumber(1_000, supportedLocale(tag))).not.toThrow();
      }),
    );
    expect(supportedLocale("not a tag")).toBe("en");
  });

  test("a language that is not spoken here gets English words and English numbers", () => {
    expect(translatorFor("tlh").locale).toBe("en");
    expect(translatorFor("not a tag").locale).toBe("en");
    expect(translatorFor("en-GB").locale).toBe("en-GB");
    expect(translatorFor("tlh").say("days", { count: 1, shown: "1" })).toBe("1 day");
  });

  test("one is singular, none and many are plural", () => {
    const { say } = translatorFor("en");
    const said = [0, 1, 2].map((count) => say("contributors.humans", { count, shown: String(count) }));
    expect(said).toEqual(["0 members", "1 member", "2 members"]);
  });
});
