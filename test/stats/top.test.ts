import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../../src/clock.ts";
import { activityId } from "../../src/place-id.ts";
import { GUILD, startCounting } from "../support/counting.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const CHANNEL = "200000000000000001";
const member = (index: number): string => String(300000000000000000n + BigInt(index));

/** 25 members; the first sent most, and three share each number. */
async function ranked(file: string) {
  const bot = await startCounting(file, { activities: true, activityMinimumMs: 0 });
  for (let index = 0; index < 25; index++)
    for (let sent = 0; sent < 9 - Math.floor(index / 3); sent++) bot.message(member(index), CHANNEL);
  return bot;
}

describe("a top list in pages", () => {
  test("shows everyone exactly once; beyond its end comes the last page", async () => {
    using folder = temporaryFolder();
    await using bot = await ranked(folder.file("a.db"));
    const page = (number: number) =>
      bot.queries.top(GUILD, { metric: "messages", of: "members", page: number });
    const pages = [await page(0), await page(1), await page(2)];
    expect(pages.flatMap(({ entries }) => entries.map(({ id }) => id))).toEqual(
      Array.from({ length: 25 }, (_, index) => member(index)),
    );
    expect(pages.map(({ page, pages, ranked }) => [page, pages, ranked])).toEqual([
      [0, 3, 25],
      [1, 3, 25],
      [2, 3, 25],
    ]);
    expect(pages[1]?.entries.map(({ place }) => place)).toEqual([10, 10, 13, 13, 13, 16, 16, 16, 19, 19]);
    expect(await page(99)).toEqual(pages[2]);
  });

  test("of a guild without any counts has one page, and it is empty", async () => {
    using folder = temporaryFolder();
    await using bot = await startCounting(folder.file("a.db"));
    const view = await bot.queries.top(GUILD, { metric: "voice", of: "members", page: 3 });
    expect(view).toMatchObject({ page: 0, pages: 1, ranked: 0, entries: [], around: [] });
  });

  test("tells the place of who asked, with one above and one below, when the page does not", async () => {
    using folder = temporaryFolder();
    await using bot = await ranked(folder.file("a.db"));
    const around = async (index: number, page = 0): Promise<unknown> => {
      const options = { page, aroundMemberId: member(index) };
      const view = await bot.queries.top(GUILD, { metric: "messages", of: "members", ...options });
      return view.around.map(({ id, place }) => [id, place]);
    };
    expect(await around(14)).toEqual([
      [member(13), 13],
      [member(14), 13],
      [member(15), 16],
    ]);
    expect(await around(24)).toEqual([
      [member(23), 22],
      [member(24), 25],
    ]);
    expect(await around(14, 1)).toEqual([]);
    expect(await around(99)).toEqual([]);
    const channels = { metric: "messages", of: "channels", aroundMemberId: member(14) } as const;
    expect((await bot.queries.top(GUILD, channels)).around).toEqual([]);
  });

  test("by activities ranks members, and activities themselves", async () => {
    using folder = temporaryFolder();
    await using bot = await ranked(folder.file("a.db"));
    const chess = activityId(0, "Chess");
    const does = (userId: string, names: readonly string[]): void => {
      const activities = names.map((name) => ({ activityId: activityId(0, name), name, startMs: null }));
      bot.counter.activities({ guildId: GUILD, userId, bot: false, activities });
    };
    does(member(1), ["Chess"]);
    does(member(2), ["Chess", "Go"]);
    bot.clock.pass(HOUR_MS);
    does(member(1), []);
    does(member(2), []);
    const members = await bot.queries.top(GUILD, { metric: "activities", of: "members" });
    expect(members.entries.map(({ id, value }) => [id, value])).toEqual([
      [member(2), 2 * HOUR_MS],
      [member(1), HOUR_MS],
    ]);
    const activities = await bot.queries.top(GUILD, { metric: "activities", of: "activities" });
    expect(activities.entries[0]).toEqual({ id: chess, place: 1, value: 2 * HOUR_MS, share: 2 / 3 });
    expect(activities.totals["24h"]).toBe(3 * HOUR_MS);
    expect(activities.daily.values.reduce((sum, value) => sum + value, 0)).toBe(3 * HOUR_MS);
  });
});

describe("a question that makes no sense is refused", () => {
  const refusal = (argument: string) => ({ code: "ARGUMENT_INVALID", details: { argument } });

  test.each([
    ["of", { kind: "top", metric: "activities", of: "channels" }],
    ["metric", { kind: "top", metric: "voice", of: "activities" }],
    ["page", { kind: "top", metric: "voice", of: "members", page: -1 }],
    ["page", { kind: "top", metric: "voice", of: "members", page: 0.5 }],
    ["ids", { kind: "compare", of: "members", ids: [member(1), member(1)] }],
    ["ids", { kind: "compare", of: "channels", ids: [CHANNEL, "nobody"] }],
    ["roleId", { kind: "role", roleId: "" }],
    ["categoryId", { kind: "category", categoryId: "x" }],
  ] as const)("naming %s: %j", async (argument, request) => {
    using folder = temporaryFolder();
    await using bot = await startCounting(folder.file("a.db"));
    await expect(bot.queries.view(GUILD, request)).rejects.toMatchObject(refusal(argument));
  });
});
