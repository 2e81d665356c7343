import fc from "fast-check";
import { HOUR_MS } from "../../src/clock.ts";
import { VOICE_STATES } from "../../src/voice-state.ts";
import { MEMBERS, PLACES } from "./oracle.ts";

const member = fc.nat(MEMBERS - 1);
const { afk, selfMuted, streaming } = VOICE_STATES;

const weighted = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });

/** What may happen to a server and to a bot in it. */
export const command = fc.oneof(
  weighted(
    10,
    fc.record({
      do: fc.constant("message" as const),
      member,
      place: fc.nat(PLACES - 1),
      // Discord's clock may lead ours a little; older ones come late.
      agoMs: fc.oneof(
        fc.constant(0),
        fc.integer({ min: -90_000, max: 0 }),
        fc.nat(900 * HOUR_MS),
        fc.nat(400 * 24 * HOUR_MS),
      ),
    }),
  ),
  weighted(1, fc.record({ do: fc.constant("replay" as const), back: fc.nat(20) })),
  weighted(
    8,
    fc.record({
      do: fc.constant("voice" as const),
      member,
      channel: fc.option(fc.nat(2)),
      state: fc.constantFrom(0, afk, selfMuted, selfMuted | streaming),
      anew: fc.boolean(),
    }),
  ),
  weighted(
    5,
    fc.record({
      do: fc.constant("pass" as const),
      ms: fc.oneof(fc.nat(20_000), fc.nat(5 * HOUR_MS), fc.nat(400 * HOUR_MS), fc.nat(100 * 24 * HOUR_MS)),
    }),
  ),
  weighted(
    1,
    fc.record({ do: fc.constant("step" as const), ms: fc.integer({ min: -3 * HOUR_MS, max: 30 * HOUR_MS }) }),
  ),
  weighted(
    3,
    fc.record({
      do: fc.constant("flush" as const),
      fault: fc.constantFrom("none", "refused" as const, "unanswered" as const),
    }),
  ),
  weighted(3, fc.record({ do: fc.constant("look" as const), period: fc.constantFrom("30d", "90d", "1y") })),
  weighted(1, fc.record({ do: fc.constant("restart" as const), awayMs: fc.nat(50 * HOUR_MS) })),
  weighted(2, fc.record({ do: fc.constant("lose" as const) })),
  weighted(2, fc.record({ do: fc.constant("return" as const), how: fc.constantFrom("resumed", "anew") })),
  weighted(1, fc.record({ do: fc.constant("forget" as const), member })),
  weighted(1, fc.record({ do: fc.constant("optOut" as const), member })),
  weighted(1, fc.record({ do: fc.constant("optIn" as const), member })),
  weighted(
    1,
    fc.record({
      do: fc.constant("purge" as const),
      fault: fc.constantFrom("none", "refused" as const, "unanswered" as const),
      what: fc.oneof(
        fc.nat(PLACES - 1).map((place) => ({ place })),
        member.map((who) => ({ member: who })),
        fc.constantFrom({ metric: "messages" } as const, { metric: "voice" } as const, "all" as const),
      ),
    }),
  ),
  // The channel that has a thread stays what it is.
  weighted(
    1,
    fc.record({ do: fc.constant("merge" as const), from: fc.integer({ min: 1, max: 2 }), into: fc.nat(2) }),
  ),
  weighted(
    1,
    fc.record({
      do: fc.constant("choose" as const),
      uncounted: fc.constantFrom([], ["afk" as const], ["selfMuted" as const, "afk" as const]),
    }),
  ),
);

export type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;
