import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOUR_MS, hourOf } from "../../src/clock.ts";
import { dayAt, firstHourOf, isoDate } from "../../src/local-day.ts";
import type { LongPeriod } from "../../src/period.ts";
import { LONG_PERIODS } from "../../src/stats/views.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { VOICE_STATES } from "../../src/voice-state.ts";
import { batchOf, type Row } from "../store/batches.ts";
import { rollUpWhole } from "../store/rolling-up.ts";
import { GUILD, startCounting } from "../support/counting.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const DAY_MS = 24 * HOUR_MS;
const DAYS: Readonly<Record<LongPeriod, number>> = { "90d": 90, "1y": 365 };
const START_MS = Date.UTC(2026, 2, 15, 12, 30);
const [AN, BO] = ["300000000000000001", "300000000000000002"];
const [CHAT, LOBBY] = ["200000000000000001", "200000000000000002"];
const PEOPLE = [AN, BO];
const PLACES = [CHAT, LOBBY];
const ZONES = ["UTC", "Asia/Kathmandu", "America/New_York", "Pacific/Kiritimati"];

type Bot = Awaited<ReturnType<typeof startCounting>>;

/** A file in which each of them wrote and talked each hour of the last 400 days. */
async function yearOfSteps(file: string, everyHours = 5): Promise<ManualClock> {
  const head = hourOf(START_MS);
  const store = sqlite(file);
  await store.open();
  const rows = PEOPLE.flatMap((member) =>
    Array.from(
      { length: Math.floor((400 * 24) / everyHours) },
      (_, index): Row => ({
        guild: GUILD,
        hour: head - 1 - index * everyHours,
        place: PLACES[index % 2] ?? CHAT,
        member,
        state: index % 3 === 0 ? VOICE_STATES.selfMuted : 0,
        messages: 1 + (index % 7),
        durationMs: 60_000,
      }),
    ),
  );
  await store.apply(batchOf("earlier", 1, rows, (head - 400 * 24) * HOUR_MS));
  await store.close();
  return new ManualClock(START_MS);
}

/** All that long periods say of the guild, of its members and of its channels. */
async function told({ queries }: Bot) {
  const all = [];
  for (const period of LONG_PERIODS)
    for (const members of ["humans", "both"] as const) {
      const options = { period, members };
      all.push(await queries.server(GUILD, options), await queries.voice(GUILD, options));
      for (const id of PEOPLE) all.push(await queries.member(GUILD, id, options));
      for (const id of PLACES) all.push(await queries.channel(GUILD, id, options));
      all.push(await queries.top(GUILD, { ...options, metric: "voice", of: "members" }));
    }
  return all;
}

/** The 30 days before the last 30 begin within a day, which then counts in proportion. */
function withoutMonthBefore(views: Awaited<ReturnType<typeof told>>) {
  return views.map(({ previous: { "30d": _, ...previous }, ...view }) => ({ ...view, previous }));
}

/** The same, as a bot says it that has just started. */
async function toldAnew(file: string, bot: Bot, timeZone = "UTC") {
  await bot.counter.flush();
  await bot[Symbol.asyncDispose]();
  await using fresh = await startCounting(file, { clock: bot.clock, timeZone });
  return await told(fresh);
}

