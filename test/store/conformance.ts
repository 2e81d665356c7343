import { describe, expect, test } from "vitest";
import { snowflakeMs } from "../../src/snowflake.ts";
import {
  type ActivitySession,
  type DayPart,
  type GuildSettings,
  type HourPart,
  type Purge,
  type Store,
  UNSET_SETTINGS,
} from "../../src/store/store.ts";
import { addsUpInAnyOrder, type Place } from "./any-order.ts";
import { batchOf, broken, dailyCells, hourlyCells, type Row, readGuild, rowLike } from "./batches.ts";
import { exportConformance } from "./exporting.ts";
import { postsConformance } from "./posts-conformance.ts";
import { privacyConformance } from "./privacy-conformance.ts";
import { redConformance } from "./red-conformance.ts";
import { cutsDaysAsTheCalendarDoes, rollsUpInAnyOrder, rollUpWhole } from "./rolling-up.ts";
import { sumsCutDaysInProportion, sumsDaysAsHours, sumsWhatIsThere, tellsComingsByDay } from "./summing.ts";

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
  const row = rowLike({ guild: GUILD, hour: HOUR, place: GENERAL, member: ANN, messages: 1 });

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

    test("a range of the past is kept with its counts, is extended backwards, and moves the guild's age back", () =>
      withStore(async (store) => {
        await store.apply(batchOf("w", 1, [row({ place: MUSIC })], 1_800_000_000_000));
        const range = { guildId: GUILD, channelId: GENERAL, parentId: null, untilId: "900000000000000000" };
        const second = { ...batchOf("w", 2, [row()]), imported: { ...range, fromId: "800000000000000000" } };
        expect(await store.apply(second)).toBe("applied");
        expect(await store.apply(second)).toBe("duplicate");
        await store.apply({ ...batchOf("w", 3, []), imported: { ...range, fromId: "700000000000000000" } });
        const { imported, liveSinceMs } = await store.countedMessages(GUILD);
        expect(imported).toEqual([
          { channelId: GENERAL, fromId: "700000000000000000", untilId: range.untilId },
        ]);
        expect(liveSinceMs).toBe(1_800_000_000_000);
        const { sinceMs } = await store.load(GUILD, { writer: "w", fromHour: 0 });
        expect(sinceMs).toBe(snowflakeMs("700000000000000000"));
        expect((await readGuild(store, GUILD)).lifetime[`${GENERAL} ${ANN} 0`]).toEqual([1, 0]);
      }));

    test("a guild whose past was imported is not taken for one that is counted as it happens, until it is", () =>
      withStore(async (store) => {
        const range = { fromId: "7", untilId: "800000000000000000", guildId: GUILD, channelId: MUSIC };
        await store.apply({ ...batchOf("w", 1, [row()]), imported: { ...range, parentId: GENERAL } });
        expect((await store.countedMessages(GUILD)).liveSinceMs).toBe(null);
        // A thread that is first known by its range belongs to its channel all the same.
        const { places } = await store.load(GUILD, { writer: "w", fromHour: 0 });
        expect(places.find(({ id }) => id === MUSIC)?.parentId).toBe(GENERAL);
        await store.apply(batchOf("w", 2, [row()], 5_000));
        expect((await store.countedMessages(GUILD)).liveSinceMs).toBe(5_000);
      }));

    test("a name with half a character is counted, told as it is stored, and found by what is told", () =>
      withStore(async (store) => {
        const game = "0:game \ud83d";
        const user = { guildId: GUILD, userId: ANN, bot: false };
        const session = { ...user, activityId: game, uncountedSinceMs: 1, endedMs: null };
        const rows = [row({ name: "general \ud83d" }), row({ place: game, messages: 0, durationMs: 5 })];
        await store.apply(batchOf("w", 1, rows, 5_000, null, { opened: [session], closed: [] }));
        const { places } = await store.load(GUILD, { writer: "w", fromHour: 0 });
        expect(places.map(({ id, name }) => name ?? id).sort()).toEqual(["0:game \ufffd", "general \ufffd"]);
        const [open] = await store.openActivities();
        expect(open?.activityId).toBe("0:game \ufffd");
        await store.apply(
          batchOf("w", 2, [], 6_000, null, { opened: [], closed: [{ ...user, activityId: game }] }),
        );
        expect(await store.openActivities()).toEqual([]);
        expect((await store.purge(GUILD, { placeId: "0:game \ufffd" })).rows).toBe(2);
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

    test("what is taken while the rest is read, and the rest, are the whole, and no hour is in two parts", () =>
      withStore(async (store) => {
        const rows = Array.from({ length: 40_000 }, (_, index) =>
          row({
            hour: HOUR + Math.floor(index / 4_000),
            member: String(400000000000000000n + BigInt(index % 4_000)),
            messages: index % 7,
            durationMs: index % 5 === 0 ? index : 0,
          }),
        );
        await store.apply(batchOf("w", 1, rows));
        const whole = await readGuild(store, GUILD);
        // At once: a part's columns are the store's again when it was taken.
        const taken: ReturnType<typeof hourlyCells>[] = [];
        const hours: number[] = [];
        const note = (part: HourPart): void => {
          taken.push(hourlyCells(part));
          hours.push(...new Set(part.hourly.hour));
        };
        let isTaking = false;
        const rest = await store.load(GUILD, {
          writer: "w",
          fromHour: 0,
          take: async (part) => {
            expect(isTaking).toBe(false);
            isTaking = true;
            await new Promise((resolve) => setImmediate(resolve));
            isTaking = false;
            note(part);
          },
        });
        expect(isTaking).toBe(false);
        note(rest);
        expect(Object.assign({}, ...taken)).toEqual(whole.hourly);
        expect(new Set(hours).size).toBe(hours.length);
      }));

    test("days that are taken while others are read, and the rest, are all of them", () =>
      withStore(async (store) => {
        const day = Math.ceil(HOUR / 24);
        const rows = Array.from({ length: 40_000 }, (_, index) =>
          row({
            hour: day * 24 + Math.floor(index / 1_000) * 24,
            member: String(400000000000000000n + BigInt(index % 1_000)),
            messages: index % 21,
            durationMs: index % 5 === 0 ? index : 0,
          }),
        );
        await store.apply(batchOf("w", 1, rows));
        await rollUpWhole(store, { hourlyBefore: (day + 9) * 24, dailyBefore: null, timeZone: "UTC" });
        const request = { writer: "w", fromDay: day, untilHour: (day + 30) * 24, populationFromDay: day };
        const whole = await store.days(GUILD, { ...request, timeZone: "UTC" });
        const taken: ReturnType<typeof dailyCells>[] = [];
        const take = async (part: DayPart): Promise<void> => void taken.push(dailyCells(part));
        const rest = await store.days(GUILD, { ...request, timeZone: "UTC", take });
        const cells = [...taken, dailyCells(rest)];
        expect(Object.assign({}, ...cells)).toEqual(dailyCells(whole));
        expect(cells.map((own) => Object.keys(own).length).reduce((a, b) => a + b)).toBe(30_000);
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

    test("a roll-up makes days of hours, one day a slice, and leaves the rest of a day for later", () =>
      withStore(async (store, place) => {
        const day = Math.ceil(HOUR / 24);
        const hours = [day * 24, day * 24 + 5, day * 24 + 23, (day + 1) * 24, (day + 2) * 24];
        await store.apply(
          batchOf(
            "w",
            1,
            hours.map((hour) => row({ hour, durationMs: 10 })),
          ),
        );
        const before = await readGuild(store, GUILD);
        const request = { hourlyBefore: (day + 2) * 24 - 1, dailyBefore: null, timeZone: "UTC" };
        expect(await store.rollUp({ ...request, from: null })).toEqual({ rows: 3, next: GUILD });
        expect(await store.rollUp({ ...request, from: GUILD })).toEqual({ rows: 0, next: null });
        expect(await place.days(GUILD)).toEqual({ [`${day} ${GENERAL} ${ANN} 0`]: [3, 30] });
        const after = await readGuild(store, GUILD);
        expect(Object.keys(after.hourly)).toHaveLength(2);
        expect(after.lifetime).toEqual(before.lifetime);
      }));

    test("an hour behind a midnight that comes twice is summed into the day that begins with it", () =>
      withStore(async (store, place) => {
        // 21:00 in UTC is midnight in Gaza, and so is 22:00, on that day alone.
        const [hour, day] = [Date.UTC(2021, 9, 28, 21) / 3_600_000, Date.UTC(2021, 9, 29) / 86_400_000];
        await store.apply(batchOf("w", 1, [row({ hour }), row({ hour: hour + 1 })]));
        const request = { hourlyBefore: HOUR, dailyBefore: null, timeZone: "Asia/Gaza" };
        expect(await store.rollUp({ ...request, from: null })).toEqual({ rows: 2, next: GUILD });
        expect(await place.days(GUILD)).toEqual({ [`${day} ${GENERAL} ${ANN} 0`]: [2, 0] });
      }));

    test("an hour that comes late is added to its day", () =>
      withStore(async (store, place) => {
        const request = { hourlyBefore: HOUR + 100, dailyBefore: null, timeZone: "Asia/Kolkata" };
        for (const sequence of [1, 2]) {
          await store.apply(batchOf("w", sequence, [row({ messages: sequence })]));
          expect(await rollUpWhole(store, request)).toBe(1);
        }
        expect(Object.values(await place.days(GUILD))).toEqual([[3, 0]]);
      }));

    test("days beyond their own retention go, and totals stay", () =>
      withStore(async (store, place) => {
        const day = Math.ceil(HOUR / 24);
        await store.apply(batchOf("w", 1, [row({ hour: day * 24 }), row({ hour: (day + 1) * 24 })]));
        const request = { hourlyBefore: HOUR + 1_000, timeZone: "UTC" };
        expect(await rollUpWhole(store, { ...request, dailyBefore: day + 1 })).toBe(3);
        expect(Object.keys(await place.days(GUILD))).toEqual([`${day + 1} ${GENERAL} ${ANN} 0`]);
        expect((await readGuild(store, GUILD)).lifetime).toEqual({ [`${GENERAL} ${ANN} 0`]: [2, 0] });
      }));

    test("forgetting reaches days too", () =>
      withStore(async (store, place) => {
        await store.apply(batchOf("w", 1, [row(), row({ member: BEN })]));
        await rollUpWhole(store, { hourlyBefore: HOUR + 100, dailyBefore: null, timeZone: "UTC" });
        expect(await store.forget(ANN)).toEqual({ rows: 2 });
        expect(Object.keys(await place.days(GUILD))).toEqual([expect.stringContaining(BEN)]);
      }));

    test("batches, roll-ups, zones, merges, purges, erasures and reopenings in any order keep every sum", () =>
      rollsUpInAnyOrder(makePlace));

    test("a range's sum is the sum of the rows in it, and nothing of what was erased, purged or merged away", () =>
      sumsWhatIsThere(makePlace));

    test("a roll-up does not change the sum of whole days, and the parts of a day add up to it", () =>
      sumsDaysAsHours(makePlace));

    test("a day that was rolled up counts by the hours that a range has of it", () =>
      withStore((store) => sumsCutDaysInProportion(store)));

    test("tells comings and goings by day", () => withStore((store) => tellsComingsByDay(store)));

    test("comings and goings reach further back than counters, if asked to", () =>
      withStore(async (store) => {
        const population = [1, 2, 3, 4].map((age) => ({
          hour: HOUR - age,
          joins: age,
          leaves: 0,
          members: age,
        }));
        const batch = batchOf("w", 1, [row()]);
        await store.apply({ ...batch, guilds: batch.guilds.map((delta) => ({ ...delta, population })) });
        const request = { writer: "w", fromHour: HOUR };
        const hours = async (populationFromHour?: number): Promise<number[]> =>
          (
            await store.load(GUILD, { ...request, ...(populationFromHour && { populationFromHour }) })
          ).population.map(({ hour }) => hour);
        expect(await hours()).toEqual([HOUR - 1]);
        expect(await hours(HOUR - 2)).toEqual([HOUR - 3, HOUR - 2, HOUR - 1]);
      }));

    test("days are cut as the calendar of the zone has them", () => cutsDaysAsTheCalendarDoes(makePlace));

    test("merging adds a channel's counts to another's, and its threads become the other's", () =>
      withStore(async (store, place) => {
        const thread = "1200000000000000009";
        await store.apply(
          batchOf("w", 1, [
            row(),
            row({ place: MUSIC, name: "new", newestMessageId: "1300000000000000001", durationMs: 5 }),
            row({ place: thread, parent: GENERAL, member: BEN }),
            row({ hour: HOUR + 100, name: "old", newestMessageId: "1300000000000000009" }),
            row({ guild: OTHER }),
            row({ guild: OTHER, place: MUSIC }),
          ]),
        );
        await rollUpWhole(store, { hourlyBefore: HOUR + 50, dailyBefore: null, timeZone: "UTC" });
        const other = [await readGuild(store, OTHER), await place.days(OTHER)];
        // A day, an hour and a total.
        expect(await store.mergePlaces(GUILD, GENERAL, MUSIC)).toEqual({ rows: 3 });
        const { places } = await store.load(GUILD, { writer: "w", fromHour: 0 });
        const unread = { name: null, newestMessageId: null, firstMessageId: null };
        expect(places).toEqual([
          // How far it was read stays, so that nothing is counted again.
          expect.objectContaining({ id: GENERAL, name: null, newestMessageId: "1300000000000000009" }),
          expect.objectContaining({ id: MUSIC, name: "new", newestMessageId: "1300000000000000001" }),
          { id: thread, parentId: MUSIC, ...unread },
        ]);
        expect(await readGuild(store, GUILD)).toMatchObject({
          hourly: { [`${HOUR + 100} ${MUSIC} ${ANN} 0`]: [1, 0] },
          lifetime: { [`${MUSIC} ${ANN} 0`]: [3, 5], [`${thread} ${BEN} 0`]: [1, 0] },
        });
        expect(Object.values(await place.days(GUILD))).toContainEqual([2, 5]);
        expect([await readGuild(store, OTHER), await place.days(OTHER)]).toEqual(other);
        // Counted again, the channel is new.
        await store.apply(batchOf("w", 2, [row()]));
        expect((await readGuild(store, GUILD)).lifetime).toMatchObject({ [`${GENERAL} ${ANN} 0`]: [1, 0] });
      }));

    test("merging what is not there, into itself, or across kinds is refused and changes nothing", () =>
      withStore(async (store) => {
        const thread = "1200000000000000009";
        const rows = [row(), row({ place: thread, parent: GENERAL }), row({ place: "0:Chess" })];
        await store.apply(batchOf("w", 1, [...rows, row({ guild: OTHER, place: MUSIC })]));
        const before = await readGuild(store, GUILD);
        for (const [from, into] of [
          [GENERAL, GENERAL],
          [GENERAL, MUSIC],
          [MUSIC, GENERAL],
          [GENERAL, "0:Chess"],
          [GENERAL, thread],
        ] as const) {
          await expect(store.mergePlaces(GUILD, from, into)).rejects.toMatchObject({
            code: "ARGUMENT_INVALID",
            message: expect.stringContaining(from),
          });
        }
        expect(await readGuild(store, GUILD)).toEqual(before);
      }));

    test("purging a channel takes its threads along, in this guild only", () =>
      withStore(async (store) => {
        const thread = { place: "1200000000000000009", parent: GENERAL, member: BEN };
        const rows = [row(), row(thread), row({ place: MUSIC })];
        await store.apply(batchOf("w", 1, [...rows, ...rows.map((each) => ({ ...each, guild: OTHER }))]));
        const other = await store.load(OTHER, { writer: "w", fromHour: 0 });
        expect(await store.purge(GUILD, { placeId: GENERAL })).toEqual({ rows: 4 });
        expect((await readGuild(store, GUILD)).lifetime).toEqual({ [`${MUSIC} ${ANN} 0`]: [1, 0] });
        expect(await store.memberIds(GUILD)).toEqual([ANN]);
        expect(await store.load(OTHER, { writer: "w", fromHour: 0 })).toEqual(other);
      }));

    test("purging members takes any number of them, in this guild only", () =>
      withStore(async (store) => {
        const members = Array.from({ length: 3_000 }, (_, index) => `4${String(index).padStart(17, "0")}`);
        const rows = [...members, ANN].map((member) => row({ member }));
        await store.apply(batchOf("w", 1, rows));
        await store.apply(batchOf("w", 2, rows.map((each) => ({ ...each, guild: OTHER })).slice(-5)));
        expect((await store.memberIds(GUILD)).length).toBe(3_001);
        expect(await store.purge(GUILD, { memberIds: members })).toEqual({ rows: 6_000 });
        expect(await store.memberIds(GUILD)).toEqual([ANN]);
        expect((await store.memberIds(OTHER)).length).toBe(5);
        expect(await store.purge(GUILD, { memberIds: [] })).toEqual({ rows: 0 });
      }));

    test("a purge of all leaves settings, and up to where channels were read; its age begins anew", () =>
      withStore(async (store, place) => {
        const chosen = { ...UNSET_SETTINGS, accent: 7 };
        await store.saveSettings(GUILD, chosen);
        const newestMessageId = "1300000000000000009";
        await store.apply(
          batchOf("w", 1, [row({ name: "secret", newestMessageId }), row({ place: MUSIC })], 5),
        );
        expect(await store.purge(GUILD, "all")).toEqual({ rows: 4 });
        const purged = await store.load(GUILD, { writer: "w", fromHour: 0 });
        expect(purged).toMatchObject({ sinceMs: null, members: [], appliedSequence: 1 });
        expect(purged.places).toMatchObject([{ id: GENERAL, name: null, newestMessageId }]);
        expect((await store.settings()).get(GUILD)).toEqual(chosen);
        expect(await place.days(GUILD)).toEqual({});
        await store.apply(batchOf("w", 2, [row({ name: "open" }), row({ place: MUSIC })], 9));
        const after = await store.load(GUILD, { writer: "w", fromHour: 0 });
        expect(after.sinceMs).toBe(9);
        expect([...after.lifetime.messages]).toEqual([1, 1]);
      }));

    test("a guild that is in a batch in several pieces has the comings and goings of each", () =>
      withStore(async (store) => {
        const batch = batchOf("w", 1, [row()]);
        const comings = (hour: number, joins: number) => [{ hour, joins, leaves: 1, members: 9 }];
        const pieces = [[...comings(HOUR, 2)], [], comings(HOUR + 1, 3)];
        const guilds = pieces.flatMap((population) =>
          batch.guilds.map((delta) => ({ ...delta, population })),
        );
        await store.apply({ ...batch, guilds });
        const { population } = await store.load(GUILD, { writer: "w", fromHour: 0 });
        expect(population).toEqual([...comings(HOUR, 2), ...comings(HOUR + 1, 3)]);
      }));

    test("a purge takes joins and leaves along, and leaves open voice sessions and what was imported", () =>
      withStore(async (store) => {
        const session = {
          guildId: GUILD,
          userId: BEN,
          bot: false,
          channelId: MUSIC,
          sessionId: "s",
          state: 6,
          countedMs: null,
        };
        const newestMessageId = "1300000000000000005";
        const batch = batchOf("w", 1, [row({ newestMessageId }), row({ guild: OTHER })], 5_000, {
          opened: [session],
          closed: [],
        });
        const population = [{ hour: HOUR, joins: 2, leaves: 1, members: 40 }];
        await store.apply({ ...batch, guilds: batch.guilds.map((delta) => ({ ...delta, population })) });
        const imported = { channelId: MUSIC, fromId: "1300000000000000001", untilId: "1300000000000000009" };
        const range = { ...imported, guildId: GUILD, parentId: null };
        await store.apply({ ...batchOf("w", 2, []), imported: range });
        const before = [await store.openVoice(), await store.countedMessages(GUILD)];
        expect(await store.purge(GUILD, { memberIds: [ANN, BEN] })).toEqual({ rows: 2 });
        expect(await store.purge(GUILD, "all")).toEqual({ rows: 1 });
        expect(await store.mergePlaces(GUILD, MUSIC, GENERAL)).toEqual({ rows: 0 });
        expect([await store.openVoice(), await store.countedMessages(GUILD)]).toEqual(before);
        expect((await store.load(GUILD, { writer: "w", fromHour: 0 })).population).toEqual([]);
        expect((await store.load(OTHER, { writer: "w", fromHour: 0 })).population).toEqual(population);
      }));

    test.each<Purge>([
      "all",
      { placeId: GENERAL },
      { memberIds: [BEN] },
      { metric: "messages" },
      { metric: "voice" },
      { metric: "activities" },
    ])("what a purge of %j is said to take is what it takes, and then nothing is left of it", (what) =>
      withStore(async (store) => {
        const rows = [
          row(),
          row({ place: "1200000000000000009", parent: GENERAL, member: BEN, durationMs: 7 }),
          row({ place: MUSIC, messages: 0, durationMs: 5 }),
          row({ place: "0:Chess", member: BEN, messages: 0, durationMs: 9 }),
          row({ hour: HOUR + 100, place: MUSIC, member: BEN }),
        ];
        const batch = batchOf("w", 1, [...rows, ...rows.map((each) => ({ ...each, guild: OTHER }))], 5);
        const population = [{ hour: HOUR, joins: 1, leaves: 0, members: 9 }];
        await store.apply({ ...batch, guilds: batch.guilds.map((delta) => ({ ...delta, population })) });
        await rollUpWhole(store, { hourlyBefore: HOUR + 50, dailyBefore: null, timeZone: "UTC" });
        const told = await store.purgeable(GUILD, what);
        expect([told.members > 0, told.sinceMs]).toEqual([true, 5]);
        const members = new Set(await store.memberIds(GUILD));
        expect(told.members).toBeLessThanOrEqual(members.size);
        expect((await store.purge(GUILD, what)).rows).toBe(told.rows);
        expect(await store.purgeable(GUILD, what)).toMatchObject({ rows: 0, members: 0 });
        expect(await store.purgeable(OTHER, what)).toEqual(told);
      }),
    );

    test("a guild that was never counted can be purged: nothing goes", () =>
      withStore(async (store) => {
        expect(await store.purgeable(GUILD, "all")).toEqual({ rows: 0, members: 0, sinceMs: null });
        expect(await store.purge(GUILD, "all")).toEqual({ rows: 0 });
        expect(await store.memberIds(GUILD)).toEqual([]);
      }));

    test("who is in voice survives a reopening, counted up to when their guild was settled last, or as their session says", () =>
      withStore(async (store, place) => {
        const session = { userId: ANN, bot: false, channelId: MUSIC, sessionId: "s", state: 6 };
        const [here, there, ben] = [
          { ...session, guildId: GUILD },
          { ...session, guildId: OTHER },
          { ...session, guildId: GUILD, userId: BEN },
        ];
        const opened = [here, there].map((each) => ({ ...each, countedMs: null }));
        await store.apply(batchOf("w", 1, [], 10_000, { opened, closed: [] }));
        const settled = (sequence: number, guildIds: readonly string[]) => ({
          ...batchOf(
            "w",
            sequence,
            [row({ messages: 0, durationMs: 5 }), row({ guild: OTHER })],
            sequence * 10_000,
          ),
          settledMs: new Map(guildIds.map((guildId) => [guildId, sequence * 10_000 - 1])),
        });
        await store.apply({
          ...settled(2, [GUILD]),
          sessions: { opened: [{ ...ben, countedMs: 15_000 }], closed: [] },
        });
        // Messages say nothing of time, whatever run of the bot writes them.
        await store.apply(settled(3, []));
        await store.apply({ ...settled(1, []), writer: "another run" });
        await store.close();
        const reopened = place.store();
        await reopened.open();
        const found = [...(await reopened.openVoice())];
        expect(found).toHaveLength(3);
        expect(found).toEqual(
          expect.arrayContaining([
            { ...here, settledMs: 19_999 },
            { ...there, settledMs: 10_000 },
            { ...ben, settledMs: 15_000 },
          ]),
        );
        await reopened.close();
      }));

    test("activities survive a reopening as they were said last, with when their guild was settled last", () =>
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
          // Of that guild nothing was said since.
          { ...others[1], settledMs: 10_000 },
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
          locale: "ja",
          theme: "contrast",
          accent: 0xffffff,
          uncountedVoice: ["alone", "stageSpeaker"],
          defaultPeriod: "7d",
          visibility: "self",
          commandChannels: [MUSIC, GENERAL],
          privateByDefault: true,
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

    test.each<Partial<GuildSettings>>([
      { enabled: true },
      { timeZone: "Asia/Tokyo" },
      { locale: "zh-Hant" },
      { theme: "light" },
      { accent: 0 },
      { accent: "icon" },
      { uncountedVoice: [] },
      { defaultPeriod: "lifetime" },
      { visibility: "everyone" },
      { commandChannels: [GENERAL] },
      { privateByDefault: false },
    ])("a guild in which only %j was chosen has settings", (choice) =>
      withStore(async (store) => {
        const chosen = { ...UNSET_SETTINGS, ...choice };
        await store.saveSettings(GUILD, chosen);
        expect([...(await store.settings())]).toEqual([[GUILD, chosen]]);
      }),
    );

    privacyConformance(withStore);
    exportConformance(withStore, makePlace);

    postsConformance(makePlace, withStore);

    redConformance(withStore, makePlace);

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
          () => store.purge(GUILD, "all"),
          () => store.mergePlaces(GUILD, GENERAL, MUSIC),
          () => store.memberIds(GUILD),
          () => store.posts(),
          () => store.exportPage(GUILD, "hourly", null, 1),
          () => store.rollUp({ hourlyBefore: HOUR, dailyBefore: null, timeZone: "UTC", from: null }),
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
