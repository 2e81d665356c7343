import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOUR_MS, hourOf } from "../../src/clock.ts";
import type { HistorySource } from "../../src/counting/history-source.ts";
import { activityId } from "../../src/place-id.ts";
import { ActivityTime } from "../../src/stats/activity-time.ts";
import { localDays } from "../../src/stats/days.ts";
import { Frame, type Groups } from "../../src/stats/frame.ts";
import { Pass } from "../../src/stats/pass.ts";
import { previousActivityOf, previousOf } from "../../src/stats/period-before.ts";
import { memberScope, placeScope, type Scope, scopeOf } from "../../src/stats/scope.ts";
import { type ByMetric, type ByPeriod, MEMBERS_FILTERS, type MembersFilter } from "../../src/stats/views.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { VOICE_STATES } from "../../src/voice-state.ts";
import { batchOf, type Row } from "../store/batches.ts";
import { rollUpWhole } from "../store/rolling-up.ts";
import { GUILD, snowflakeAt, startCounting } from "../support/counting.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * HOUR_MS;
/** The middle of an hour. */
const START_MS = Date.UTC(2026, 2, 15, 12, 30);
const [AN, BO] = ["300000000000000001", "300000000000000002"];
const [CHAT, LOBBY, OTHER, THREAD] = [1, 2, 3, 4].map((digit) => `20000000000000000${digit}`) as [
  string,
  string,
  string,
  string,
];
const WINDOWS = { "24h": 24, "7d": 168, "30d": 720 } as const;

type Bot = Awaited<ReturnType<typeof startCounting>>;

/** A file in which each hour of `days` days was the same, up to the hour at which a clock begins. */
async function steady(
  file: string,
  days: number,
  perHour: Partial<Row> = { messages: 60, durationMs: HOUR_MS },
) {
  const head = hourOf(START_MS);
  const store = sqlite(file);
  await store.open();
  const rows = Array.from(
    { length: days * 24 },
    (_, age): Row => ({
      ...{ guild: GUILD, hour: head - 1 - age, place: CHAT, member: AN },
      ...perHour,
    }),
  );
  await store.apply(batchOf("earlier", 1, rows, (head - days * 24) * HOUR_MS));
  await store.close();
  return new ManualClock(head * HOUR_MS);
}

const messagesBefore = async (bot: Bot) => {
  const { previous } = await bot.queries.server(GUILD);
  return [previous["24h"], previous["7d"], previous["30d"], previous.lifetime].map(
    (each) => each?.messages ?? null,
  );
};