describe("90 days and a year", () => {
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant("message" as const),
        who: fc.constantFrom(...PEOPLE),
        where: fc.constantFrom(...PLACES),
        agoMs: fc.oneof(fc.constant(0), fc.nat(400 * DAY_MS)),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("pass" as const),
        ms: fc.oneof(fc.nat(30 * HOUR_MS), fc.nat(45 * DAY_MS)),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("flush" as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("look" as const), period: fc.constantFrom(...LONG_PERIODS) }),
    },
  );

  test("equal a plain recount by local day, and so does what was before, however often somebody looked", async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...ZONES),
        // What was before 90 days is known of a guild that has been counted for twice as long.
        fc.constantFrom(0, 200 * DAY_MS, 380 * DAY_MS),
        fc.array(step, { minLength: 8, maxLength: 30 }),
        async (timeZone, countedMs, steps) => {
          using folder = temporaryFolder();
          await using bot = await startCounting(folder.file("a.db"), {
            timeZone,
            clock: new ManualClock(START_MS),
          });
          const { clock, queries } = bot;
          const said: { who: string; where: string; hour: number }[] = [];
          bot.message(AN, CHAT, 0);
          said.push({ who: AN, where: CHAT, hour: hourOf(clock.nowMs()) });
          clock.pass(countedMs);
          for (const each of [...steps, { kind: "look", period: "1y" } as const]) {
            if (each.kind === "pass") clock.pass(each.ms);
            else if (each.kind === "flush") await bot.counter.flush();
            else if (each.kind === "look") await queries.server(GUILD, { period: each.period });
            else {
              const { who, where, agoMs } = each;
              bot.message(who, where, agoMs);
              said.push({ who, where, hour: hourOf(clock.nowMs() - agoMs) });
            }
          }
          const head = hourOf(clock.nowMs());
          const today = dayAt(timeZone, head * HOUR_MS);
          const dayStart = firstHourOf(timeZone, today);
          const passed = (clock.nowMs() / HOUR_MS - dayStart) / (firstHourOf(timeZone, today + 1) - dayStart);
          const byDay = (matches: (one: (typeof said)[number]) => boolean): Map<number, number> => {
            const days = new Map<number, number>();
            for (const one of said) {
              const day = dayAt(timeZone, one.hour * HOUR_MS);
              if (matches(one)) days.set(day, (days.get(day) ?? 0) + 1);
            }
            return days;
          };
          for (const period of LONG_PERIODS) {
            const count = DAYS[period];
            const dates = Array.from({ length: count }, (_, index) => today - count + 1 + index);
            const server = await queries.server(GUILD, { period });
            const views = [
              [server, byDay(() => true)],
              [await queries.member(GUILD, AN, { period }), byDay(({ who }) => who === AN)],
              [await queries.channel(GUILD, LOBBY, { period }), byDay(({ where }) => where === LOBBY)],
            ] as const;
            for (const [view, days] of views) {
              const sum = (from: number, until: number): number =>
                Array.from({ length: until - from }, (_, index) => days.get(from + index) ?? 0).reduce(
                  (all, each) => all + each,
                  0,
                );
              expect(view.daily.days).toEqual(dates.map(isoDate));
              expect(view.daily.messages).toEqual(dates.map((day) => days.get(day) ?? 0));
              expect(view.totals[period]?.messages).toBe(sum(today - count + 1, today + 1));
              const isKnown = (view.sinceMs ?? 0) <= firstHourOf(timeZone, today - 179) * HOUR_MS;
              if (isKnown) compared++;
              expect(view.previous["90d"]?.messages).toBe(
                isKnown
                  ? Math.round(sum(today - 179, today - 90) + (days.get(today - 90) ?? 0) * passed)
                  : undefined,
              );
            }
            expect(server.totals["1y"] === undefined).toBe(period === "90d");
            expect(server.topMembers.messages.map(({ id, value }) => [id, value]).sort()).toEqual(
              PEOPLE.map((id) => [id, byDay(({ who }) => who === id)] as const)
                .map(([id, days]): [string, number] => [
                  id,
                  dates.reduce((all, day) => all + (days.get(day) ?? 0), 0),
                ])
                .filter(([, value]) => value > 0)
                .sort(),
            );
          }
          expect(bot.failures).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
    expect(compared, "histories that are long enough").toBeGreaterThan(20);
  }, 60_000);

  test("are read once, and roll on by the hour and by the day to what a fresh start reads", async () => {
    using folder = temporaryFolder();
    const timeZone = "America/New_York";
    const clock = await yearOfSteps(folder.file("a.db"));
    const bot = await startCounting(folder.file("a.db"), { clock, timeZone });
    await told(bot);
    // As far as 90 days need, then as far as a year does.
    expect(bot.line.askedDays).toBe(2);
    for (let hour = 0; hour < 24 * 40; hour += 7) {
      clock.pass(7 * HOUR_MS);
      bot.message(AN, CHAT);
      bot.message(BO, LOBBY, (hour % 9) * 50 * DAY_MS);
      await bot.queries.server(GUILD, { period: "90d" });
    }
    const rolled = await told(bot);
    expect(bot.line.askedDays).toBe(2);
    expect(rolled).toEqual(await toldAnew(folder.file("a.db"), bot, timeZone));
  });

  test("are the same when their hours were rolled up into days", async () => {
    for (const timeZone of ["UTC", "Asia/Kolkata"]) {
      using folder = temporaryFolder();
      const clock = await yearOfSteps(folder.file("a.db"));
      await using bot = await startCounting(folder.file("a.db"), { clock, timeZone });
      await bot.counter.rules.saveSettings(GUILD, { timeZone });
      const before = withoutMonthBefore(await told(bot));
      await rollUpWhole(bot.store, {
        hourlyBefore: hourOf(clock.nowMs()) - 32 * 24,
        dailyBefore: null,
        timeZone,
      });
      await bot.counter.recount(GUILD);
      expect(withoutMonthBefore(await told(bot))).toEqual(before);
    }
  });

  test("have nothing of whoever was erased, of what was purged or merged away, or of a state that does not count", async () => {
    for (const change of [
      (bot: Bot) => bot.counter.erasures.forget(AN),
      (bot: Bot) => bot.counter.erasures.forget(AN, GUILD),
      async (bot: Bot) => {
        await bot.counter.admission.optOut(AN);
        await bot.counter.erasures.forget(AN);
      },
      (bot: Bot) => bot.counter.stored.purge(GUILD, { placeId: CHAT }),
      (bot: Bot) => bot.counter.stored.purge(GUILD, { memberIds: [AN] }),
      (bot: Bot) => bot.counter.stored.purge(GUILD, { metric: "messages" }),
      (bot: Bot) => bot.counter.stored.purge(GUILD, "all"),
      (bot: Bot) => bot.counter.stored.mergePlaces(GUILD, LOBBY, CHAT),
      async (bot: Bot) => {
        await bot.counter.rules.saveSettings(GUILD, { uncountedVoice: ["selfMuted"] });
        await bot.counter.recount(GUILD);
      },
      (bot: Bot) => bot.counter.rules.saveSettings(GUILD, { timeZone: "Pacific/Kiritimati" }),
    ]) {
      using folder = temporaryFolder();
      const clock = await yearOfSteps(folder.file("a.db"), 50);
      const bot = await startCounting(folder.file("a.db"), { clock });
      const before = await told(bot);
      await change(bot);
      const after = await told(bot);
      expect(after).not.toEqual(before);
      expect(after).toEqual(await toldAnew(folder.file("a.db"), bot));
    }
    using folder = temporaryFolder();
    const clock = await yearOfSteps(folder.file("a.db"), 50);
    await using bot = await startCounting(folder.file("a.db"), { clock });
    expect(JSON.stringify(await bot.queries.server(GUILD, { period: "1y" }))).toContain(AN);
    await bot.counter.erasures.forget(AN);
    for (const period of LONG_PERIODS) {
      const server = await bot.queries.server(GUILD, { period });
      expect(JSON.stringify(server)).not.toContain(AN);
      expect(server.contributors[period]).toEqual({ messages: 1, voice: 1 });
      const { totals, daily } = await bot.queries.member(GUILD, AN, { period });
      expect(totals[period]).toEqual({ messages: 0, voice: 0 });
      expect(daily.messages.every((count) => count === 0)).toBe(true);
    }
  });

  test("count once what comes while the store reads, in whichever hand it is", async () => {
    using folder = temporaryFolder();
    const clock = await yearOfSteps(folder.file("a.db"), 50);
    const bot = await startCounting(folder.file("a.db"), { clock });
    const { "1y": before } = (await bot.queries.server(GUILD, { period: "1y" })).totals;
    await bot.counter.recount(GUILD);
    // One is dirty, one in flight, and one comes meanwhile.
    bot.message(AN, CHAT, 100 * DAY_MS);
    bot.faults.push("unanswered");
    await bot.counter.flush().catch(() => undefined);
    bot.message(AN, CHAT, 100 * DAY_MS);
    bot.faults.push("refused");
    await bot.counter.flush().catch(() => undefined);
    bot.message(AN, LOBBY, 33 * DAY_MS);
    bot.line.days = "hangs";
    const asked = bot.queries.server(GUILD, { period: "1y" });
    while (bot.line.askedDays < 2) await clock.turn();
    bot.message(BO, CHAT, 364 * DAY_MS);
    bot.message(BO, CHAT);
    bot.line.days = true;
    // Once as the store has answered, and hangs.
    for (let turn = 0; turn < 200; turn++) await clock.turn();
    bot.letGo();
    const { totals } = await asked;
    expect(totals["1y"]?.messages).toBe((before?.messages ?? 0) + 5);
    const after = await told(bot);
    expect(after).toEqual(await toldAnew(folder.file("a.db"), bot));
  });

  test("cannot be told while the store fails, and are when it is back; other periods are", async () => {
    using folder = temporaryFolder();
    const clock = await yearOfSteps(folder.file("a.db"), 50);
    await using bot = await startCounting(folder.file("a.db"), { clock });
    bot.line.days = false;
    await expect(bot.queries.server(GUILD, { period: "90d" })).rejects.toMatchObject({
      code: "STORE_FAILED",
    });
    expect((await bot.queries.server(GUILD)).totals["30d"].messages).toBeGreaterThan(0);
    bot.line.days = true;
    expect((await bot.queries.server(GUILD, { period: "90d" })).totals["90d"]?.messages).toBeGreaterThan(0);
  });

  test("are told to many who ask at once by one look", async () => {
    using folder = temporaryFolder();
    const clock = await yearOfSteps(folder.file("a.db"), 50);
    await using bot = await startCounting(folder.file("a.db"), { clock });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => bot.queries.server(GUILD, { period: "1y" })),
    );
    expect(bot.line.askedDays).toBe(1);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  test("are the first to go when memory is short: the window stays", async () => {
    using folder = temporaryFolder();
    const clock = await yearOfSteps(folder.file("a.db"));
    let windowBytes = 0;
    {
      await using bot = await startCounting(folder.file("a.db"), { clock });
      await bot.queries.server(GUILD);
      windowBytes = bot.counter.metrics().cacheBytes;
      await bot.queries.server(GUILD, { period: "1y" });
      expect(bot.counter.metrics().cacheBytes).toBeGreaterThan(windowBytes + 50_000);
    }
    await using bot = await startCounting(folder.file("a.db"), {
      clock,
      memoryBudgetBytes: windowBytes + 40_000,
    });
    await bot.queries.server(GUILD, { period: "1y" });
    bot.message(AN, CHAT);
    await bot.counter.flush();
    const { cacheBytes, cacheLoads } = bot.counter.metrics();
    expect(cacheBytes).toBeLessThan(windowBytes + 40_000);
    await bot.queries.server(GUILD);
    expect(bot.counter.metrics().cacheLoads).toBe(cacheLoads);
    expect(bot.line.askedDays).toBe(1);
    await bot.queries.server(GUILD, { period: "1y" });
    expect(bot.line.askedDays).toBe(2);
  });
});

