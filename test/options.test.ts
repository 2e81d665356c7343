import { describe, expect, test } from "vitest";
import { resolveOptions } from "../src/options.ts";
import { sqlite } from "../src/store/sqlite/index.ts";

const store = sqlite("unused.db");

describe("options", () => {
  test("hosts of images may have a port", () => {
    const imageHosts = ["cdn.example.com", "127.0.0.1:8080", "[::1]:8080"];
    expect(resolveOptions({ store, imageHosts }).imageHosts).toEqual(imageHosts);
  });

  test("only the store is required; the rest is filled in, and the result is frozen", () => {
    const options = resolveOptions({ store });
    expect(options).toMatchObject({ store, flushIntervalMs: 30_000, timeZone: "UTC", theme: "dark" });
    expect(options.cooldowns).toEqual({ userPerMinute: 30, guildPerMinute: 300 });
    expect(resolveOptions({ store, cooldowns: { userPerMinute: 0 } }).cooldowns).toEqual({
      userPerMinute: 0,
      guildPerMinute: 300,
    });
    expect(Object.values(options)).not.toContain(undefined);
    expect(Object.isFrozen(options)).toBe(true);
  });

  test.each([
    [{}, /option store must be a store/],
    [{ store: "file.db" }, /option store must be a store.*got "file\.db"/],
    [{ store, flushInterval: 5 }, /option flushInterval is unknown; known are store, clock/],
    [{ store, flushIntervalMs: 999 }, /flushIntervalMs must be at least 1000, got 999/],
    [{ store, flushIntervalMs: 600_001 }, /flushIntervalMs must be at most 600000, got 600001/],
    [{ store, flushIntervalMs: "30s" }, /flushIntervalMs must be of type number, got "30s"/],
    [{ store, batchRows: 10.5 }, /batchRows must be a whole number, got 10.5/],
    [{ store, imageCacheEntries: 101 }, /imageCacheEntries must be at most 100/],
    [{ store, hourlyRetentionDays: 31 }, /hourlyRetentionDays must be at least 32, got 31/],
    [{ store, hourlyRetentionDays: 3_651 }, /hourlyRetentionDays must be at most 3650, got 3651/],
    [{ store, dailyRetentionDays: 399 }, /dailyRetentionDays must be at least 400, got 399/],
    [
      { store, hourlyRetentionDays: 500, dailyRetentionDays: 450 },
      /dailyRetentionDays must be at least hourlyRetentionDays, got 450/,
    ],
    [{ store, timeZone: "Mars/Olympus" }, /timeZone must be an IANA time zone, got "Mars\/Olympus"/],
    [{ store, theme: "pink" }, /theme must be one of "dark", "light", "contrast", got "pink"/],
    [{ store, accent: 0x1000000 }, /accent must be at most 16777215, got 16777216/],
    [{ store, accent: "blue" }, /accent must be .* 0 to 16777215, "icon" or null, got "blue"/],
    [{ store, locale: "tlh" }, /locale must be the tag of a language spoken here \(en, fr, .*, got "tlh"/],
    [
      { store, imageHosts: ["https://cdn.example.com"] },
      /imageHosts\.0 must be a host as addresses have it, such as cdn\.example\.com, got "https:\/\/cdn\.example\.com"/,
    ],
    [{ store, imageHosts: ["CDN.example.com"] }, /imageHosts\.0 must be a host/],
    [{ store, imageHosts: ["cdn.example.com/avatars"] }, /imageHosts\.0 must be a host/],
    [{ store, ownerIds: ["me"] }, /ownerIds\.0 must be a snowflake, got "me"/],
    [{ store, cooldowns: { userPerMinute: 601 } }, /cooldowns\.userPerMinute must be at most 600, got 601/],
    [{ store, cooldowns: { guildPerMinute: -1 } }, /cooldowns\.guildPerMinute must be at least 0, got -1/],
    [{ store, cooldowns: { perHour: 1 } }, /cooldowns\.perHour is unknown$/],
    [{ store, logger: {} }, /logger must be a logger with info, warn and error, got an object/],
    [null, /option object must be of type object, got null/],
  ])("%j is refused with the option, its bound and the value", (options, message) => {
    let thrown: unknown;
    try {
      resolveOptions(options);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: "OPTION_INVALID", message: expect.stringMatching(message) });
  });
});