describe("the period before", () => {
  test("equals the period up to now at each minute of the hour, while activity is steady", async () => {
    using folder = temporaryFolder();
    const clock = await steady(folder.file("a.db"), 61, { messages: 60 });
    await using bot = await startCounting(folder.file("a.db"), { clock });
    for (let minute = 0; minute <= 61; minute++) {
      const { totals, previous } = await bot.queries.member(GUILD, AN);
      const channel = await bot.queries.channel(GUILD, CHAT);
      const server = await bot.queries.server(GUILD);
      for (const period of ["24h", "7d", "30d"] as const) {
        expect([minute, period, previous[period]]).toEqual([minute, period, totals[period]]);
        expect(channel.previous[period]).toEqual(totals[period]);
        expect(server.previous[period]).toEqual(totals[period]);
      }
      bot.message(AN, CHAT);
      clock.pass(MINUTE_MS);
    }
    // The hour has turned once.
    expect(bot.line.askedSums).toBe(2);
    expect(bot.failures).toEqual([]);
  });

  test("is unknown before enough was counted, and for all time", async () => {
    for (const [days, known] of [
      [1, []],
      [2, ["24h"]],
      [13, ["24h"]],
      [14, ["24h", "7d"]],
      [59, ["24h", "7d"]],
      [60, ["24h", "7d", "30d"]],
    ] as const) {
      using folder = temporaryFolder();
      const clock = await steady(folder.file("a.db"), days);
      await using bot = await startCounting(folder.file("a.db"), { clock });
      const { previous } = await bot.queries.server(GUILD);
      const found = Object.entries(previous).flatMap(([period, value]) => (value === null ? [] : [period]));
      expect([days, found]).toEqual([days, known]);
      // Where there is nothing to compare with, nobody asks the store.
      expect(bot.line.askedSums).toBe(days === 60 ? 1 : 0);
    }
  });

  test("is the same across a roll-up into days, in whichever zone they are cut", async () => {
    for (const timeZone of ["UTC", "Asia/Kolkata", "America/New_York"]) {
      using folder = temporaryFolder();
      const clock = await steady(folder.file("a.db"), 70);
      await using bot = await startCounting(folder.file("a.db"), { clock });
      await bot.counter.rules.saveSettings(GUILD, { timeZone });
      const before = await messagesBefore(bot);
      const hourlyBefore = hourOf(clock.nowMs()) - 32 * 24;
      expect(
        await rollUpWhole(bot.store, { hourlyBefore, dailyBefore: null, timeZone: "UTC" }),
      ).toBeGreaterThan(600);
      await bot.counter.recount(GUILD);
      expect(await messagesBefore(bot)).toEqual(before);
      expect(bot.line.askedSums).toBe(2);
    }
  });

  test("knows what is not written yet, once: counted before the store answers, or after", async () => {
    using folder = temporaryFolder();
    const clock = await steady(folder.file("a.db"), 61);
    await using bot = await startCounting(folder.file("a.db"), { clock });
    const before = 719 * 60;
    const late = () => bot.message(BO, OTHER, 40 * DAY_MS);
    bot.line.sums = "hangs";
    const answer = messagesBefore(bot);
    while (bot.line.askedSums === 0) await clock.turn();
    late();
    bot.line.sums = true;
    bot.letGo();
    expect((await answer)[2]).toBe(before + 1);
    late();
    expect((await messagesBefore(bot))[2]).toBe(before + 2);
    for (const fault of ["refused", "unanswered"] as const) {
      bot.faults.push(fault);
      await bot.counter.flush().catch(() => undefined);
      // Read anew while a batch is in flight, and perhaps stored.
      await bot.counter.recount(GUILD);
      expect((await messagesBefore(bot))[2]).toBe(before + 2);
    }
    await bot.counter.flush();
    expect((await messagesBefore(bot))[2]).toBe(before + 2);
    await bot.counter.recount(GUILD);
    expect((await messagesBefore(bot))[2]).toBe(before + 2);
  });

  test("holds nothing of who was forgotten, or of what was purged or merged away", async () => {
    using folder = temporaryFolder();
    const clock = await steady(folder.file("a.db"), 61);
    await using bot = await startCounting(folder.file("a.db"), { clock });
    for (const days of [1.5, 10, 40]) {
      bot.message(BO, CHAT, days * DAY_MS);
      bot.message(BO, OTHER, days * DAY_MS);
    }
    const inOther = async () => (await bot.queries.channel(GUILD, OTHER)).previous["30d"]?.messages;
    const before = 719 * 60;
    expect((await messagesBefore(bot))[2]).toBe(before + 2);
    expect(await inOther()).toBe(1);
    await bot.counter.stored.mergePlaces(GUILD, CHAT, OTHER);
    expect(await inOther()).toBe(before + 2);
    await bot.counter.erasures.forget(BO);
    expect(await messagesBefore(bot)).toEqual([23 * 60, 167 * 60, before, null]);
    await bot.counter.stored.purge(GUILD, { metric: "messages" });
    expect(await messagesBefore(bot)).toEqual([0, 0, 0, null]);
  });

  test("holds a past that is imported, also while it is looked at", async () => {
    using folder = temporaryFolder();
    const clock = new ManualClock(START_MS);
    const [first, second] = [100, 99].map((days) => snowflakeAt(START_MS - days * DAY_MS));
    if (first === undefined || second === undefined) throw new Error("there are two");
    const said = [first, second].map((channelId) => ({
      ...{ messageId: snowflakeAt(START_MS - 40 * DAY_MS), guildId: GUILD, channelId },
      ...{ parentId: null, userId: AN, bot: false },
    }));
    const history: HistorySource = {
      channels: () =>
        said.map(({ channelId, messageId }) => ({ channelId, parentId: null, newestMessageId: messageId })),
      after: () => Promise.resolve(null),
      before: async (_guildId, channelId) => {
        const messages = said.filter((message) => message.channelId === channelId);
        const oldestId = messages[0]?.messageId ?? null;
        return { messages, size: 1, oldestId, newestId: oldestId, isLast: true };
      },
      threadParents: () => [],
      archivedThreads: () => Promise.resolve(null),
    };
    await using bot = await startCounting(folder.file("a.db"), { clock, history });
    bot.message(AN, CHAT);
    await bot.counter.flush();
    expect(await messagesBefore(bot)).toEqual([null, null, null, null]);
    const request = { guildId: GUILD, sinceMs: null, untilMs: null };
    await bot.counter.backfill.run({ ...request, channelId: first });
    expect(await messagesBefore(bot)).toEqual([0, 0, 1, null]);
    await bot.counter.backfill.run({ ...request, channelId: second });
    expect(await messagesBefore(bot)).toEqual([0, 0, 2, null]);
    expect(bot.line.askedSums).toBe(1);
  });

  test("does not fail or hold up an answer: a failing store is reported once, and asked again a minute later", async () => {
    using folder = temporaryFolder();
    const clock = await steady(folder.file("a.db"), 61);
    await using bot = await startCounting(folder.file("a.db"), { clock });
    bot.line.sums = false;
    for (let query = 0; query < 3; query++) {
      expect(await messagesBefore(bot)).toEqual([23 * 60, 167 * 60, null, null]);
    }
    expect(bot.failures.map(({ code }) => code)).toEqual(["STORE_FAILED"]);
    bot.line.sums = true;
    expect((await messagesBefore(bot))[2]).toBe(null);
    clock.pass(MINUTE_MS);
    expect((await messagesBefore(bot))[2]).toBe(719 * 60 + 1);
    expect(bot.failures).toHaveLength(1);
  });

  test("of a slow store is waited for once and not for long, and known when it comes", async () => {
    using folder = temporaryFolder();
    const clock = await steady(folder.file("a.db"), 61);
    await using bot = await startCounting(folder.file("a.db"), { clock });
    bot.line.sums = "hangs";
    const answers = [messagesBefore(bot), messagesBefore(bot)];
    while (bot.line.askedSums === 0) await clock.turn();
    let answered = 0;
    for (const answer of answers) void answer.then(() => answered++);
    await clock.advance(299);
    expect(answered).toBe(0);
    await clock.advance(1);
    for (const answer of answers) expect(await answer).toEqual([23 * 60, 167 * 60, null, null]);
    // No more time is given to it.
    expect((await messagesBefore(bot))[2]).toBe(null);
    expect(bot.line.askedSums).toBe(1);
    bot.letGo();
    while ((await messagesBefore(bot))[2] === null) await clock.turn();
    expect((await messagesBefore(bot))[2]).toBe(719 * 60);
    expect(bot.failures).toEqual([]);
  });

  test("that was asked for in one hour is not taken for that of the next", async () => {
    using folder = temporaryFolder();
    const clock = await steady(folder.file("a.db"), 61);
    await using bot = await startCounting(folder.file("a.db"), { clock });
    // In the first hour of the 30 days before, which it leaves with the next hour.
    bot.message(BO, OTHER, 1439 * HOUR_MS - MINUTE_MS);
    await bot.counter.flush();
    bot.line.sums = "hangs";
    const answer = messagesBefore(bot);
    while (bot.line.askedSums === 0) await clock.turn();
    clock.pass(HOUR_MS);
    const next = messagesBefore(bot);
    bot.line.sums = true;
    bot.letGo();
    expect((await answer)[2]).toBe(null);
    expect((await next)[2]).toBe(719 * 60);
  });

  test("of a guild that is purged meanwhile is not what was before", async () => {
    using folder = temporaryFolder();
    const clock = await steady(folder.file("a.db"), 61);
    await using bot = await startCounting(folder.file("a.db"), { clock });
    bot.line.sums = "hangs";
    const answer = messagesBefore(bot);
    while (bot.line.askedSums === 0) await clock.turn();
    const purged = bot.counter.stored.purge(GUILD, { metric: "messages" });
    bot.line.sums = true;
    bot.letGo();
    await purged;
    await answer;
    expect(await messagesBefore(bot)).toEqual([0, 0, 0, null]);
  });
});

