import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { ChangeFollower } from "../../src/counting/change-follower.ts";
import { GuildStatsError } from "../../src/errors.ts";
import type { ChangesSince, StoreChanges } from "../../src/store/changes.ts";
import { ManualClock } from "../support/manual-clock.ts";

const PERIOD_MS = 5_000;

/** A follower, and a line to a store of which a test says what it answers. */
function following() {
  const clock = new ManualClock();
  const line = { version: 7, isAway: false, refuses: false, asked: 0, hold: Promise.resolve() };
  const heard: string[] = [];
  const taken: number[] = [];
  let wake = (): void => undefined;
  const since = async (version: number): Promise<ChangesSince> => {
    line.asked++;
    const told = line.version;
    await line.hold;
    if (line.isAway) throw new GuildStatsError("STORE_UNREACHABLE", "the store is away (test)");
    expect(version).toBe(follower.seen);
    const nothing = { settings: [], posts: [], optOuts: [], erasures: [], counts: [], erasedGuilds: [] };
    return { version: told, isTooLate: false, ...nothing };
  };
  const changes: StoreChanges = {
    pollIntervalMs: PERIOD_MS,
    version: () => Promise.resolve(line.version),
    since,
    settingsOf: () => Promise.reject(new Error("not asked")),
    postsOf: () => Promise.reject(new Error("not asked")),
    optOutsOf: () => Promise.reject(new Error("not asked")),
    rulesOf: () => Promise.reject(new Error("not asked")),
    listen(woken) {
      wake = woken;
      heard.push("listens");
      return async () => void heard.push("listens no more");
    },
  };
  const follower: ChangeFollower = new ChangeFollower(
    changes,
    clock,
    async ({ version }) => {
      if (line.refuses) throw new TypeError("no way (test)");
      taken.push(version);
    },
    {
      failed: ({ code }) => heard.push(code),
      recovered: () => heard.push("recovered"),
      heard: () => undefined,
    },
  );
  return { clock, line, heard, taken, follower, wake: () => wake() };
}

describe("changes of other processes", () => {
  test("are asked for once a period, and taken in once, though nobody tells of them", async () => {
    const { clock, line, taken, follower } = following();
    await follower.open();
    follower.start();
    await clock.advance(3 * PERIOD_MS);
    expect([line.asked, taken]).toEqual([3, []]);
    line.version = 9;
    await clock.advance(PERIOD_MS);
    await clock.advance(PERIOD_MS);
    expect([line.asked, taken, follower.seen]).toEqual([5, [9], 9]);
    await follower.stop();
  });

  test("are asked for at once when the store says so, and again when it says so meanwhile", async () => {
    const { line, taken, follower, wake } = following();
    await follower.open();
    follower.start();
    let letGo = (): void => undefined;
    line.hold = new Promise((resolve) => {
      letGo = resolve;
    });
    line.version = 8;
    wake();
    line.version = 9;
    wake();
    wake();
    letGo();
    await follower.now();
    expect([line.asked, taken]).toEqual([2, [8, 9]]);
    await follower.stop();
  });

  test("are asked for whenever the store says so, also at the very moment at which a round ends", async () => {
    for (let moment = 0; moment < 12; moment++) {
      const { line, taken, follower } = following();
      await follower.open();
      const round = follower.now();
      for (let step = 0; step < moment; step++) await Promise.resolve();
      line.version = 9;
      await follower.now();
      expect({ moment, taken }).toEqual({ moment, taken: [9] });
      await round;
    }
  });

  test("that cannot be asked for are told of once, and once more when they can; none is missed", async () => {
    const { clock, line, heard, taken, follower } = following();
    await follower.open();
    follower.start();
    line.isAway = true;
    line.version = 9;
    await clock.advance(12 * PERIOD_MS);
    expect([line.asked, heard]).toEqual([12, ["listens", "STORE_UNREACHABLE"]]);
    line.isAway = false;
    await clock.advance(2 * PERIOD_MS);
    expect([heard, taken]).toEqual([["listens", "STORE_UNREACHABLE", "recovered"], [9]]);
    await follower.stop();
  });

  test("that could not be taken in are not known yet, and are told anew", async () => {
    const { line, heard, taken, follower } = following();
    await follower.open();
    line.version = 9;
    line.refuses = true;
    await follower.now();
    expect([heard, follower.seen]).toEqual([["STORE_FAILED"], 7]);
    line.refuses = false;
    await follower.now();
    expect([heard, taken, follower.seen]).toEqual([["STORE_FAILED", "recovered"], [9], 9]);
  });

  test("are not asked for any more after a stop, which waits for the round under way", async () => {
    const { clock, line, heard, taken, follower, wake } = following();
    await follower.open();
    follower.start();
    let letGo = (): void => undefined;
    line.hold = new Promise((resolve) => {
      letGo = resolve;
    });
    line.version = 9;
    wake();
    let isStopped = false;
    const stopped = follower.stop().then(() => {
      isStopped = true;
    });
    await turn();
    expect(isStopped).toBe(false);
    letGo();
    await stopped;
    wake();
    await clock.advance(3 * PERIOD_MS);
    expect([line.asked, taken, heard]).toEqual([1, [9], ["listens", "listens no more"]]);
    expect(clock.timers).toBe(0);
  });

  test("do not exist where nobody else changes the store", async () => {
    const clock = new ManualClock();
    const never = (): never => expect.unreachable();
    const nobody = { failed: never, recovered: never, heard: never };
    const follower = new ChangeFollower(null, clock, () => Promise.reject(new Error("nothing")), nobody);
    await follower.open();
    follower.start();
    await follower.now();
    expect([follower.seen, clock.timers]).toEqual([null, 0]);
    await follower.stop();
  });
});
