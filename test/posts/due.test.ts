import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../../src/clock.ts";
import { lastDueMs, nextDueMs, REFRESH_MS } from "../../src/posts/due.ts";
import type { PostTiming } from "../../src/store/scheduled-post.ts";
import { anyTiming } from "../store/posts-conformance.ts";

const DAY_MS = 86_400_000;
const ZONES = Intl.supportedValuesOf("timeZone");
const GUILD = "100000000000000001";
const plan = (timing: PostTiming, guildId = GUILD) => ({ guildId, timing });

const formats = new Map<string, Intl.DateTimeFormat>();

/** What a wall clock shows, as if it were UTC: from Intl, not from the library that the source asks. */
function shown(zone: string, ms: number): number {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  formats.set(zone, format);
  const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? Number.NaN;
  return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
}

/** When a wall clock first shows this or more, by looking each quarter of an hour, at which all clocks change by now. */
function firstShown(zone: string, wantedMs: number): number {
  for (let ms = wantedMs - 15 * HOUR_MS; ; ms += HOUR_MS / 4) if (shown(zone, ms) >= wantedMs) return ms;
}

/** The wall times, as if they were UTC, at which a post is due in days, weeks or months around one. */
function wantedMs(timing: Exclude<PostTiming, { every: "refresh" }>, aroundMs: number): number[] {
  const date = new Date(aroundMs);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  return [-2, -1, 0, 1, 2, 3, 4, 5, 6].map((step) => {
    if (timing.every === "day") return Date.UTC(year, month, day + step, timing.hour);
    if (timing.every === "week") {
      const monday = day - ((date.getUTCDay() + 6) % 7);
      return Date.UTC(year, month, monday + timing.weekday + 7 * step, timing.hour);
    }
    const length = new Date(Date.UTC(year, month + step + 1, 0)).getUTCDate();
    return Date.UTC(year, month + step, Math.min(timing.monthDay, length), timing.hour);
  });
}

/** A zone and an instant, at best shortly before its clocks change. */
const place = fc
  .record({
    zone: fc.constantFrom(...ZONES),
    fromMs: fc.integer({ min: Date.UTC(2012, 0, 1), max: Date.UTC(2037, 0, 1) }),
    before: fc.integer({ min: 0, max: 3 * DAY_MS }),
  })
  .map(({ zone, fromMs, before }) => {
    const offset = (day: number): number => shown(zone, fromMs + day * DAY_MS) - (fromMs + day * DAY_MS);
    for (let day = 0; day < 400; day += 10)
      if (offset(day) !== offset(day + 10)) {
        while (offset(day) === offset(day + 1)) day++;
        return { zone, atMs: fromMs + (day + 1) * DAY_MS - before };
      }
    return { zone, atMs: fromMs };
  });

