import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatHour, formatPercent, formatSigned, formatWeekday } from "../../src/i18n/format.ts";

const plain = (text: string): string => text.replace(/\s/g, " ").replace(/[\u200e\u200f]/g, "");

describe("hours of the day", () => {
  test.each([
    ["en", "9 PM"],
    ["en-GB", "21:00"],
    ["de", "21:00"],
    ["zh-TW", "下午9時"],
  ])("are written as in %s", (locale, text) => {
    expect(plain(formatHour(21, locale))).toBe(text);
  });

  test("end with the next day's first", () => {
    expect(plain(formatHour(24, "en"))).toBe("12 AM");
    expect(formatHour(24, "de")).toBe(formatHour(0, "de"));
  });

  test("are 24 different ones in every language of Discord", () => {
    for (const locale of ["en", "fr", "es-419", "pt-BR", "pl", "tr", "ru", "ja", "ko", "zh-CN", "hi", "ar"])
      expect(new Set(Array.from({ length: 24 }, (_, hour) => formatHour(hour, locale))).size).toBe(24);
  });
});

describe("weekdays", () => {
  test("begin with Monday, whatever the machine's zone", () => {
    const before = process.env["TZ"];
    try {
      for (const zone of ["Pacific/Kiritimati", "America/Adak", "UTC"]) {
        process.env["TZ"] = zone;
        expect(formatWeekday(0, "en", "long")).toBe("Monday");
        expect(formatWeekday(6, "fr", "short")).toBe("dim.");
      }
    } finally {
      if (before === undefined) delete process.env["TZ"];
      else process.env["TZ"] = before;
    }
  });
});

describe("shares and differences", () => {
  test("follow the language", () => {
    expect(formatPercent(0.12, "en")).toBe("12%");
    expect(plain(formatPercent(0.12, "de"))).toBe("12 %");
    expect(formatPercent(0.12, "tr")).toBe("%12");
  });

  test("have a sign unless they are none", () => {
    expect([-3, 0, 12, 1_204, 12_400_000].map((value) => formatSigned(value, "en"))).toEqual([
      "-3",
      "0",
      "+12",
      "+1,204",
      "+12.4M",
    ]);
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(formatSigned(value, "en").startsWith(value < 0 ? "-" : value > 0 ? "+" : "0")).toBe(true);
      }),
    );
  });
});
