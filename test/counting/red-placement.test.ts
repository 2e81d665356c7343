import { describe, expect, test } from "vitest";
import { RedPlacement } from "../../src/counting/red-placement.ts";
import type { GuildStatsError } from "../../src/errors.ts";
import type { RedPlacingReport } from "../../src/store/red-past.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const GUILD = "100000000000000001";
const CHANNEL = "200000000000000001";
const USER = "300000000000000001";

/** A store in which one channel waits, and a Discord that answers as a test says. */
async function aPlacement(botsAmong: () => Promise<readonly string[]>) {
  const folder = temporaryFolder();
  const clock = new ManualClock();
  const store = sqlite(folder.file("stats.db"));
  await store.open();
  const lifetime = [{ userId: USER, messages: 3, durationMs: 0 }];
  const nowMs = clock.nowMs();
  await store.stageRed(
    {
      sinceMs: nowMs - 9,
      untilMs: nowMs,
      channels: [{ channelId: CHANNEL, lifetime, hours: [] }],
      activities: [],
      settings: [],
      optOutHashes: [],
    },
    nowMs,
  );
  const reports: RedPlacingReport[] = [];
  const failures: GuildStatsError[] = [];
  const placement = new RedPlacement(
    store,
    { places: () => [{ channelId: CHANNEL, parentId: null, name: "general" }], botsAmong },
    clock,
    (placing) => store.placeRed(placing),
    { placed: (report) => reports.push(report), failed: (error) => failures.push(error) },
  );
  await placement.open();
  return {
    clock,
    placement,
    reports,
    failures,
    /** Lets everything happen that needs no time to pass, or as much of it as the retries take. */
    async until(condition: () => boolean, stepMs = 0): Promise<void> {
      while (!condition()) await clock.advance(stepMs);
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await placement.stop();
      await store.close();
      folder[Symbol.dispose]();
    },
  };
}

describe("placing an import while Discord does not answer who is a bot", () => {
  test("is tried again, and done once it answers", async () => {
    let asked = 0;
    await using run = await aPlacement(async () => {
      if (++asked < 3) throw new Error("no answer (test)");
      return [USER];
    });
    run.placement.begin(GUILD);
    await run.until(() => run.reports.length > 0, 1_000);
    expect(run.reports).toMatchObject([{ guildId: GUILD, channels: 1 }]);
    expect([asked, run.failures]).toEqual([3, []]);
  });

  test("is given up with an error after some tries; what waits is placed when the guild is told of again", async () => {
    let isThere = false;
    await using run = await aPlacement(() =>
      isThere ? Promise.resolve([]) : Promise.reject(new Error("no answer (test)")),
    );
    run.placement.begin(GUILD);
    await run.until(() => run.failures.length > 0, 1_000);
    expect(run.failures).toMatchObject([{ code: "IMPORT_UNPLACED", details: { guildId: GUILD } }]);
    expect(await run.placement.progress()).toMatchObject({ stagedChannels: 1, stagedMembers: 1 });
    isThere = true;
    run.placement.begin(GUILD);
    await run.until(() => run.reports.length > 0);
    run.placement.begin(GUILD);
    expect(await run.placement.progress()).toMatchObject({ stagedChannels: 0, placedChannels: 1 });
  });

  test("does not hold up a stop, and leaves what waits as it is", async () => {
    let isAsked = false;
    await using run = await aPlacement(() => {
      isAsked = true;
      return new Promise(() => undefined);
    });
    run.placement.begin(GUILD);
    await run.until(() => isAsked);
    await run.placement.stop();
    expect(run.reports).toEqual([]);
    expect(await run.placement.progress()).toMatchObject({ stagedChannels: 1, stagedMembers: 1 });
  });
});
