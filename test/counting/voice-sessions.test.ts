import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../../src/clock.ts";
import type { Company, Count, VoiceObservation } from "../../src/counting/observations.ts";
import { VoiceSessions } from "../../src/counting/voice-sessions.ts";
import type { OpenVoice } from "../../src/store/store.ts";
import { VOICE_STATES } from "../../src/voice-state.ts";

const GUILD = "100000000000000001";
const LOBBY = "200000000000000001";
const STAGE = "200000000000000002";
const AN = "300000000000000001";
const BO = "300000000000000002";
const T0 = 490_000 * HOUR_MS;
const LONGEST_GAP_MS = 24 * HOUR_MS;
const { alone, selfMuted, streaming, stageAudience, stageSpeaker } = VOICE_STATES;

function recording() {
  const counts: Count[] = [];
  return {
    sessions: new VoiceSessions((count) => counts.push(count), LONGEST_GAP_MS),
    counts,
    total: (matches: (count: Count) => boolean = () => true) =>
      counts.filter(matches).reduce((sum, { durationMs }) => sum + durationMs, 0),
    /** Milliseconds by exact state. */
    byState: () => {
      const sums = new Map<number, number>();
      for (const { state, durationMs } of counts) sums.set(state, (sums.get(state) ?? 0) + durationMs);
      return Object.fromEntries(sums);
    },
  };
}

const at = (userId: string, channelId: string | null, change: Partial<VoiceObservation> = {}) => ({
  guildId: GUILD,
  userId,
  bot: false,
  channelId,
  sessionId: `session of ${userId}`,
  state: 0,
  ...change,
});

const stored = (userId: string, change: Partial<OpenVoice> = {}): OpenVoice => ({
  ...at(userId, LOBBY),
  channelId: LOBBY,
  settledMs: T0,
  ...change,
});

