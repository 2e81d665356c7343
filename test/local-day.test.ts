import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../src/clock.ts";
import { dayAt, firstHourOf, isoDate } from "../src/local-day.ts";

// All that there is: half hours, quarter hours, gaps at midnight, and a day that Samoa skipped.
const ZONES = Intl.supportedValuesOf("timeZone");
const FIRST_HOUR = Date.UTC(2010, 0, 1) / HOUR_MS;
const LAST_HOUR = Date.UTC(2038, 0, 1) / HOUR_MS;

describe("local days", () => {
  test("an hour belongs to the day in which it starts: hours of a day are one range, days have no gap between them", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.integer({ min: FIRST_HOUR, max: LAST_HOUR }),
        (timeZone, hour) => {
          const day = dayAt(timeZone, hour * HOUR_MS);
          expect(firstHourOf(timeZone, day)).toBeLessThanOrEqual(hour);
          expect(firstHourOf(timeZone, day + 1)).toBeGreaterThan(hour);
        },
      ),
      { numRuns: 20_000 },
    );
  });

  test.each([
    ["America/Sao_Paulo", "2018-11-04", "clocks skip midnight", 23],
    ["America/Sao_Paulo", "2018-11-05", "the day after", 24],
    ["Europe/Berlin", "2026-03-29", "clocks skip an hour", 23],
    ["Europe/Berlin", "2026-10-25", "an hour comes twice", 25],
    ["Asia/Kolkata", "2026-03-15", "half past six in UTC", 24],
    ["Asia/Gaza", "2021-10-29", "the hour behind midnight comes twice", 25],
    ["Antarctica/Casey", "2023-03-09", "three hours behind midnight come twice", 27],
    ["Pacific/Apia", "2011-12-30", "the date line was moved over it", 0],
  ])("%s, %s: %s, %i hours", (timeZone, date, _, hours) => {
    const day = Date.parse(date) / 86_400_000;
    expect(isoDate(day)).toBe(date);
    for (let hour = firstHourOf(timeZone, day); hour < firstHourOf(timeZone, day + 1); hour++)
      expect(dayAt(timeZone, hour * HOUR_MS)).toBe(day);
    expect(firstHourOf(timeZone, day + 1) - firstHourOf(timeZone, day)).toBe(hours);
  });
});
