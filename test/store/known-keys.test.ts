import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type KnownKey, KnownKeys } from "../../src/store/sqlite/known-keys.ts";

const id = fc.oneof(
  fc.bigInt(1n, 2n ** 63n - 1n).map(String),
  // Few, so that the same is asked for again, and ids that differ in their upper or their lower digits alone.
  fc.constantFrom("1", "4294967297", "1000000001", "4294967296000000001", "9223372036854775807"),
);
const name = fc.oneof(
  fc.constant(""),
  id,
  id.map((channelId) => `#${channelId}`),
  fc.constantFrom("#0:Chess", "#0:1", "#2:Chess"),
);
const known = fc.record({ key: fc.integer({ min: 1, max: 2 ** 31 - 1 }), said: fc.string() });
const entry = fc.tuple(id, name, known);

describe("keys that are remembered", () => {
  it("are those that were given last to each name in each guild, however many there are", () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 300, size: "max" }), (entries) => {
        const keys = new KnownKeys(10_000);
        const model = new Map<string, KnownKey>();
        for (const [guildId, of, given] of entries) {
          expect(keys.get(guildId, of)).toEqual(model.get(`${guildId} ${of}`));
          keys.set(guildId, of, given);
          model.set(`${guildId} ${of}`, given);
        }
        for (const [guildId, of] of entries)
          expect(keys.get(guildId, of)).toEqual(model.get(`${guildId} ${of}`));
      }),
    );
  });

  it("are found when there are thousands", () => {
    const keys = new KnownKeys(10_000);
    const names = Array.from({ length: 5_000 }, (_, index) =>
      String(10n ** 18n + BigInt(index) * 4_194_304n),
    );
    for (const [index, of] of names.entries()) keys.set("1", of, { key: index, said: `said ${index}` });
    expect(names.map((of) => keys.get("1", of))).toEqual(
      names.map((_, index) => ({ key: index, said: `said ${index}` })),
    );
  });

  it("are all forgotten when they would be more than so many", () => {
    const keys = new KnownKeys(2);
    keys.set("1", "", { key: 1, said: "a" });
    keys.set("1", "2", { key: 2, said: "b" });
    keys.set("1", "#2", { key: 3, said: "c" });
    expect(keys.get("1", "")).toBeUndefined();
    expect(keys.get("1", "2")).toBeUndefined();
    expect(keys.get("1", "#2")).toEqual({ key: 3, said: "c" });
  });
});