describe("growth of 90 days and a year", () => {
  test("equals a plain recount by local day, with what was before", async () => {
    const changes = fc.array(fc.record({ change: fc.constantFrom(1, -1), waitMs: fc.nat(40 * DAY_MS) }), {
      minLength: 5,
      maxLength: 40,
    });
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...ZONES), changes, fc.boolean(), async (timeZone, list, looks) => {
        using folder = temporaryFolder();
        const clock = new ManualClock(START_MS);
        const file = folder.file("a.db");
        const seen: { hour: number; change: number; members: number }[] = [];
        let members = 1_000;
        const check = async (bot: Bot): Promise<void> => {
          const today = dayAt(timeZone, hourOf(clock.nowMs()) * HOUR_MS);
          const dayStart = firstHourOf(timeZone, today);
          const passed = (clock.nowMs() / HOUR_MS - dayStart) / (firstHourOf(timeZone, today + 1) - dayStart);
          const on = (day: number, change: number): number =>
            seen.filter((one) => one.change === change && dayAt(timeZone, one.hour * HOUR_MS) === day).length;
          for (const period of LONG_PERIODS) {
            const count = DAYS[period];
            const view = await bot.queries.growth(GUILD, { period });
            const days = Array.from({ length: count }, (_, index) => today - count + 1 + index);
            const last = today - count;
            const known = dayAt(timeZone, hourOf(START_MS) * HOUR_MS) < last - count + 1;
            const over = (change: number, from: number, until: number): number =>
              seen.filter((one) => {
                const day = dayAt(timeZone, one.hour * HOUR_MS);
                return one.change === change && day >= from && day < until;
              }).length;
            const earlier = (change: number): number =>
              Math.round(over(change, last - count + 1, last) + on(last, change) * passed);
            if (known) compared++;
            expect(view.periods[period]).toEqual({
              joins: over(1, last + 1, today + 1),
              leaves: over(-1, last + 1, today + 1),
            });
            expect(view.previous[period]).toEqual(known ? { joins: earlier(1), leaves: earlier(-1) } : null);
            expect(view.daily.joins).toEqual(days.map((day) => on(day, 1)));
            expect(view.daily.leaves).toEqual(days.map((day) => on(day, -1)));
            const levels = days.map((day) => {
              const last = seen.findLast((one) => dayAt(timeZone, one.hour * HOUR_MS) <= day);
              return last?.members ?? null;
            });
            expect(view.daily.members).toEqual(levels);
            expect(view.memberCount).toBe(members);
          }
        };
        {
          await using bot = await startCounting(file, { clock, timeZone });
          bot.counter.memberCount(GUILD, members);
          seen.push({ hour: hourOf(clock.nowMs()), change: 0, members });
          for (const { change, waitMs } of list) {
            clock.pass(waitMs);
            members += change;
            bot.counter.memberChange(GUILD, change === 1 ? 1 : -1, members);
            seen.push({ hour: hourOf(clock.nowMs()), change, members });
            if (looks) await bot.queries.growth(GUILD, { period: "1y" });
          }
          await check(bot);
        }
        await using bot = await startCounting(file, { clock, timeZone });
        await check(bot);
      }),
      { numRuns: 25 },
    );
    expect(compared, "histories that are long enough").toBeGreaterThan(10);
  }, 60_000);
});