describe("a post is due", () => {
  test("once in each day, week or month of any zone, when its clocks first show the hour or skip it", () => {
    fc.assert(
      fc.property(anyTiming, place, (timing, { zone, atMs }) => {
        if (timing.every === "refresh") return;
        const wanted = wantedMs(timing, shown(zone, atMs)).map((ms) => firstShown(zone, ms));
        const after = wanted.filter((ms) => ms > atMs);
        let dueMs = atMs;
        for (const expected of after) {
          dueMs = nextDueMs(plan(timing), dueMs, zone);
          expect([new Date(dueMs), zone]).toEqual([new Date(expected), zone]);
        }
        expect(after.length).toBeGreaterThanOrEqual(5);
        expect(lastDueMs(plan(timing), atMs, zone)).toBe(wanted.findLast((ms) => ms <= atMs));
      }),
      { numRuns: 1_500 },
    );
  });

  test("at instants that grow, of which the last one is what the next one was, with nothing in between", () => {
    const instant = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2090, 0, 1) });
    fc.assert(
      fc.property(anyTiming, fc.constantFrom(...ZONES), instant, instant, (timing, zone, atMs, part) => {
        const due = plan(timing);
        const [before, after] = [lastDueMs(due, atMs, zone), nextDueMs(due, atMs, zone)];
        expect(before).toBeLessThanOrEqual(atMs);
        expect(after).toBeGreaterThan(atMs);
        const between = before + (part % (after - before));
        expect(lastDueMs(due, between, zone)).toBe(before);
        expect(nextDueMs(due, between, zone)).toBe(after);
        expect(lastDueMs(due, after, zone)).toBe(after);
        expect(nextDueMs(due, before - 1, zone)).toBe(before);
      }),
      { numRuns: 5_000 },
    );
  });

  const day = (hour: number): PostTiming => ({ every: "day", hour });
  test.each<[string, PostTiming, string, string, string]>([
    ["an hour that is skipped", day(2), "Europe/Berlin", "2026-03-29T00:00Z", "2026-03-29T01:00Z"],
    ["the day after", day(2), "Europe/Berlin", "2026-03-29T01:00Z", "2026-03-30T00:00Z"],
    ["half of it", day(2), "Australia/Lord_Howe", "2026-10-03T00:00Z", "2026-10-03T15:30Z"],
    ["the last hour of a day", day(23), "America/Nuuk", "2026-03-28T12:00Z", "2026-03-29T01:00Z"],
    ["that of the day after", day(23), "America/Nuuk", "2026-03-29T01:00Z", "2026-03-30T00:00Z"],
    ["midnight", day(0), "America/Sao_Paulo", "2018-11-03T12:00Z", "2018-11-04T03:00Z"],
    ["an hour that comes twice", day(2), "Europe/Berlin", "2026-10-24T12:00Z", "2026-10-25T00:00Z"],
    ["but once", day(2), "Europe/Berlin", "2026-10-25T00:00Z", "2026-10-26T01:00Z"],
    ["midnight twice", day(0), "America/St_Johns", "2010-11-06T12:00Z", "2010-11-07T02:30Z"],
    ["but once", day(0), "America/St_Johns", "2010-11-07T02:30Z", "2010-11-08T03:30Z"],
    ["a day that Samoa skipped", day(9), "Pacific/Apia", "2011-12-29T19:00Z", "2011-12-30T19:00Z"],
    [
      "a Friday that Samoa skipped",
      { every: "week", weekday: 4, hour: 9 },
      "Pacific/Apia",
      "2011-12-27T00:00Z",
      "2011-12-30T10:00Z",
    ],
    [
      "the 31st of a February",
      { every: "month", monthDay: 31, hour: 9 },
      "UTC",
      "2027-02-01T00:00Z",
      "2027-02-28T09:00Z",
    ],
    [
      "the 30th of a leap year's",
      { every: "month", monthDay: 30, hour: 9 },
      "UTC",
      "2028-02-01T00:00Z",
      "2028-02-29T09:00Z",
    ],
    [
      "December's last hour",
      { every: "month", monthDay: 31, hour: 23 },
      "Asia/Kolkata",
      "2026-12-31T17:29Z",
      "2026-12-31T17:30Z",
    ],
  ])("%s: %j in %s", (_, timing, zone, after, due) => {
    expect(new Date(nextDueMs(plan(timing), Date.parse(after), zone))).toEqual(new Date(due));
  });

  test("each half hour if it is kept up to date, and 5,000 guilds are spread over it", () => {
    const nowMs = Date.UTC(2026, 2, 15);
    const perMinute = new Map<number, number>();
    for (let guild = 0; guild < 5_000; guild++) {
      // Guilds are made at any time, some a second.
      const guildId = String((BigInt(guild) * 7_919_019n + 90_000_000_000n) << 22n);
      const dueMs = nextDueMs(plan({ every: "refresh" }, guildId), nowMs, "UTC");
      expect(dueMs - nowMs).toBeLessThanOrEqual(REFRESH_MS);
      const minute = Math.floor((dueMs - nowMs) / 60_000);
      perMinute.set(minute, (perMinute.get(minute) ?? 0) + 1);
    }
    expect(Math.max(...perMinute.values())).toBeLessThan(250);
  });
});
