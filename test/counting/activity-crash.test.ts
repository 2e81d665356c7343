import { expect, test } from "vitest";
import { GUILD, startCounting } from "../support/counting.ts";
import type { Fault } from "../support/faulty-store.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const MINUTE = 60_000;
const AN = "300000000000000001";

test.each<[moment: string, fault: Fault | null]>([
  ["before a flush", null],
  ["in a flush, before anything was written", "refused"],
  ["in a flush, once the session and its time were written, which are one batch", "unanswered"],
])("a bot that is killed %s counts all of it, once: Discord tells the start", async (_moment, fault) => {
  using folder = temporaryFolder();
  const clock = new ManualClock();
  const start = () => startCounting(folder.file("a.db"), { clock, activities: true });
  const startMs = clock.nowMs();
  const chess = {
    guildId: GUILD,
    userId: AN,
    bot: false,
    activities: [{ activityId: "0:Chess", name: "Chess", startMs }],
  };
  const killed = await start();
  killed.counter.activities(chess);
  await killed.counter.flush();
  clock.pass(20 * MINUTE);
  if (fault !== null) {
    killed.faults.push(fault);
    await expect(killed.counter.flush()).rejects.toThrow();
  }
  // Without a stop: what is in memory is lost.
  await killed.store.close();
  clock.pass(5 * MINUTE);
  await using bot = await start();
  bot.counter.reconcileActivities(GUILD, [chess]);
  clock.pass(5 * MINUTE);
  expect((await bot.queries.activities(GUILD)).totals.lifetime).toBe(30 * MINUTE);
});
