import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOUR_MS, hourOf } from "../../src/clock.ts";
import { localDays } from "../../src/stats/days.ts";
import { Frame, type Groups } from "../../src/stats/frame.ts";
import { previousMovementOf } from "../../src/stats/movement-before.ts";
import { GUILD, startCounting } from "../support/counting.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const START_MS = Date.UTC(2026, 2, 15, 12, 30);
const NO_GROUPS: Groups = { rolesOf: () => [], categoryOf: () => null };
const HOURS = { "24h": 24, "7d": 168, "30d": 720 } as const;

async function movementBefore(bot: Awaited<ReturnType<typeof startCounting>>) {
  const record = await bot.counter.reader.record(GUILD);
  if (record.hot === null) throw new Error("not loaded");
  const nowMs = bot.clock.nowMs();
  const share = (nowMs % HOUR_MS) / HOUR_MS;
  return previousMovementOf(new Frame(record, record.hot, "both", localDays("UTC", nowMs), share, NO_GROUPS));
}

describe("comings and goings of the period before", () => {
  test("equal a plain recount, from memory and read anew; unknown before anything was heard", async () => {
    const steps = fc.array(
      fc.record({
        change: fc.constantFrom(1, -1),
        waitMs: fc.oneof(fc.nat(20 * HOUR_MS), fc.nat(300 * HOUR_MS)),
      }),
      { maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        using folder = temporaryFolder();
        const clock = new ManualClock(START_MS);
        const seen: { hour: number; change: number }[] = [];
        const check = async (bot: Awaited<ReturnType<typeof startCounting>>): Promise<void> => {
          const share = (clock.nowMs() % HOUR_MS) / HOUR_MS;
          const found = await movementBefore(bot);
          for (const period of ["24h", "7d", "30d"] as const) {
            const last = hourOf(clock.nowMs()) - HOURS[period];
            const first = last - HOURS[period] + 1;
            const sum = (change: number): number =>
              Math.round(
                seen
                  .filter((each) => each.change === change && each.hour >= first && each.hour <= last)
                  .reduce((total, { hour }) => total + (hour === last ? share : 1), 0),
              );
            const isKnown = hourOf(START_MS) < first;
            expect(found[period]).toEqual(isKnown ? { joins: sum(1), leaves: sum(-1) } : null);
          }
        };
        {
          await using bot = await startCounting(folder.file("a.db"), { clock });
          bot.counter.memberCount(GUILD, 100);
          await bot.counter.reader.record(GUILD);
          for (const { change, waitMs } of list) {
            clock.pass(waitMs);
            bot.counter.memberChange(GUILD, change === 1 ? 1 : -1, 100);
            seen.push({ hour: hourOf(clock.nowMs()), change });
          }
          await check(bot);
        }
        await using bot = await startCounting(folder.file("a.db"), { clock });
        await check(bot);
      }),
      { numRuns: 12 },
    );
  });
});