/** What happened: of one member at one place, within an hour. */
interface Piece {
  readonly hour: number;
  readonly who: number;
  readonly place: string;
  readonly state: number;
  readonly messages: number;
  readonly ms: number;
}

const MEMBERS = [0, 1, 2, 3].map((digit) => `30000000000000000${digit}`);
const isBot = (who: number): boolean => who === 0;
const GAMES = ["Chess", "Go"].map((name) => ({ activityId: activityId(0, name), name, startMs: null }));
const PLACES = [CHAT, LOBBY, OTHER, THREAD] as const;
const channelOf = (place: string): string => (place === THREAD ? CHAT : place);

const step = fc.record({
  // Nearly all histories are longer than 60 days.
  waitMs: fc.oneof(
    { weight: 1, arbitrary: fc.nat(3 * HOUR_MS) },
    { weight: 2, arbitrary: fc.integer({ min: 30 * HOUR_MS, max: 300 * HOUR_MS }) },
  ),
  who: fc.nat(3),
  does: fc.constantFrom("message", "voice", "leave", "games"),
  place: fc.constantFrom(...PLACES),
  state: fc.constantFrom(0, VOICE_STATES.afk, VOICE_STATES.selfMuted),
  games: fc.nat(3),
  flushes: fc.boolean(),
});

