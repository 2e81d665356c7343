import { describe, expect, test } from "vitest";
import type { GuildLeases, Verdict } from "../../src/store/leases.ts";
import type { Batch, Store } from "../../src/store/store.ts";
import type { Place } from "./any-order.ts";
import { batchOf, readGuild, rowLike } from "./batches.ts";

const [GUILD, OTHER] = ["9007199254740993", "9223372036854775807"];
const [ANN, GENERAL] = ["1099511627776000001", "1200000000000000001"];
const HOUR = 490_000;
const NOW = 1_770_000_000_000;
const MINUTE = 60_000;

const row = rowLike({ guild: GUILD, hour: HOUR, place: GENERAL, member: ANN, messages: 1 });
const inVoice = { guildId: GUILD, userId: ANN, bot: false, channelId: GENERAL, sessionId: "s", state: 0 };

/** What a store must hold to beyond `storeConformance` if it has leases. */
export function leasesConformance(name: string, makePlace: () => Promise<Place>): void {
  const withLeases = async (claim: (leases: GuildLeases, store: Store) => Promise<void>): Promise<void> => {
    await using place = await makePlace();
    const store = place.store();
    await store.open();
    try {
      if (store.leases === null) throw new Error("the store has no leases");
      await store.leases.join("old", NOW);
      await store.leases.join("new", NOW);
      await claim(store.leases, store);
    } finally {
      await store.close();
    }
  };
  /** One process asks for one guild. */
  const ask = async (
    leases: GuildLeases,
    writer: string,
    change: { nowMs?: number; insists?: boolean; outlives?: boolean } = {},
  ): Promise<Verdict | undefined> => {
    const { nowMs = NOW, insists = false, outlives = true } = change;
    const wishes = [{ guildId: GUILD, insists }];
    const [verdict] = await leases.claim({ writer, nowMs, aliveSinceMs: nowMs - MINUTE, outlives, wishes });
    return verdict;
  };
  const granted = async (
    ...given: Parameters<typeof ask>
  ): Promise<Extract<Verdict, { kind: "granted" }>> => {
    const verdict = await ask(...given);
    if (verdict?.kind !== "granted") throw new Error(`it was not granted: ${verdict?.kind}`);
    return verdict;
  };
  const under = (epoch: number, batch: Batch): Batch => ({ ...batch, epochs: new Map([[GUILD, epoch]]) });
  const messages = async (store: Store): Promise<number> => {
    const { lifetime } = await readGuild(store, GUILD);
    return Object.values(lifetime).reduce((sum, [each]) => sum + each, 0);
  };

  describe(`${name} grants each guild to one process`, () => {
    test("a guild that nobody holds is granted; one that an older process holds is asked for, one of a younger is not", () =>
      withLeases(async (leases) => {
        expect(await ask(leases, "old")).toMatchObject({ kind: "granted", settledMs: null });
        expect(await leases.poll("old", NOW)).toEqual([]);
        expect(await ask(leases, "new")).toEqual({ guildId: GUILD, kind: "asked" });
        expect(await leases.poll("old", NOW)).toEqual([GUILD]);
        expect(await ask(leases, "new", { insists: true })).toMatchObject({ kind: "granted" });
        expect(await leases.poll("new", NOW)).toEqual([]);
        expect(await ask(leases, "old", { insists: true })).toEqual({ guildId: GUILD, kind: "held" });
        expect(await leases.poll("new", NOW)).toEqual([]);
      }));

    test("what is handed over says up to where it was counted, and is not handed over twice", () =>
      withLeases(async (leases) => {
        const first = await granted(leases, "old");
        await leases.release("old", [{ guildId: GUILD, epoch: first.epoch, settledMs: NOW + 5 }]);
        const second = await granted(leases, "new");
        expect(second.settledMs).toBe(NOW + 5);
        expect(second.epoch).not.toBe(first.epoch);
        await leases.release("old", [{ guildId: GUILD, epoch: first.epoch, settledMs: NOW + 9 }]);
        await leases.release("old", [{ guildId: GUILD, epoch: second.epoch, settledMs: NOW + 9 }]);
        expect(await ask(leases, "old")).toMatchObject({ kind: "held" });
      }));

    test("what a process held that ended, or was silent for long, is free, counted up to its last cut", () =>
      withLeases(async (leases, store) => {
        const { epoch } = await granted(leases, "new");
        await store.apply(under(epoch, batchOf("new", 1, [row()], NOW + 7)));
        const late = { nowMs: NOW + 2 * MINUTE };
        expect(await ask(leases, "old", { ...late, outlives: false })).toMatchObject({ kind: "held" });
        const taken = await granted(leases, "old", late);
        expect(taken.settledMs).toBe(NOW + 7);
        await store.apply(under(taken.epoch, batchOf("old", 1, [row()], NOW + 9)));
        await leases.leave("old");
        await leases.join("next", NOW);
        expect(await ask(leases, "next", { outlives: false })).toMatchObject({
          kind: "granted",
          settledMs: NOW + 9,
        });
      }));

    test("of a batch the guilds are refused that its writer lost, and only those; also when it is sent again", () =>
      withLeases(async (leases, store) => {
        const old = await granted(leases, "old");
        const rows = [row(), row({ guild: OTHER })];
        const epochs = new Map([[GUILD, old.epoch]]);
        const other = await leases.claim({
          writer: "old",
          nowMs: NOW,
          aliveSinceMs: 0,
          outlives: true,
          wishes: [{ guildId: OTHER, insists: false }],
        });
        for (const verdict of other) if (verdict.kind === "granted") epochs.set(OTHER, verdict.epoch);
        expect(await store.apply({ ...batchOf("old", 1, rows), epochs })).toBe("applied");
        await granted(leases, "new", { insists: true });
        const late = { ...batchOf("old", 2, rows), epochs };
        expect(await store.apply(late)).toEqual({ refused: [GUILD] });
        expect(await store.apply(late)).toEqual({ refused: [GUILD] });
        // Its answer had been lost while the guild was still held.
        expect(await store.apply({ ...batchOf("old", 1, rows), epochs })).toEqual({ refused: [GUILD] });
        expect(await messages(store)).toBe(1);
        expect((await readGuild(store, OTHER)).lifetime).toEqual({ [`${GENERAL} ${ANN} 0`]: [2, 0] });
        expect(await store.apply({ ...batchOf("old", 3, []), epochs })).toBe("applied");
      }));

    test("under an epoch that is over nothing changes: no count, no session, no range of the past", () =>
      withLeases(async (leases, store) => {
        const opened = [{ ...inVoice, countedMs: null }];
        const { epoch } = await granted(leases, "old");
        const game = { guildId: GUILD, userId: ANN, bot: false, activityId: "0:Chess" };
        const active = { ...game, uncountedSinceMs: NOW, endedMs: null };
        const both = { opened, closed: [] };
        await store.apply(under(epoch, batchOf("old", 1, [], NOW, both, { opened: [active], closed: [] })));
        await granted(leases, "new", { insists: true });
        const closed = { opened: [], closed: opened };
        await store.apply(
          under(epoch, batchOf("old", 2, [], NOW + 1, closed, { opened: [], closed: [active] })),
        );
        const range = {
          guildId: GUILD,
          channelId: GENERAL,
          parentId: null,
          fromId: "7",
          untilId: "800000000000000000",
        };
        await store.apply(under(epoch, { ...batchOf("old", 3, [row()]), imported: range }));
        const { voice, activities } = await leases.openSessions([GUILD]);
        expect(voice).toEqual([{ ...inVoice, settledMs: expect.any(Number) }]);
        expect(activities).toHaveLength(1);
        expect((await store.countedMessages(GUILD)).imported).toEqual([]);
        expect(await messages(store)).toBe(0);
        expect(await leases.openSessions([OTHER])).toEqual({ voice: [], activities: [] });
      }));

    test("a process that takes a guild twice does not count under its first lease", () =>
      withLeases(async (leases, store) => {
        const first = await granted(leases, "old");
        const second = await granted(leases, "old");
        expect(await store.apply(under(first.epoch, batchOf("old", 1, [row()])))).toEqual({
          refused: [GUILD],
        });
        expect(await store.apply(under(second.epoch, batchOf("old", 2, [row()])))).toBe("applied");
      }));

    test("an erased guild is nobody's: what was counted before comes back under no epoch", () =>
      withLeases(async (leases, store) => {
        const { epoch } = await granted(leases, "old");
        await store.eraseGuild(GUILD);
        expect(await store.apply(under(epoch, batchOf("old", 1, [row()])))).toEqual({ refused: [GUILD] });
        expect((await store.guilds()).has(GUILD)).toBe(false);
        expect(await ask(leases, "new")).toMatchObject({ kind: "granted", settledMs: null });
      }));

    test("a process whose joining was not answered joins again, and is the youngest then", () =>
      withLeases(async (leases) => {
        await leases.join("old", NOW);
        await granted(leases, "new");
        expect(await ask(leases, "old")).toEqual({ guildId: GUILD, kind: "asked" });
        await leases.join("new", NOW);
        expect(await ask(leases, "old")).toEqual({ guildId: GUILD, kind: "held" });
      }));

    test("of several who ask at once one is granted it", () =>
      withLeases(async (leases) => {
        for (const writer of ["a", "b", "c"]) await leases.join(writer, NOW);
        const verdicts = await Promise.all(["a", "b", "c"].map((writer) => ask(leases, writer)));
        const isGranted = verdicts.filter((verdict) => verdict?.kind === "granted");
        expect(isGranted).toHaveLength(1);
      }));
  });
}
