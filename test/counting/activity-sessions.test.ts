import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../../src/clock.ts";
import { ActivitySessions } from "../../src/counting/activity-sessions.ts";
import type { ActivityObservation, Count, SeenActivity } from "../../src/counting/observations.ts";
import { activityId } from "../../src/place-id.ts";
import type { OpenActivity } from "../../src/store/store.ts";

const GUILD = "100000000000000001";
const OTHER_GUILD = "100000000000000002";
const AN = "300000000000000001";
const BO = "300000000000000002";
const T0 = 490_000 * HOUR_MS;
const MINUTE = 60_000;
const BOUNDS = { minimumMs: 10 * MINUTE, longestGapMs: 24 * HOUR_MS };
const CHESS = activityId(0, "Chess");

function recording(bounds = BOUNDS) {
  const counts: Count[] = [];
  return {
    sessions: new ActivitySessions((count) => counts.push(count), bounds),
    counts,
    total: (matches: (count: Count) => boolean = () => true) =>
      counts.filter(matches).reduce((sum, { durationMs }) => sum + durationMs, 0),
  };
}

const game = (name: string, startMs: number | null = null, type = 0): SeenActivity => ({
  activityId: activityId(type, name),
  name,
  startMs,
});

const does = (userId: string, activities: readonly SeenActivity[], guildId = GUILD): ActivityObservation => ({
  guildId,
  userId,
  bot: false,
  activities,
});

const stored = (change: Partial<OpenActivity> = {}): OpenActivity => ({
  guildId: GUILD,
  userId: AN,
  bot: false,
  activityId: CHESS,
  uncountedSinceMs: null,
  endedMs: null,
  settledMs: T0,
  ...change,
});

/** An interval in which something was seen. */
interface Seen {
  readonly from: number;
  readonly until: number;
}

describe("time in an activity", () => {
  const steps = fc.array(
    fc.record({
      wait: fc.oneof(fc.nat(2 * MINUTE), fc.nat(3 * HOUR_MS)),
      who: fc.constantFrom(AN, BO),
      /** What is on from then: bits of the four activities. */
      on: fc.nat(15),
      /** Of the unrelated kind. */
      startMs: fc.option(fc.integer({ min: T0 - HOUR_MS, max: T0 + 9 * HOUR_MS })),
      settles: fc.boolean(),
    }),
    { maxLength: 40 },
  );
  const kinds = [game("Chess"), game("Chess", null, 1), game("Go"), game("Spotify", null, 2)];

  test("is each millisecond once, if it lasts for the minimum, whatever else a presence does", () => {
    fc.assert(
      fc.property(steps, fc.constantFrom(0, MINUTE, 10 * MINUTE), (list, minimumMs) => {
        const { sessions, counts, total } = recording({ ...BOUNDS, minimumMs });
        const open = new Map<string, number>();
        const seen = new Map<string, Seen[]>();
        let now = T0 + 1_234;
        const change = (who: string, on: number, startMs: number | null): void => {
          for (const [index, { activityId: id }] of kinds.entries()) {
            const name = `${who} ${id}`;
            const from = open.get(name);
            const isOn = ((on >> index) & 1) === 1;
            if (isOn && from === undefined) open.set(name, now);
            if (isOn || from === undefined) continue;
            seen.set(name, [...(seen.get(name) ?? []), { from, until: now }]);
            open.delete(name);
          }
          // A start of what is known already changes nothing, wherever it lies.
          const activities = kinds.flatMap((kind, index) => {
            if (((on >> index) & 1) === 0) return [];
            return [{ ...kind, startMs: open.get(`${who} ${kind.activityId}`) === now ? null : startMs }];
          });
          const observation = does(who, activities);
          if (!sessions.isKnown(observation)) sessions.observe(observation, now);
          expect(sessions.isKnown(observation)).toBe(true);
        };
        for (const { wait, who, on, startMs, settles } of list) {
          now += wait;
          if (settles) sessions.settle(now);
          if (settles) sessions.tidy(GUILD, now);
          change(who, on, startMs);
        }
        now += 1;
        for (const who of [AN, BO]) change(who, 0, null);
        for (const who of [AN, BO]) {
          for (const { activityId: id } of kinds) {
            const lasted = (seen.get(`${who} ${id}`) ?? []).map(({ from, until }) => until - from);
            const expected = lasted.filter((ms) => ms >= minimumMs).reduce((sum, ms) => sum + ms, 0);
            expect(total(({ userId, placeId }) => userId === who && placeId === id)).toBe(expected);
          }
        }
        for (const { hour, durationMs } of counts) {
          expect(durationMs).toBeLessThanOrEqual(HOUR_MS);
          expect(hour).toBeGreaterThanOrEqual(490_000);
        }
        expect(sessions.size).toBe(0);
      }),
    );
  });

  test("counts from its beginning once it lasts for the minimum, and nothing a millisecond before", () => {
    const { sessions, total } = recording();
    sessions.observe(does(AN, [game("Chess")]), T0);
    sessions.settle(T0 + 10 * MINUTE - 1);
    expect(total()).toBe(0);
    sessions.settle(T0 + 10 * MINUTE);
    expect(total()).toBe(10 * MINUTE);
    sessions.observe(does(AN, []), T0 + 11 * MINUTE);
    expect(total()).toBe(11 * MINUTE);
  });

  test("is cut at hour edges, back to the hour in which it began", () => {
    const { sessions, counts } = recording();
    sessions.observe(does(AN, [game("Chess", T0 - 1_000)]), T0 + 20 * MINUTE);
    sessions.settle(T0 + 20 * MINUTE);
    expect(counts.map(({ hour, durationMs }) => [hour, durationMs])).toEqual([
      [489_999, 1_000],
      [490_000, 20 * MINUTE],
    ]);
  });

  test("is each guild's own: a member of two counts once in each", () => {
    const { sessions, total } = recording();
    for (const guildId of [GUILD, OTHER_GUILD]) sessions.observe(does(AN, [game("Chess")], guildId), T0);
    sessions.observe(does(AN, [], OTHER_GUILD), T0 + 20 * MINUTE);
    sessions.settle(T0 + 30 * MINUTE);
    expect(total(({ guildId }) => guildId === GUILD)).toBe(30 * MINUTE);
    expect(total(({ guildId }) => guildId === OTHER_GUILD)).toBe(20 * MINUTE);
  });

  test("is not made longer or shorter by a host's clock that is set", () => {
    const { sessions, total } = recording();
    sessions.observe(does(AN, [game("Chess")]), T0 + HOUR_MS);
    sessions.step(T0 + HOUR_MS + 5 * MINUTE, T0);
    sessions.settle(T0 + 4 * MINUTE);
    expect(total()).toBe(0);
    sessions.step(T0 + 6 * MINUTE, T0 + 100 * HOUR_MS);
    sessions.settle(T0 + 100 * HOUR_MS + 500);
    expect(total()).toBe(11 * MINUTE + 500);
  });
});