/** Plays steps. @returns all that happened */
async function play(bot: Bot, steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[]) {
  const pieces: Piece[] = [];
  const inVoice = new Map<number, { place: string; state: number }>();
  const playing = new Map<number, number>();
  const said = (who: number, place: string): void => {
    const messageId = snowflakeAt(bot.clock.nowMs());
    const parentId = place === THREAD ? CHAT : null;
    const userId = MEMBERS[who] ?? "";
    bot.counter.message({ messageId, guildId: GUILD, channelId: place, parentId, userId, bot: isBot(who) });
    pieces.push({ hour: hourOf(bot.clock.nowMs()), who, place, state: 0, messages: 1, ms: 0 });
  };
  said(1, OTHER);
  await bot.counter.flush();
  for (const { waitMs, who, does, place, state, games, flushes } of steps) {
    let fromMs = bot.clock.nowMs();
    bot.clock.pass(waitMs);
    while (fromMs < bot.clock.nowMs()) {
      const untilMs = Math.min(bot.clock.nowMs(), (hourOf(fromMs) + 1) * HOUR_MS);
      const piece = { hour: hourOf(fromMs), messages: 0, ms: untilMs - fromMs };
      for (const [each, where] of inVoice) pieces.push({ ...piece, who: each, ...where });
      for (const [each, bits] of playing) {
        for (const [at, game] of GAMES.entries()) {
          if (((bits >> at) & 1) === 1)
            pieces.push({ ...piece, who: each, place: game.activityId, state: 0 });
        }
      }
      fromMs = untilMs;
    }
    const userId = MEMBERS[who] ?? "";
    if (does === "message") said(who, place);
    else if (does === "games") {
      const activities = GAMES.filter((_, at) => ((games >> at) & 1) === 1);
      bot.counter.activities({ guildId: GUILD, userId, bot: isBot(who), activities });
      playing.set(who, games);
    } else if (does === "leave") {
      bot.voice(userId, null, { bot: isBot(who) });
      inVoice.delete(who);
    } else {
      bot.voice(userId, LOBBY, { bot: isBot(who), state });
      inVoice.set(who, { place: LOBBY, state });
    }
    if (flushes) await bot.counter.flush();
  }
  return pieces;
}

const NO_GROUPS: Groups = { rolesOf: () => [], categoryOf: () => null };

async function frameOf(bot: Bot, filter: MembersFilter): Promise<Frame> {
  const record = await bot.counter.reader.recordToCompare(GUILD);
  const { hot } = record;
  if (hot === null) throw new Error("not loaded");
  record.bringUpToDate();
  const nowMs = bot.clock.nowMs();
  return new Frame(record, hot, filter, localDays("UTC", nowMs), (nowMs % HOUR_MS) / HOUR_MS, NO_GROUPS);
}

