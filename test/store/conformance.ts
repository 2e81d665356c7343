import { describe, expect, test } from "vitest";
import {
  type ActivitySession,
  type GuildSettings,
  type Store,
  UNSET_SETTINGS,
} from "../../src/store/store.ts";
import { addsUpInAnyOrder, type Place } from "./any-order.ts";
import { batchOf, broken, type Row, readGuild } from "./batches.ts";

const GUILD = "9007199254740993"; // 2^53 + 1: no double holds it
const OTHER = "9223372036854775807"; // 2^63 - 1: the largest
const [ANN, BEN, BOT] = ["1099511627776000001", "1099511627776000002", "1099511627776000003"];
const [GENERAL, MUSIC] = ["1200000000000000001", "1200000000000000002"];
const HOUR = 490_000;

/** What every store must hold to, whatever is behind it. */
export function storeConformance(name: string, makePlace: () => Promise<Place>): void {
  const withStore = async (claim: (store: Store, place: Place) => Promise<void>): Promise<void> => {
    await using place = await makePlace();
    const store = place.store();
    await store.open();
    try {
      await claim(store, place);
    } finally {
      await store.close();
    }
  };
  const row = (change: Partial<Row> = {}): Row => ({
    guild: GUILD,
    hour: HOUR,
    place: GENERAL,
    member: ANN,
    messages: 1,
    ...change,
  });

  describe(`${name} keeps what every store must keep`, () => {
    test("batches add up, by hour and over all time", () =>
      withStore(async (store) => {
        await store.apply(batchOf("w", 1, [row(), row({ hour: HOUR + 1, messages: 2, durationMs: 5 })]));
        await store.apply(batchOf("w", 2, [row({ messages: 3, durationMs: 7_000_000_000 })]));
        expect(await readGuild(store, GUILD)).toEqual({
          appliedSequence: 2,
          hourly: {
            [`${HOUR} ${GENERAL} ${ANN} 0`]: [4, 7_000_000_000],
            [`${HOUR + 1} ${GENERAL} ${ANN} 0`]: [2, 5],
          },
          lifetime: { [`${GENERAL} ${ANN} 0`]: [6, 7_000_000_005] },
          bots: [],
        });
      }));

    test("a guild that was never written is empty, and its age is unknown", () =>
      withStore(async (store) => {
        const snapshot = await store.load(GUILD, { writer: "w", fromHour: 0 });
        expect(snapshot).toMatchObject({ appliedSequence: 0, sinceMs: null, places: [], members: [] });
        expect(snapshot.hourly.hour.length + snapshot.lifetime.place.length).toBe(0);
      }));

    test("a guild's age is when its first batch was cut", () =>
      withStore(async (store) => {
        await store.saveSettings(GUILD, { ...UNSET_SETTINGS, enabled: true });
        await store.apply(batchOf("w", 1, [row()], 5_000));
        await store.apply(batchOf("w", 2, [row()], 9_000));
        expect((await store.load(GUILD, { writer: "w", fromHour: 0 })).sinceMs).toBe(5_000);
      }));

    test("a batch sent again is counted once, also after a reopening and beside other writers", () =>
      withStore(async (store, place) => {
        const first = batchOf("w", 1, [row()]);
        expect(await store.apply(first)).toBe("applied");
        expect(await store.apply(first)).toBe("duplicate");
        expect(await store.apply(batchOf("other writer", 1, [row()]))).toBe("applied");
        await store.close();
        const reopened = place.store();
        await reopened.open();
        expect(await reopened.apply(first)).toBe("duplicate");
        expect(await reopened.apply(batchOf("w", 2, []))).toBe("applied");
        expect((await readGuild(reopened, GUILD)).lifetime).toEqual({ [`${GENERAL} ${ANN} 0`]: [2, 0] });
        await reopened.close();
      }));

    test("a batch after a missing one is refused", () =>
      withStore(async (store) => {
        await store.apply(batchOf("w", 1, [row()]));
        await expect(store.apply(batchOf("w", 3, [row()]))).rejects.toMatchObject({ code: "STORE_FAILED" });
        expect((await readGuild(store, GUILD)).appliedSequence).toBe(1);
      }));

    test("a failed batch changes nothing, and ids that it brought can be written afterwards", () =>
      withStore(async (store) => {
        await store.apply(batchOf("w", 1, [row()]));
        const before = await readGuild(store, GUILD);
        await expect(
          store.apply(broken(batchOf("w", 2, [row({ place: MUSIC, member: BEN })]))),
        ).rejects.toBeInstanceOf(Error);
        expect(await readGuild(store, GUILD)).toEqual(before);
        expect(await store.apply(batchOf("w", 2, [row({ member: BOT, bot: true })]))).toBe("applied");
        expect(await store.apply(batchOf("w", 3, [row({ place: MUSIC, member: BEN })]))).toBe("applied");
        expect(await readGuild(store, GUILD)).toMatchObject({
          lifetime: {
            [`${GENERAL} ${ANN} 0`]: [1, 0],
            [`${GENERAL} ${BOT} 0`]: [1, 0],
            [`${MUSIC} ${BEN} 0`]: [1, 0],
          },
          bots: [BOT],
        });
      }));

    test("hours before the asked one are left out, yet are in the totals", () =>
      withStore(async (store) => {
        await store.apply(batchOf("w", 1, [row({ hour: HOUR - 1 }), row(), row({ hour: HOUR + 1 })]));
        const snapshot = await store.load(GUILD, { writer: "w", fromHour: HOUR });
        expect([...snapshot.hourly.hour].sort()).toEqual([HOUR, HOUR + 1]);
        expect([...snapshot.lifetime.messages]).toEqual([3]);
      }));

    test("ids beyond 2^53 stay exact, and neighbours apart", () =>
      withStore(async (store) => {
        const neighbour = "9007199254740992";
        await store.apply(
          batchOf("w", 1, [
            row(),
            row({ guild: neighbour }),
            row({ guild: OTHER, member: OTHER, place: OTHER }),
          ]),
        );
        for (const guild of [GUILD, neighbour]) {
          expect((await readGuild(store, guild)).lifetime).toEqual({ [`${GENERAL} ${ANN} 0`]: [1, 0] });
        }
        expect((await readGuild(store, OTHER)).lifetime).toEqual({ [`${OTHER} ${OTHER} 0`]: [1, 0] });
      }));

    test("a member's bot flag is what was said last, also when it changes back", () =>
      withStore(async (store) => {
        for (const [index, bot] of [true, false, true].entries()) {
          await store.apply(batchOf("w", index + 1, [row({ bot })]));
          expect((await readGuild(store, GUILD)).bots).toEqual(bot ? [ANN] : []);
        }
      }));

    test("calls made at once do not disturb each other; a snapshot holds whole batches", () =>
      withStore(async (store) => {
        const rows = (sequence: number): Row[] =>
          Array.from({ length: 100 }, (_, index) =>
            row({ hour: HOUR + index, member: `4${String(sequence).padStart(17, "0")}` }),
          );
        const snapshots: ReturnType<typeof readGuild>[] = [];
        const answers: ReturnType<Store["apply"]>[] = [];
        for (let sequence = 1; sequence <= 30; sequence++) {
          answers.push(store.apply(batchOf("w", sequence, rows(sequence))));
          snapshots.push(readGuild(store, GUILD));
          if (sequence % 10 === 0) answers.push(store.forget(ANN).then(() => "applied" as const));
        }
        expect(new Set(await Promise.all(answers))).toEqual(new Set(["applied"]));
        for (const { hourly, appliedSequence } of await Promise.all(snapshots)) {
          expect(Object.keys(hourly)).toHaveLength(100 * appliedSequence);
        }
      }));

    test("forgetting takes a user out of every guild, and nobody else; once more finds nothing", () =>
      withStore(async (store) => {
        const rows = [row(), row({ guild: OTHER }), row({ member: BEN }), row({ hour: HOUR + 1 })];
        await store.apply(batchOf("w", 1, rows));
        expect(await store.forget(ANN)).toEqual({ rows: 5 });
        expect(await store.forget(ANN)).toEqual({ rows: 0 });
        expect((await readGuild(store, GUILD)).lifetime).toEqual({ [`${GENERAL} ${BEN} 0`]: [1, 0] });
        const other = await store.load(OTHER, { writer: "w", fromHour: 0 });
        expect(other).toMatchObject({ members: [], appliedSequence: 1 });
        await store.apply(batchOf("w", 2, [row()]));
        expect((await readGuild(store, GUILD)).lifetime).toMatchObject({ [`${GENERAL} ${ANN} 0`]: [1, 0] });
      }));

    test("activities survive a reopening as they were said last, with when their writer was heard last", () =>
      withStore(async (store, place) => {
        const session = (change: Partial<ActivitySession> = {}): ActivitySession => ({
          guildId: GUILD,
          userId: ANN,
          bot: false,
          activityId: "0:Chess: the 2nd",
          uncountedSinceMs: 1_000,
          endedMs: null,
          ...change,
        });
        const tell = (sequence: number, opened: ActivitySession[], closed: ActivitySession[] = []) =>
          store.apply(batchOf("w", sequence, [], sequence * 10_000, null, { opened, closed }));
        const others = [session({ userId: BEN }), session({ guildId: OTHER, activityId: "2:Spotify" })];
        await tell(1, [session(), ...others]);
        await tell(2, [session({ uncountedSinceMs: null, bot: true })], others.slice(0, 1));
        await tell(3, [session({ activityId: "1:Chess: the 2nd", uncountedSinceMs: null, endedMs: 2_000 })]);
        await store.close();
        const reopened = place.store();
        await reopened.open();
        const found = [...(await reopened.openActivities())].sort((a, b) =>
          a.activityId < b.activityId ? -1 : 1,
        );
        expect(found).toEqual([
          { ...session({ uncountedSinceMs: null }), settledMs: 30_000 },
          {
            ...session({ activityId: "1:Chess: the 2nd", uncountedSinceMs: null, endedMs: 2_000 }),
            settledMs: 30_000,
          },
          { ...others[1], settledMs: 30_000 },
        ]);
        expect((await readGuild(reopened, GUILD)).lifetime).toEqual({});
        await reopened.forget(ANN);
        expect(await reopened.openActivities()).toEqual([]);
        await reopened.close();
      }));

    test("opt-outs survive a reopening, under the same key", () =>
      withStore(async (store, place) => {
        const [mine, yours] = ["a1".repeat(32), "b2".repeat(32)];
        const { key, hashes } = await store.optOuts();
        expect(key).toHaveLength(32);
        expect(hashes).toEqual([]);
        await store.addOptOut(mine, "self");
        await store.addOptOut(mine, "self");
        await store.addOptOut(mine, "owner");
        await store.addOptOut(yours, "owner");
        await store.addOptOut(yours, "self");
        await store.removeOptOut(yours, "owner");
        await store.removeOptOut(yours, "self");
        await store.close();
        const reopened = place.store();
        await reopened.open();
        expect(await reopened.optOuts()).toEqual({ key, hashes: [mine], ignored: [mine] });
        await reopened.close();
      }));

    test("settings survive a reopening, and can be taken back", () =>
      withStore(async (store, place) => {
        const chosen: GuildSettings = {
          enabled: false,
          timeZone: "Asia/Tokyo",
          accent: 0xffffff,
          uncountedVoice: ["alone", "stageSpeaker"],
          ignored: { channels: [GENERAL], categories: [], roles: [ANN, BEN], activities: ["Chess"] },
        };
        await store.saveSettings(GUILD, chosen);
        await store.saveSettings(OTHER, chosen);
        await store.saveSettings(OTHER, UNSET_SETTINGS);
        await store.close();
        const reopened = place.store();
        await reopened.open();
        expect([...(await reopened.settings())]).toEqual([[GUILD, chosen]]);
        await reopened.close();
      }));

    test("a closed store says so; closing again, or opening again, is fine", () =>
      withStore(async (store) => {
        const answer = store.apply(batchOf("w", 1, [row()]));
        await Promise.all([store.close(), store.close()]);
        expect(await answer).toBe("applied");
        const calls = [
          () => store.apply(batchOf("w", 2, [])),
          () => readGuild(store, GUILD),
          () => store.settings(),
          () => store.forget(ANN),
          () => store.optOuts(),
        ];
        for (const call of calls) await expect(call()).rejects.toMatchObject({ code: "STORE_CLOSED" });
        await store.open();
        await store.open();
        expect((await readGuild(store, GUILD)).appliedSequence).toBe(1);
      }));

    test("batches, retries, failures, erasures and reopenings in any order add up", () =>
      addsUpInAnyOrder(makePlace));
  });
}
