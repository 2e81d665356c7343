import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AdminPress,
  adminPayloadOf,
  PURGES,
  parseAdminPayload,
} from "../../src/commands/admin/admin-id.ts";
import {
  type BackfillPress,
  backfillPayloadOf,
  parseBackfillPayload,
} from "../../src/commands/admin/backfill-id.ts";
import {
  CARD_ACTIONS,
  type CardState,
  cardPayloadOf,
  MODES,
  parseCardPayload,
} from "../../src/commands/cards/card-state.ts";
import { CARD_VIEWS, type CardSubject } from "../../src/commands/cards/card-views.ts";
import { COMPONENT_PREFIX, ComponentIds, type Payload } from "../../src/commands/component-id.ts";
import { parseForgetPayload } from "../../src/commands/owner/forget.ts";
import { parseIgnoreUserPayload } from "../../src/commands/owner/ignore-user.ts";
import { parseEraseMePayload } from "../../src/commands/privacy/eraseme.ts";
import { parseIgnoreMePayload } from "../../src/commands/privacy/ignoreme.ts";
import { SERVER_CARDS } from "../../src/server-card.ts";
import { MEMBERS_FILTERS, PERIODS } from "../../src/stats/views.ts";

const ids = new ComponentIds(new Uint8Array(32).fill(7));
const LARGEST = 2n ** 64n - 1n;

const snowflake = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String);
const subject: fc.Arbitrary<CardSubject> = fc.oneof(
  fc.record({ kind: fc.constant("member" as const), memberId: snowflake }),
  fc.record({ kind: fc.constant("channel" as const), channelId: snowflake }),
  fc.record({ kind: fc.constant("role" as const), roleId: snowflake }),
  fc.record({ kind: fc.constant("category" as const), categoryId: snowflake }),
  fc.record({ kind: fc.constant("activity" as const), hash: fc.bigInt({ min: 0n, max: LARGEST }) }),
  fc.record({
    kind: fc.constant("compare" as const),
    of: fc.constantFrom("members" as const, "channels" as const),
    ids: fc.tuple(snowflake, snowflake),
  }),
);
const rest = {
  period: fc.constantFrom(...PERIODS),
  members: fc.constantFrom(...MEMBERS_FILTERS),
  mode: fc.constantFrom(...MODES),
  page: fc.nat(1_000_000),
  invokerId: snowflake,
};
const state: fc.Arbitrary<CardState> = fc.oneof(
  fc.record({ ...rest, view: fc.constantFrom(...CARD_VIEWS), subject }),
  fc.record({ ...rest, view: fc.constantFrom(...SERVER_CARDS), subject: fc.constant(null) }),
);
const action = fc.constantFrom(...CARD_ACTIONS);
const payload: fc.Arbitrary<Payload> = fc.array(fc.bigInt({ min: 0n, max: LARGEST }), {
  minLength: 1,
  maxLength: 6,
});

describe("ids of components", () => {
  test("carry any state of a card, in at most 100 characters", () => {
    fc.assert(
      fc.property(snowflake, action, state, (guildId, does, shown) => {
        const id = ids.sign(guildId, cardPayloadOf(does, shown));
        expect(id.length).toBeLessThanOrEqual(100);
        const read = ids.read(guildId, id);
        expect(read && parseCardPayload(read)).toEqual({ action: does, state: shown });
      }),
    );
  });

  test("carry any bounds of an import", () => {
    const instant = fc.option(fc.nat(Number.MAX_SAFE_INTEGER - 1));
    const bounds = fc.record({ channelId: fc.option(snowflake), sinceMs: instant, untilMs: instant });
    const press: fc.Arbitrary<BackfillPress> = fc.oneof(
      fc.record({ kind: fc.constant("start" as const), bounds, question: snowflake }),
      fc.record({ kind: fc.constant("leave" as const), question: snowflake }),
      fc.constant({ kind: "cancel" as const }),
    );
    fc.assert(
      fc.property(snowflake, press, (guildId, pressed) => {
        const id = ids.sign(guildId, backfillPayloadOf(pressed));
        expect(id.length).toBeLessThanOrEqual(100);
        const read = ids.read(guildId, id);
        expect(read && parseBackfillPayload(read)).toEqual(pressed);
      }),
    );
  });

  test("carry any question of an admin", () => {
    const press: fc.Arbitrary<AdminPress> = fc.oneof(
      fc.record({
        kind: fc.constant("purge" as const),
        of: fc.constantFrom(...PURGES),
        rows: fc.maxSafeNat(),
        question: snowflake,
      }),
      fc.record({
        kind: fc.constant("merge" as const),
        from: snowflake,
        into: snowflake,
        question: snowflake,
      }),
      fc.record({ kind: fc.constant("leave" as const), question: snowflake }),
      fc.record({ kind: fc.constant("ignored" as const), page: fc.nat(10_000) }),
    );
    fc.assert(
      fc.property(snowflake, press, (guildId, pressed) => {
        const id = ids.sign(guildId, adminPayloadOf(pressed));
        expect(id.length).toBeLessThanOrEqual(100);
        const read = ids.read(guildId, id);
        expect(read && parseAdminPayload(read)).toEqual(pressed);
      }),
    );
  });

  test("any change of a character, its loss or one more, is refused", () => {
    const alphabet = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ .:"];
    fc.assert(
      fc.property(
        snowflake,
        payload,
        fc.nat(),
        fc.constantFrom(...alphabet),
        fc.constantFrom("changed", "lost", "more"),
        (guildId, carried, place, character, how) => {
          const id = ids.sign(guildId, carried);
          const at = COMPONENT_PREFIX.length + (place % (id.length - COMPONENT_PREFIX.length + 1));
          const inserted = how === "lost" ? "" : character;
          const mutated = id.slice(0, at) + inserted + id.slice(how === "more" ? at : at + 1);
          fc.pre(mutated !== id);
          expect(ids.read(guildId, mutated)).toBeNull();
        },
      ),
    );
  });

  test("of one guild are refused in every other, and so are those of another bot's store", () => {
    const others = new ComponentIds(new Uint8Array(32).fill(8));
    fc.assert(
      fc.property(snowflake, snowflake, payload, (guildId, otherGuildId, carried) => {
        const id = ids.sign(guildId, carried);
        expect(ids.read(guildId, id)).toEqual(carried);
        if (otherGuildId !== guildId) expect(ids.read(otherGuildId, id)).toBeNull();
        expect(others.read(guildId, id)).toBeNull();
      }),
    );
  });

  test("no payload means two things, and none that is made up breaks a parser", () => {
    const parsers = [
      parseCardPayload,
      parseAdminPayload,
      parseBackfillPayload,
      parseForgetPayload,
      parseIgnoreMePayload,
      parseIgnoreUserPayload,
      parseEraseMePayload,
    ];
    const small = fc.oneof(fc.bigInt({ min: 0n, max: 20n }), fc.bigInt({ min: 0n, max: LARGEST }));
    fc.assert(
      fc.property(fc.array(small, { maxLength: 12 }), (carried) => {
        expect(parsers.filter((parse) => parse(carried) !== null).length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 1_000 },
    );
  });

  test("cannot carry what is no number of 64 bits", () => {
    expect(() => ids.sign("1", [LARGEST + 1n])).toThrow(RangeError);
    expect(() => ids.sign("1", [-1n])).toThrow(RangeError);
  });
});