describe("Discord's own start", () => {
  const countedFrom = (
    startMs: number | null,
    before: (sessions: ActivitySessions) => void = () => undefined,
  ) => {
    const { sessions, counts } = recording();
    before(sessions);
    const already = counts.length;
    sessions.observe(does(AN, [game("Chess", startMs)]), T0);
    sessions.settle(T0 + HOUR_MS);
    const own = counts.slice(already).reduce((sum, { durationMs }) => sum + durationMs, 0);
    return T0 + HOUR_MS - own;
  };

  test("is believed when it lies within a day, and is not ahead", () => {
    expect(countedFrom(T0 - 3 * HOUR_MS)).toBe(T0 - 3 * HOUR_MS);
    expect(countedFrom(T0 - 24 * HOUR_MS)).toBe(T0 - 24 * HOUR_MS);
    expect(countedFrom(T0 - 24 * HOUR_MS - 1)).toBe(T0);
    expect(countedFrom(T0 + 1)).toBe(T0);
    expect(countedFrom(Number.NaN)).toBe(T0);
    expect(countedFrom(null)).toBe(T0);
  });

  test("is not believed before the rules last changed", () => {
    const rules = (sessions: ActivitySessions): void => sessions.notBefore(T0 - HOUR_MS);
    expect(countedFrom(T0 - HOUR_MS, rules)).toBe(T0 - HOUR_MS);
    expect(countedFrom(T0 - HOUR_MS - 1, rules)).toBe(T0);
  });

  test("does not count again what was counted, however often the activity comes and goes", () => {
    const steps = fc.array(
      fc.record({ wait: fc.nat(20 * MINUTE), isOn: fc.boolean(), restarts: fc.boolean() }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(steps, (list) => {
        const { counts, total, sessions: first } = recording();
        let sessions = first;
        const kept = new Map<string, OpenActivity>();
        let now = T0 + HOUR_MS;
        let visibleMs = 0;
        let wasOn = false;
        for (const { wait, isOn, restarts } of list) {
          now += wait;
          if (wasOn) visibleMs += wait;
          else if (isOn && visibleMs === 0) visibleMs = now - T0;
          wasOn = isOn;
          // Discord says each time that it began at T0.
          const present = does(AN, isOn ? [game("Chess", T0)] : []);
          sessions.observe(present, now);
          sessions.settle(now);
          sessions.tidy(GUILD, now);
          const { opened, closed } = sessions.takeChanges(GUILD);
          for (const session of opened) kept.set(session.activityId, { ...session, settledMs: now });
          for (const { activityId: id } of closed) kept.delete(id);
          if (!restarts) continue;
          sessions = new ActivitySessions((count) => counts.push(count), BOUNDS);
          sessions.restore([...kept.values()].map((session) => ({ ...session, settledMs: now })));
          sessions.reconcile(GUILD, [present], now);
        }
        sessions.observe(does(AN, []), now);
        expect(total()).toBeLessThanOrEqual(visibleMs);
        const hours = new Map<number, number>();
        for (const { hour, durationMs } of counts) hours.set(hour, (hours.get(hour) ?? 0) + durationMs);
        for (const ms of hours.values()) expect(ms).toBeLessThanOrEqual(HOUR_MS);
      }),
    );
  });

  test("does not count again what was counted before a short one in between", () => {
    const { sessions, total } = recording();
    const play = (fromMs: number, untilMs: number): void => {
      sessions.observe(does(AN, [game("Chess", T0)]), fromMs);
      sessions.observe(does(AN, []), untilMs);
    };
    play(T0, T0 + 30 * MINUTE);
    play(T0 + 40 * MINUTE, T0 + 43 * MINUTE);
    play(T0 + 50 * MINUTE, T0 + 80 * MINUTE);
    expect(total()).toBe(60 * MINUTE);
  });
});

describe("when the gateway is away", () => {
  test("also where nobody did anything before: whoever may be counted from then on waits to be found again", () => {
    const { sessions, total } = recording();
    sessions.lose(GUILD, T0);
    sessions.observe(does(AN, [game("Chess", T0 + MINUTE)]), T0 + 5 * MINUTE);
    sessions.settle(T0 + 60 * MINUTE);
    expect(total()).toBe(0);
    sessions.reconcile(GUILD, [], T0 + 60 * MINUTE);
    expect([total(), sessions.size]).toEqual([0, 0]);
    sessions.lose(GUILD, T0 + 60 * MINUTE);
    sessions.regain(GUILD);
    sessions.takeChanges(GUILD);
    expect([...sessions.guildIds()]).toEqual([]);
  });

  test("nothing is counted beyond the moment it went, until the activity is seen again", () => {
    const { sessions, total } = recording();
    sessions.observe(does(AN, [game("Chess")]), T0);
    sessions.lose(GUILD, T0 + 20 * MINUTE);
    sessions.settle(T0 + 60 * MINUTE);
    expect(total()).toBe(20 * MINUTE);
  });

  test("a resumed gateway has told all: what is open went on, what ended is not counted for it", () => {
    const { sessions, total } = recording();
    for (const user of [AN, BO]) sessions.observe(does(user, [game("Chess")]), T0);
    sessions.lose(GUILD, T0 + 20 * MINUTE);
    sessions.observe(does(AN, []), T0 + 30 * MINUTE);
    sessions.regain(GUILD);
    sessions.settle(T0 + 31 * MINUTE);
    expect(total(({ userId }) => userId === AN)).toBe(20 * MINUTE);
    expect(total(({ userId }) => userId === BO)).toBe(31 * MINUTE);
  });

  test.each([
    ["began before the gap by Discord's account: it went on throughout", T0 - 1, 60],
    ["began in the gap: the first ended where it was last seen", T0 + 30 * MINUTE, 50],
    ["has no start: nobody knows, and the gap is not counted", null, 40],
    ["is not found: it ended where it was last seen", undefined, 20],
  ])("an activity that %s", (_claim, startMs, minutes) => {
    const { sessions, total } = recording();
    sessions.observe(does(AN, [game("Chess")]), T0);
    sessions.lose(GUILD, T0 + 20 * MINUTE);
    const present = startMs === undefined ? [] : [does(AN, [game("Chess", startMs)])];
    sessions.reconcile(GUILD, present, T0 + 40 * MINUTE);
    sessions.settle(T0 + 60 * MINUTE);
    expect(total()).toBe(minutes * MINUTE);
  });

  test("a short one that went on counts from its beginning, over the gap", () => {
    const { sessions, total } = recording();
    sessions.restore([stored({ uncountedSinceMs: T0 - 5 * MINUTE })]);
    sessions.settle(T0 + HOUR_MS);
    expect(total()).toBe(0);
    sessions.reconcile(GUILD, [does(AN, [game("Chess", T0 - 5 * MINUTE)])], T0 + 2 * MINUTE);
    sessions.settle(T0 + 5 * MINUTE);
    expect(total()).toBe(10 * MINUTE);
  });

  test("one of the last run goes on from where that run stopped, unless the gap is beyond the bound", () => {
    const near = recording();
    near.sessions.restore([stored()]);
    near.sessions.regain(GUILD);
    near.sessions.settle(T0 + MINUTE);
    expect(near.total()).toBe(0);
    near.sessions.reconcile(GUILD, [does(AN, [game("Chess", T0 - HOUR_MS)])], T0 + 2 * MINUTE);
    near.sessions.settle(T0 + 3 * MINUTE);
    expect(near.total()).toBe(3 * MINUTE);
    const far = recording();
    far.sessions.restore([stored()]);
    const now = T0 + BOUNDS.longestGapMs + 1;
    far.sessions.reconcile(GUILD, [does(AN, [game("Chess", T0 - HOUR_MS)])], now);
    far.sessions.settle(now + MINUTE);
    expect(far.total()).toBe(MINUTE);
  });
});

describe("what the store is told of activities", () => {
  test("is each change once: its beginning while it is short, then that it is counted, then its end", () => {
    const { sessions } = recording();
    const told = () =>
      sessions.takeChanges(GUILD).opened.map(({ uncountedSinceMs, endedMs }) => [uncountedSinceMs, endedMs]);
    expect(told()).toEqual([]);
    sessions.observe(does(AN, [game("Chess")]), T0);
    expect(told()).toEqual([[T0, null]]);
    sessions.settle(T0 + MINUTE);
    expect(told()).toEqual([]);
    sessions.settle(T0 + 20 * MINUTE);
    expect(told()).toEqual([[null, null]]);
    sessions.settle(T0 + 21 * MINUTE);
    expect(told()).toEqual([]);
    sessions.observe(does(AN, []), T0 + 22 * MINUTE);
    expect(told()).toEqual([[null, T0 + 22 * MINUTE]]);
    sessions.tidy(GUILD, T0 + 22 * MINUTE + BOUNDS.longestGapMs);
    expect(told()).toEqual([]);
    sessions.tidy(GUILD, T0 + 22 * MINUTE + BOUNDS.longestGapMs + 1);
    expect(sessions.takeChanges(GUILD)).toEqual({
      opened: [],
      closed: [{ guildId: GUILD, userId: AN, activityId: CHESS }],
    });
  });

  test("is when they began and ended as a host's clock has it since it was set: who is found again after a crash gets no other time", () => {
    const { sessions } = recording();
    sessions.observe(does(AN, [game("Chess")]), T0);
    sessions.observe(does(BO, [game("Chess")]), T0);
    sessions.observe(does(BO, []), T0 + 11 * MINUTE);
    sessions.observe(does(AN, []), T0 + 9 * MINUTE);
    sessions.observe(does(AN, [game("Chess")]), T0 + 11 * MINUTE);
    const before = sessions.takeChanges(GUILD).opened;
    sessions.step(T0 + 12 * MINUTE, T0 + 12 * MINUTE + HOUR_MS);
    sessions.settle(T0 + 13 * MINUTE + HOUR_MS);
    const after = new Map(sessions.takeChanges(GUILD).opened.map((session) => [session.userId, session]));
    const { sessions: next, total } = recording();
    next.restore(
      before.map((session) => ({
        ...session,
        ...after.get(session.userId),
        settledMs: T0 + 13 * MINUTE + HOUR_MS,
      })),
    );
    // Both began by Discord's account when they did, and went on throughout.
    next.reconcile(
      GUILD,
      [AN, BO].map((userId) => does(userId, [game("Chess", T0 + 11 * MINUTE + HOUR_MS)])),
      T0 + 22 * MINUTE + HOUR_MS,
    );
    next.settle(T0 + 22 * MINUTE + HOUR_MS);
    const of = (user: string) => total(({ userId }) => userId === user);
    expect([of(AN), of(BO)]).toEqual([11 * MINUTE, 11 * MINUTE]);
  });

  test("is nothing of a short one that ended, or of a user who was forgotten", () => {
    const { sessions, total } = recording();
    sessions.observe(does(AN, [game("Chess")]), T0);
    sessions.observe(does(AN, []), T0 + MINUTE);
    expect(sessions.takeChanges(GUILD).opened).toEqual([]);
    sessions.observe(does(AN, [game("Chess")]), T0);
    sessions.forget(AN, null);
    sessions.settle(T0 + HOUR_MS);
    expect(sessions.takeChanges(GUILD)).toEqual({ opened: [], closed: [] });
    expect(total()).toBe(0);
  });

  test("lets go of a guild's leftovers that nobody saw for longer than a gap may be", () => {
    const { sessions } = recording();
    sessions.restore([stored(), stored({ userId: BO, endedMs: T0 })]);
    sessions.tidy(GUILD, T0 + BOUNDS.longestGapMs);
    expect(sessions.size).toBe(1);
    sessions.tidy(GUILD, T0 + BOUNDS.longestGapMs + 1);
    expect(sessions.size).toBe(0);
    expect(sessions.takeChanges(GUILD).closed).toHaveLength(2);
  });
});