/** The plain recount, of messages and of milliseconds. */
function recount(bot: Bot, pieces: readonly Piece[]) {
  const nowMs = bot.clock.nowMs();
  const share = (nowMs % HOUR_MS) / HOUR_MS;
  return (matches: (piece: Piece) => boolean): ByPeriod<ByMetric<number> | null> => {
    const sums = (hours: number): ByMetric<number> | null => {
      const last = hourOf(nowMs) - hours;
      // The guild's first message is at the very start.
      if (START_MS > (last - hours + 1) * HOUR_MS) return null;
      let [messages, voice] = [0, 0];
      for (const piece of pieces) {
        if (piece.hour <= last - hours || piece.hour > last || !matches(piece)) continue;
        messages += piece.messages * (piece.hour === last ? share : 1);
        voice += piece.ms * (piece.hour === last ? share : 1);
      }
      return { messages: Math.round(messages), voice: Math.round(voice) };
    };
    const { "24h": day, "7d": week, "30d": month } = WINDOWS;
    return { "24h": sums(day), "7d": sums(week), "30d": sums(month), lifetime: null };
  };
}

describe("the period before, of anything that happened", () => {
  test("equals a plain recount for every scope and filter, before and after a restart", async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 25 }), async (steps) => {
        using folder = temporaryFolder();
        const options = { activities: true, activityMinimumMs: 0 };
        const clock = new ManualClock(START_MS);
        let pieces: readonly Piece[] = [];
        const check = async (bot: Bot): Promise<void> => {
          const sums = recount(bot, pieces);
          for (const filter of MEMBERS_FILTERS) {
            const frame = await frameOf(bot, filter);
            const { members, places } = frame.record;
            const isCounted = ({ who, state }: Piece): boolean =>
              (filter === "both" || isBot(who) === (filter === "bots")) && (state & VOICE_STATES.afk) === 0;
            const inChannels = (matches: (piece: Piece) => boolean) =>
              sums((piece) => isCounted(piece) && !piece.place.includes(":") && matches(piece));
            const guild = inChannels(() => true);
            expect(previousOf(frame)).toEqual(guild);
            const of = (scope: Scope) => previousOf(frame, new Pass(frame, scope, "none", "30d"));
            if (guild["30d"] !== null) compared++;
            for (const [who, id] of MEMBERS.entries()) {
              const own = of(memberScope(frame, members.find(id) ?? -1));
              expect(own).toEqual(inChannels((piece) => piece.who === who));
            }
            const withRole = new Set([0, 2].map((who) => members.find(MEMBERS[who] ?? "") ?? -1));
            expect(of(scopeOf(frame, { isMember: (member) => withRole.has(member) }))).toEqual(
              inChannels(({ who }) => who === 0 || who === 2),
            );
            for (const id of PLACES) {
              expect(of(placeScope(frame, places.find(id) ?? -1))).toEqual(
                inChannels(({ place }) => place === id || channelOf(place) === id),
              );
            }
            const ofCategory = new Set([CHAT, LOBBY].map((id) => places.find(id) ?? -1));
            expect(
              of(scopeOf(frame, { isPlace: (place) => ofCategory.has(frame.channels[place] ?? -1) })),
            ).toEqual(inChannels(({ place }) => place !== OTHER));
            const inGames = (matches: (piece: Piece) => boolean) => {
              const found = sums((piece) => isCounted(piece) && piece.place.includes(":") && matches(piece));
              return Object.fromEntries(
                Object.entries(found).map(([period, value]) => [period, value?.voice ?? null]),
              );
            };
            expect(previousActivityOf(frame, new ActivityTime(frame, "30d"))).toEqual(inGames(() => true));
            const chess = GAMES[0]?.activityId ?? "";
            const one = new ActivityTime(frame, "30d", (place) => places.ids[place] === chess);
            expect(previousActivityOf(frame, one)).toEqual(inGames(({ place }) => place === chess));
            const own = new ActivityTime(frame, "30d", () => true, members.find(MEMBERS[1] ?? "") ?? -1);
            expect(previousActivityOf(frame, own)).toEqual(inGames(({ who }) => who === 1));
          }
        };
        {
          await using bot = await startCounting(folder.file("a.db"), { ...options, clock });
          pieces = await play(bot, steps);
          await check(bot);
        }
        await using bot = await startCounting(folder.file("a.db"), { ...options, clock });
        await check(bot);
        expect(bot.failures).toEqual([]);
      }),
      { numRuns: 15 },
    );
    expect(compared, "histories that are long enough").toBeGreaterThan(5);
  }, 60_000);
});
