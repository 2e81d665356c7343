import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOUR_MS, hourOf } from "../../src/clock.ts";
import type { SeenActivity } from "../../src/counting/observations.ts";
import { activityId } from "../../src/place-id.ts";
import { PERIODS, type Period } from "../../src/stats/views.ts";
import { GUILD, startCounting } from "../support/counting.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const MINUTE = 60_000;
const member = (index: number): string => String(300000000000000000n + BigInt(index));
const isBot = (index: number): boolean => index === 0;
const kinds = [
  { name: "Chess", type: 0 },
  { name: "chess", type: 1 },
  { name: "Spotify", type: 2 },
].map(({ name, type }): SeenActivity => ({ activityId: activityId(type, name), name, startMs: null }));
/** How many hours a period has. @param hourOfDay the current one, UTC */
const hoursOf = (hourOfDay: number): Readonly<Record<Period, number>> => ({
  "24h": 24,
  "7d": 168,
  "30d": 720,
  "90d": 89 * 24 + hourOfDay + 1,
  "1y": 364 * 24 + hourOfDay + 1,
  lifetime: Number.POSITIVE_INFINITY,
});

async function counting(file: string) {
  const bot = await startCounting(file, { activities: true, activityMinimumMs: 0 });
  return {
    ...bot,
    /** Who does which of the three, from now on. */
    does(who: number, on: number): void {
      const activities = kinds.filter((_, index) => ((on >> index) & 1) === 1);
      bot.counter.activities({ guildId: GUILD, userId: member(who), bot: isBot(who), activities });
    },
  };
}

/** Time of one member in one activity, within an hour. */
interface Piece {
  readonly hour: number;
  readonly who: number;
  readonly kind: number;
  readonly ms: number;
}

const steps = fc.array(
  fc.record({
    who: fc.nat(3),
    on: fc.nat(7),
    waitMs: fc.oneof(fc.nat(3 * HOUR_MS), fc.nat(300 * HOUR_MS), fc.nat(1_500 * HOUR_MS)),
    flushes: fc.boolean(),
  }),
  { maxLength: 25 },
);

describe("queries about activities", () => {
  test("equal a brute-force sum of all intervals, by period, member and activity", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        using folder = temporaryFolder();
        await using bot = await counting(folder.file("a.db"));
        const doing = new Map<number, number>();
        const pieces: Piece[] = [];
        for (const { who, on, waitMs, flushes } of list) {
          bot.does(who, on);
          doing.set(who, on);
          let fromMs = bot.clock.nowMs();
          bot.clock.pass(waitMs);
          while (fromMs < bot.clock.nowMs()) {
            const untilMs = Math.min(bot.clock.nowMs(), (hourOf(fromMs) + 1) * HOUR_MS);
            for (const [each, bits] of doing) {
              for (const kind of kinds.keys())
                if (((bits >> kind) & 1) === 1)
                  pieces.push({ hour: hourOf(fromMs), who: each, kind, ms: untilMs - fromMs });
            }
            fromMs = untilMs;
          }
          if (flushes) await bot.counter.flush();
        }
        const nowHour = hourOf(bot.clock.nowMs());
        for (const period of PERIODS) {
          const within = pieces.filter(({ hour }) => hour > nowHour - hoursOf(nowHour % 24)[period]);
          const sum = (matches: (piece: Piece) => boolean): number =>
            within.filter(matches).reduce((total, { ms }) => total + ms, 0);
          const people = await bot.queries.activities(GUILD, { period });
          const bots = await bot.queries.activities(GUILD, { period, members: "bots" });
          expect(people.totals[period]).toBe(sum(({ who }) => !isBot(who)));
          expect(bots.totals[period]).toBe(sum(({ who }) => isBot(who)));
          for (const [kind, { activityId: id }] of kinds.entries()) {
            const own = within.filter((piece) => piece.kind === kind && !isBot(piece.who));
            const entry = people.topActivities.find((each) => each.activityId === id);
            expect(entry?.value ?? 0).toBe(own.reduce((total, { ms }) => total + ms, 0));
            expect(entry?.members ?? 0).toBe(new Set(own.map(({ who }) => who)).size);
          }
          for (const who of [1, 2, 3]) {
            const own = await bot.queries.memberActivities(GUILD, member(who), { period });
            expect(own.totals[period]).toBe(sum((piece) => piece.who === who));
          }
          const chess = await bot.queries.activity(GUILD, "CHESS", { period });
          expect(chess.totals[period]).toBe(sum(({ kind, who }) => kind < 2 && !isBot(who)));
        }
      }),
      { numRuns: 20 },
    );
  });

  test("say who, how much of it, and on which day; nothing of an activity never seen", async () => {
    using folder = temporaryFolder();
    await using bot = await counting(folder.file("a.db"));
    bot.does(1, 0b001);
    bot.does(2, 0b101);
    bot.clock.pass(30 * MINUTE);
    bot.does(2, 0);
    bot.clock.pass(30 * MINUTE);
    const view = await bot.queries.activities(GUILD);
    expect(view.topActivities).toMatchObject([
      { type: "playing", name: "Chess", place: 1, value: 90 * MINUTE, share: 0.75, members: 2 },
      { type: "listening", name: "Spotify", place: 2, value: 30 * MINUTE, share: 0.25, members: 1 },
    ]);
    expect(view.contributors.lifetime).toBe(2);
    const chess = await bot.queries.activity(GUILD, "chess");
    expect(chess).toMatchObject({ name: "Chess", types: ["playing"] });
    expect(chess.topMembers.map(({ id, value }) => [id, value])).toEqual([
      [member(1), 60 * MINUTE],
      [member(2), 30 * MINUTE],
    ]);
    expect(chess.daily.durationMs.at(-1)).toBe(90 * MINUTE);
    const own = await bot.queries.memberActivities(GUILD, member(2));
    expect(own.rank).toEqual({ place: 1, of: 2 });
    const none = await bot.queries.activity(GUILD, "Go");
    expect(none).toMatchObject({ name: "Go", types: [], topMembers: [], totals: { lifetime: 0 } });
    const streamed = await bot.queries.activity(GUILD, "Chess", { type: "streaming" });
    expect(streamed.totals.lifetime).toBe(0);
  });
});
