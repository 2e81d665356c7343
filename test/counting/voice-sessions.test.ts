import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../../src/clock.ts";
import type { Count } from "../../src/counting/observations.ts";
import { VoiceSessions } from "../../src/counting/voice-sessions.ts";

const GUILD = "100000000000000001";
const LOBBY = "200000000000000001";
const STAGE = "200000000000000002";
const AN = "300000000000000001";
const BO = "300000000000000002";
const T0 = 490_000 * HOUR_MS;

function recording(): { sessions: VoiceSessions; counts: Count[]; total(): number } {
  const counts: Count[] = [];
  return {
    sessions: new VoiceSessions((count) => counts.push(count)),
    counts,
    total: () => counts.reduce((sum, { durationMs }) => sum + durationMs, 0),
  };
}

const at = (userId: string, channelId: string | null) => ({ guildId: GUILD, userId, bot: false, channelId });

describe("voice sessions", () => {
  test("every millisecond between joining and leaving is counted once, whatever settles between", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 * HOUR_MS }), { maxLength: 30 }), (waits) => {
        const { sessions, counts, total } = recording();
        let now = T0 + 1_234;
        const startedMs = now;
        sessions.observe(at(AN, LOBBY), now);
        waits.forEach((wait, index) => {
          now += wait;
          if (index % 3 === 0) sessions.settle(now);
          else sessions.observe(at(AN, index % 3 === 1 ? STAGE : LOBBY), now);
        });
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

  test("a mute, which repeats the channel, neither ends nor restarts the session", () => {
    const { sessions, counts, total } = recording();
    sessions.observe(at(AN, LOBBY), T0);
    sessions.observe(at(AN, LOBBY), T0 + 10_000);
    expect(counts).toEqual([]);
    sessions.observe(at(AN, null), T0 + 60_000);
    expect(total()).toBe(60_000);
  });

  test("a clock set back counts nothing twice", () => {
    const { sessions, total } = recording();
    sessions.observe(at(AN, LOBBY), T0 + HOUR_MS);
    sessions.settle(T0 + HOUR_MS + 5_000);
    sessions.settle(T0);
    sessions.settle(T0 + 2_000);
    expect(total()).toBe(7_000);
  });

  test("after an outage, who left unseen is not counted for the gap, and who stayed goes on", () => {
    const { sessions, counts } = recording();
    sessions.observe(at(AN, LOBBY), T0);
    sessions.observe(at(BO, LOBBY), T0);
    sessions.reconcile(GUILD, [at(BO, LOBBY)], T0 + 30_000);
    sessions.settle(T0 + 30_000);
    expect(counts.map(({ userId, durationMs }) => [userId, durationMs])).toEqual([[BO, 30_000]]);
  });
});