describe("time in voice", () => {
  test("every millisecond between joining and leaving is in one cell, whatever settles or changes between", () => {
    const steps = fc.array(
      fc.record({
        wait: fc.integer({ min: 0, max: 3 * HOUR_MS }),
        kind: fc.constantFrom("settle", "move", "mute", "company"),
        people: fc.integer({ min: 1, max: 4 }),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(steps, (list) => {
        const { sessions, counts, total } = recording();
        let now = T0 + 1_234;
        const startedMs = now;
        let channel = LOBBY;
        let state = 0;
        sessions.observe(at(AN, LOBBY), now);
        for (const { wait, kind, people } of list) {
          now += wait;
          if (kind === "settle") sessions.settle(now);
          if (kind === "company") sessions.company(GUILD, [[channel, people]], now);
          if (kind === "mute") state ^= selfMuted;
          if (kind === "move") channel = channel === LOBBY ? STAGE : LOBBY;
          sessions.observe(at(AN, channel, { state }), now);
        }
        sessions.observe(at(AN, null), now);
        expect(total()).toBe(now - startedMs);
        for (const { durationMs } of counts) expect(durationMs).toBeLessThanOrEqual(HOUR_MS);
        expect(sessions.size).toBe(0);
      }),
    );
  });

  test("an interval is cut at hour edges, and each piece belongs to its hour", () => {
    const { sessions, counts } = recording();
    sessions.observe(at(AN, LOBBY), T0 + HOUR_MS - 1_000);
    sessions.observe(at(AN, null), T0 + 2 * HOUR_MS + 500);
    expect(counts.map(({ hour, durationMs }) => [hour, durationMs])).toEqual([
      [490_000, 1_000],
      [490_001, HOUR_MS],
      [490_002, 500],
    ]);
  });

  test("a move at one instant neither loses nor doubles a millisecond, and each channel gets its own", () => {
    const { sessions, total } = recording();
    sessions.observe(at(AN, LOBBY), T0);
    sessions.observe(at(AN, STAGE), T0 + 7_001);
    sessions.observe(at(AN, null), T0 + 10_000);
    expect(total(({ placeId }) => placeId === LOBBY)).toBe(7_001);
    expect(total(({ placeId }) => placeId === STAGE)).toBe(2_999);
  });

  test("a change of state neither ends nor restarts the session; each state gets its own time", () => {
    const { sessions, byState } = recording();
    sessions.company(GUILD, [[LOBBY, 2]], T0);
    sessions.observe(at(AN, LOBBY), T0);
    sessions.company(GUILD, [[LOBBY, 2]], T0);
    sessions.observe(at(AN, LOBBY, { state: selfMuted }), T0 + 10_000);
    sessions.observe(at(AN, LOBBY, { state: selfMuted | streaming }), T0 + 15_000);
    sessions.observe(at(AN, null), T0 + 60_000);
    expect(byState()).toEqual({ 0: 10_000, [selfMuted]: 5_000, [selfMuted | streaming]: 45_000 });
  });

  test("a speaker who goes back to the audience is told apart to the millisecond", () => {
    const { sessions, byState } = recording();
    sessions.observe(at(AN, STAGE, { state: stageSpeaker }), T0);
    sessions.company(GUILD, [[STAGE, 9]], T0);
    sessions.observe(at(AN, STAGE, { state: stageAudience }), T0 + 999);
    sessions.observe(at(AN, null), T0 + 1_000);
    expect(byState()).toEqual({ [stageSpeaker]: 999, [stageAudience]: 1 });
  });
});

describe("being alone", () => {
  test("begins and ends with the company of people, to the millisecond", () => {
    const { sessions, total } = recording();
    const enter = (userId: string, people: number, now: number): void => {
      sessions.company(GUILD, [[LOBBY, people]], now);
      sessions.observe(at(userId, LOBBY), now);
    };
    enter(AN, 1, T0);
    enter(BO, 2, T0 + 10_000);
    sessions.company(GUILD, [[LOBBY, 1]], T0 + 25_000);
    sessions.observe(at(BO, null), T0 + 25_000);
    sessions.observe(at(AN, null), T0 + 31_000);
    const isAlone = (userId: string) => (count: Count) =>
      count.userId === userId && (count.state & alone) !== 0;
    expect(total(isAlone(AN))).toBe(10_000 + 6_000);
    expect(total(isAlone(BO))).toBe(0);
    expect(total(({ userId }) => userId === AN)).toBe(31_000);
  });

  test("is not being with somebody who is not counted and came first", () => {
    const { sessions, byState } = recording();
    sessions.company(GUILD, [[LOBBY, 1]], T0);
    sessions.company(GUILD, [[LOBBY, 2]], T0 + 1_000);
    sessions.observe(at(AN, LOBBY), T0 + 1_000);
    sessions.observe(at(AN, null), T0 + 11_000);
    expect(byState()).toEqual({ 0: 10_000 });
  });

  test("is not ended by bots; a bot with one person is in company", () => {
    const { sessions, total } = recording();
    sessions.company(GUILD, [[LOBBY, 1]], T0);
    sessions.observe(at(AN, LOBBY), T0);
    sessions.company(GUILD, [[LOBBY, 1]], T0 + 1_000);
    sessions.observe(at(BO, LOBBY, { bot: true }), T0 + 1_000);
    sessions.settle(T0 + 5_000);
    expect(total(({ userId, state }) => userId === AN && (state & alone) !== 0)).toBe(5_000);
    expect(total(({ bot, state }) => bot && (state & alone) === 0)).toBe(4_000);
  });

  test("for any sequence of comings and goings equals what a list of intervals says", () => {
    const people = fc.array(fc.record({ who: fc.nat(4), wait: fc.nat(5_000) }), { maxLength: 60 });
    fc.assert(
      fc.property(people, (steps) => {
        const { sessions, total } = recording();
        const inside = new Set<number>();
        const expected = new Map<number, number>();
        let now = T0;
        for (const { who, wait } of steps) {
          for (const member of inside) {
            if (inside.size === 1) expected.set(member, (expected.get(member) ?? 0) + wait);
          }
          now += wait;
          if (!inside.delete(who)) inside.add(who);
          const company: Company = [[LOBBY, inside.size]];
          sessions.company(GUILD, company, now);
          sessions.observe(at(String(who), inside.has(who) ? LOBBY : null), now);
        }
        for (let who = 0; who <= 4; who++) {
          const found = total(({ userId, state }) => userId === String(who) && (state & alone) !== 0);
          expect(found).toBe(expected.get(who) ?? 0);
        }
      }),
    );
  });
});

describe("when the gateway is away", () => {
  test("nothing is counted beyond the moment it went, until somebody is seen again", () => {
    const { sessions, total } = recording();
    sessions.observe(at(AN, LOBBY), T0);
    sessions.lose(GUILD, T0 + 10_000);
    sessions.settle(T0 + 500_000);
    expect(total()).toBe(10_000);
  });

  test("who is found in the same session was there all along; who is not, left unseen", () => {
    const { sessions, counts } = recording();
    sessions.observe(at(AN, LOBBY), T0);
    sessions.observe(at(BO, LOBBY), T0);
    sessions.lose(GUILD, T0 + 1_000);
    sessions.reconcile(GUILD, [at(BO, LOBBY)], [[LOBBY, 1]], T0 + 30_000);
    sessions.settle(T0 + 30_000);
    const sums = new Map<string, number>();
    for (const { userId, durationMs } of counts) sums.set(userId, (sums.get(userId) ?? 0) + durationMs);
    expect(Object.fromEntries(sums)).toEqual({ [AN]: 1_000, [BO]: 30_000 });
  });

  test("another session of the same member begins anew: the time between is not theirs", () => {
    const { sessions, total } = recording();
    sessions.observe(at(AN, LOBBY), T0);
    sessions.lose(GUILD, T0 + 1_000);
    sessions.reconcile(GUILD, [at(AN, LOBBY, { sessionId: "a newer one" })], [[LOBBY, 1]], T0 + 60_000);
    sessions.settle(T0 + 62_000);
    expect(total()).toBe(1_000 + 2_000);
  });

  test("a resumed gateway has told all that happened: who left meanwhile is not counted for it, the rest is", () => {
    const { sessions, total } = recording();
    sessions.observe(at(AN, LOBBY), T0);
    sessions.observe(at(BO, LOBBY), T0);
    sessions.lose(GUILD, T0 + 1_000);
    sessions.observe(at(AN, null), T0 + 8_000);
    sessions.regain(GUILD);
    sessions.settle(T0 + 9_000);
    expect(total(({ userId }) => userId === AN)).toBe(1_000);
    expect(total(({ userId }) => userId === BO)).toBe(9_000);
  });

  test("whoever may not be counted any more goes, and nobody else is taken for seen", () => {
    const { sessions, total } = recording();
    sessions.observe(at(AN, LOBBY), T0);
    sessions.observe(at(BO, LOBBY), T0);
    sessions.lose(GUILD, T0 + 1_000);
    const cat = "300000000000000003";
    sessions.readmit(GUILD, [at(BO, LOBBY), at(cat, LOBBY)], [[LOBBY, 2]], T0 + 10_000);
    sessions.settle(T0 + 30_000);
    expect(total()).toBe(2_000);
    sessions.regain(GUILD);
    sessions.settle(T0 + 40_000);
    const of = (userId: string) => total((count) => count.userId === userId);
    expect([of(AN), of(BO), of(cat)]).toEqual([1_000, 40_000, 30_000]);
  });

  test("a server that is turned off and on again is as unseen as before, until the gateway is back", () => {
    const { sessions, total } = recording();
    sessions.observe(at(AN, LOBBY), T0);
    sessions.lose(GUILD, T0 + 1_000);
    sessions.end(GUILD, T0 + 5_000);
    sessions.readmit(GUILD, [at(AN, LOBBY), at(BO, LOBBY)], [[LOBBY, 2]], T0 + 10_000);
    sessions.settle(T0 + 30_000);
    expect(total()).toBe(1_000);
    expect(sessions.unseenSinceMs(GUILD)).toBe(T0 + 1_000);
    // Only who is found again was there since it was turned on.
    sessions.reconcile(GUILD, [at(AN, LOBBY)], [[LOBBY, 1]], T0 + 40_000);
    sessions.settle(T0 + 41_000);
    expect(total(({ userId }) => userId === AN)).toBe(1_000 + 31_000);
    expect(total(({ userId }) => userId === BO)).toBe(0);
  });

  test("a session of the last run that is found again is counted from where that run stopped", () => {
    const { sessions, counts, total } = recording();
    sessions.restore([stored(AN, { state: selfMuted }), stored(BO)]);
    sessions.settle(T0 + 3_000);
    expect(counts).toEqual([]);
    sessions.reconcile(GUILD, [at(AN, STAGE)], [[STAGE, 1]], T0 + 5_000);
    // Where the member was last seen, in the state that was seen: nobody knows of another.
    expect(counts).toMatchObject([{ userId: AN, placeId: LOBBY, state: selfMuted, durationMs: 5_000 }]);
    sessions.settle(T0 + 6_000);
    expect(total()).toBe(6_000);
  });

  test("a gap beyond the bound is not counted, and the session goes on from now", () => {
    const { sessions, total } = recording();
    sessions.restore([stored(AN)]);
    const now = T0 + LONGEST_GAP_MS + 1;
    sessions.reconcile(GUILD, [at(AN, LOBBY)], [[LOBBY, 1]], now);
    sessions.settle(now + 4_000);
    expect(total()).toBe(4_000);
  });
});

describe("what the store is told of open sessions", () => {
  const NOTHING = { opened: [], closed: [] };

  test("is each change once, and nothing when nothing changed", () => {
    const { sessions } = recording();
    expect(sessions.takeChanges(GUILD)).toEqual(NOTHING);
    sessions.observe(at(AN, LOBBY), T0);
    expect(sessions.takeChanges(GUILD)).toMatchObject({
      opened: [{ userId: AN, channelId: LOBBY }],
      closed: [],
    });
    sessions.settle(T0 + 5_000);
    expect(sessions.takeChanges(GUILD)).toEqual(NOTHING);
    sessions.observe(at(AN, null), T0 + 6_000);
    expect(sessions.takeChanges(GUILD)).toEqual({ opened: [], closed: [{ guildId: GUILD, userId: AN }] });
  });

  test("is nothing of a user who was forgotten", () => {
    const { sessions } = recording();
    sessions.observe(at(AN, LOBBY), T0);
    sessions.forget(AN, null);
    expect(sessions.takeChanges(GUILD)).toEqual(NOTHING);
  });
});

test("a host's clock that is set back or forward makes nobody's time longer or shorter", () => {
  const { sessions, total } = recording();
  sessions.observe(at(AN, LOBBY), T0 + HOUR_MS);
  sessions.step(T0 + HOUR_MS + 5_000, T0);
  sessions.settle(T0 + 2_000);
  sessions.step(T0 + 3_000, T0 + 100 * HOUR_MS);
  sessions.settle(T0 + 100 * HOUR_MS + 500);
  expect(total()).toBe(5_000 + 3_000 + 500);
});
