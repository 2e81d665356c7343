import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatDay, formatDuration, formatNumber } from "../../src/i18n/format.ts";
import { LANGUAGES } from "../../src/i18n/languages.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const language = fc.constantFrom(...LANGUAGES);
/** As long as can be counted exactly, and often less than two days. */
const duration = fc.oneof(fc.nat(60_000), fc.nat(49 * HOUR_MS), fc.maxSafeNat());

/** What a duration is cut to: the second, the minute, from two days on the hour. */
function granule(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.floor(ms / 1_000)} s`;
  return ms < 48 * HOUR_MS ? `${Math.floor(ms / MINUTE_MS)} min` : `${Math.floor(ms / HOUR_MS)} h`;
}

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

  test("never take more than sixteen characters, up to the most that can be counted exactly", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), language, (value, tag) => {
        expect(formatNumber(value, tag)).toMatch(/^[\d.,\s\p{L}\p{M}॰]{1,16}$/u);
      }),
    );
  });

  test("follow the language", () => {
    expect(formatNumber(1_204, "de")).toBe("1.204");
    expect(formatNumber(1_204, "en")).toBe("1,204");
    expect(formatNumber(12_400_000, "ja")).toBe("1240万");
  });

  test("of a language that is not spoken here are English, as its words are", () => {
    fc.assert(
      fc.property(fc.string(), (tag) => {
        expect(formatNumber(1_204, `x${tag}`)).toBe("1,204");
      }),
    );
    expect(formatNumber(1_204, "sv-SE")).toBe("1,204");
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

describe("durations in every language", () => {
  test.each([
    ["en-US", "45 s", "1 h", "3 h 20 min", "1,204 h", "12.4M h"],
    ["en-GB", "45 s", "1 h", "3 h 20 min", "1,204 h", "12.4m h"],
    ["fr", "45 s", "1 h", "3 h 20 min", "1 204 h", "12,4 M h"],
    ["de", "45 Sek.", "1 Std.", "3 Std. 20 Min.", "1.204 Std.", "12,4 Mio. Std."],
    ["es", "45 s", "1 h", "3 h 20 min", "1204 h", "12,4 M h"],
    ["pt-BR", "45 s", "1 h", "3 h 20 min", "1.204 h", "12,4 mi h"],
    ["it", "45 s", "1 h", "3 h 20 min", "1204 h", "12,4 Mln h"],
    ["pl", "45 sek.", "1 godz.", "3 godz. 20 min", "1204 godz.", "12,4 mln godz."],
    ["tr", "45 sn.", "1 sa.", "3 sa. 20 dk.", "1.204 sa.", "12,4 Mn sa."],
    ["ru", "45 с", "1 ч", "3 ч 20 мин", "1 204 ч", "12,4 млн ч"],
    ["uk", "45 с", "1 год", "3 год 20 хв", "1 204 год", "12,4 млн год"],
    ["ja", "45秒", "1時間", "3時間20分", "1,204時間", "1240万時間"],
    ["ko", "45초", "1시간", "3시간 20분", "1,204시간", "1240만시간"],
    ["zh-CN", "45秒", "1小时", "3小时20分钟", "1,204小时", "1240万小时"],
    ["zh-TW", "45 秒", "1 小時", "3 小時 20 分鐘", "1,204 小時", "1240萬 小時"],
    ["hi", "45 सेकंड", "1 घंटा", "3 घंटे 20 मिनट", "1,204 घंटे", "1.2 करोड़ घंटे"],
    ["ar", "45 ثانية", "ساعة", "3 ساعات و20 دقيقة", "1,204 ساعات", "12.4 مليون ساعة"],
  ])("%s: %s", (tag, ...texts) => {
    const lengths = [45_000, HOUR_MS, 3 * HOUR_MS + 20 * MINUTE_MS, 1_204 * HOUR_MS, 12_400_000 * HOUR_MS];
    expect(lengths.map((ms) => formatDuration(ms, tag).replace(/\s/gu, " "))).toEqual(texts);
  });

  test("are short, and hold nothing but numbers and words", () => {
    fc.assert(
      fc.property(duration, language, (ms, tag) => {
        const text = formatDuration(ms, tag);
        expect(text).toMatch(/^[\d.,\s\p{L}\p{M}॰]{1,20}$/u);
        expect(text).not.toMatch(/undefined|NaN/);
      }),
    );
  });

  test("are the same where the same is left out, and never else: longer ones read longer", () => {
    const near = fc.tuple(duration, fc.nat(2 * HOUR_MS)).map(([ms, more]) => [ms, ms + more] as const);
    fc.assert(
      fc.property(near, language, ([first, second], tag) => {
        fc.pre(second < 10_000_000 * HOUR_MS);
        const isSame = granule(first) === granule(second);
        expect(formatDuration(first, tag) === formatDuration(second, tag)).toBe(isSame);
      }),
      { numRuns: 300 },
    );
  });
});

describe("days", () => {
  test.each(LANGUAGES)("are short, and name the day in %s", (tag) => {
    for (let month = 1; month <= 12; month++) {
      const text = formatDay(`2026-${String(month).padStart(2, "0")}-27`, tag);
      expect(text).toContain("27");
      expect(text.length).toBeLessThanOrEqual(12);
    }
  });

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
