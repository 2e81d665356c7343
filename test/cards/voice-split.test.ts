import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { voiceParts } from "../../src/cards/voice-split.ts";
import type { VoiceStates } from "../../src/stats/views.ts";
import { VOICE_STATE_NAMES } from "../../src/voice-state.ts";

const duration = fc.oneof(fc.constant(0), fc.nat(100_000));
const voiceStates: fc.Arbitrary<VoiceStates> = fc
  .record({
    allMs: fc.nat(100_000),
    countedMs: duration,
    alone: duration,
    afk: duration,
    selfMuted: duration,
    serverMuted: duration,
    selfDeafened: duration,
    serverDeafened: duration,
    streaming: duration,
    camera: duration,
    stageAudience: duration,
    stageSpeaker: duration,
  })
  .map(({ allMs, countedMs, ...statesMs }) => ({ allMs, countedMs, statesMs }));

describe("how voice time was spent", () => {
  test("is what counted, then the states of most time, and at most five parts", () => {
    fc.assert(
      fc.property(voiceStates, (states) => {
        const parts = voiceParts(states);
        const [first, ...others] = states.countedMs > 0 ? parts : [null, ...parts];
        if (first) expect(first).toMatchObject({ state: "counted", durationMs: states.countedMs });
        const told = others.map((part) => part?.durationMs ?? 0);
        const longest = VOICE_STATE_NAMES.map((name) => states.statesMs[name])
          .filter((ms) => ms > 0)
          .sort((one, other) => other - one);
        expect(told).toEqual(longest.slice(0, first ? 4 : 5));
      }),
    );
  });

  test("has no part of nothing, and no share above all", () => {
    fc.assert(
      fc.property(voiceStates, (states) => {
        for (const { durationMs, share } of voiceParts(states)) {
          expect(durationMs).toBeGreaterThan(0);
          expect(share).toBeGreaterThan(0);
          expect(share).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
