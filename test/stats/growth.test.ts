import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../../src/clock.ts";
import { GUILD, startCounting } from "../support/counting.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describe("growth", () => {
  test("by period, and what was before as far as memory reaches and the guild was counted", async () => {
    using folder = temporaryFolder();
    await using bot = await startCounting(folder.file("a.db"));
    const { clock, counter, queries } = bot;
    const startMs = clock.nowMs();
    counter.memberCount(GUILD, 100);
    clock.pass(24 * HOUR_MS);
    counter.memberChange(GUILD, 1, 101);
    counter.memberChange(GUILD, 1, 102);
    counter.memberChange(GUILD, -1, 101);
    expect(await queries.growth(GUILD)).toMatchObject({
      sinceMs: startMs,
      memberCount: 101,
      periods: {
        "24h": { joins: 2, leaves: 1 },
        "7d": { joins: 2, leaves: 1 },
        "30d": { joins: 2, leaves: 1 },
      },
      // Of the 24 hours before, some lie before counting began.
      previous: { "24h": null, "7d": null, "30d": null },
    });
    clock.pass(24 * HOUR_MS);
    counter.memberChange(GUILD, -1, 100);
    await counter.flush();
    expect(await queries.growth(GUILD)).toMatchObject({
      memberCount: 100,
      periods: { "24h": { joins: 0, leaves: 1 }, "7d": { joins: 2, leaves: 2 } },
      previous: { "24h": { joins: 2, leaves: 1 }, "7d": null, "30d": null },
    });
    clock.pass(60 * 24 * HOUR_MS);
    expect(await queries.growth(GUILD)).toMatchObject({
      memberCount: 100,
      periods: { "30d": { joins: 0, leaves: 0 } },
      previous: { "24h": { joins: 0, leaves: 0 }, "7d": { joins: 0, leaves: 0 }, "30d": null },
    });
  });

  test("of a guild of which nothing was heard has no count of members", async () => {
    using folder = temporaryFolder();
    await using bot = await startCounting(folder.file("a.db"));
    expect((await bot.queries.growth(GUILD)).memberCount).toBeNull();
  });
});
