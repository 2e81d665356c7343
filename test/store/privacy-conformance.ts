import { expect, test } from "vitest";
import { optOutHash } from "../../src/store/opt-out-hash.ts";
import { type Store, UNSET_SETTINGS } from "../../src/store/store.ts";
import type { UserGuildRecords, UserRows } from "../../src/store/user-records.ts";
import type { Place } from "./any-order.ts";
import { batchOf, readGuild, rowLike } from "./batches.ts";

const [GUILD, OTHER] = ["9007199254740993", "9223372036854775807"];
const [ANN, BEN] = ["1099511627776000001", "1099511627776000002"];
const [GENERAL, THREAD, CHESS] = ["1200000000000000001", "1200000000000000002", "0:Chess"];
const HOUR = 490_000;

const row = rowLike({ guild: GUILD, hour: HOUR, place: GENERAL, member: ANN, messages: 1 });

async function recordsOf(store: Store, userId: string): Promise<UserGuildRecords[]> {
  const records: UserGuildRecords[] = [];
  for await (const guild of store.userRecords(userId)) records.push(guild);
  return records;
}

/** "time place state" → [messages, durationMs]. */
function cells({ places }: UserGuildRecords, rows: UserRows): Record<string, readonly [number, number]> {
  return Object.fromEntries(
    Array.from(rows.time, (time, at) => [
      `${time} ${places[rows.place[at] ?? -1]?.id} ${rows.state[at]}`,
      [rows.messages[at] ?? Number.NaN, rows.durationMs[at] ?? Number.NaN],
    ]),
  );
}

/** What every store must hold to when people ask for their data, or for its end. */
export function privacyConformance(
  withStore: (claim: (store: Store, place: Place) => Promise<void>) => Promise<void>,
): void {
  test("a wish is found whoever else is there: among many thousands, with shorter and longer ids", () =>
    withStore(async (store) => {
      // As text it comes behind all others, and as a number before them.
      const older = "999999999999999999";
      const others = Array.from({ length: 10_000 }, (_, index) =>
        row({ member: `${10n ** 18n + BigInt(index)}` }),
      );
      await store.apply(batchOf("w", 1, [...others, row({ member: older })]));
      const { key } = await store.optOuts();
      await store.addOptOut(optOutHash(key, older), "self");
      expect(await store.unfinishedErasures()).toEqual([{ userId: older, guildId: null }]);
    }));

  test("a user's records stay theirs, whatever is erased and counted anew while they are read", () =>
    withStore(async (store) => {
      await store.apply(batchOf("w", 1, [row(), row({ guild: OTHER })]));
      const records = store.userRecords(ANN)[Symbol.asyncIterator]();
      await records.next();
      await store.eraseGuild(OTHER);
      // The numbers of what was erased are given to others.
      await store.apply(batchOf("w", 2, [row({ guild: "77" }), row({ guild: OTHER, member: BEN })]));
      const { value: found } = await records.next();
      expect(found).toMatchObject({ guildId: OTHER, places: [] });
      for (const part of ["hourly", "daily", "lifetime"] as const)
        expect(Array.from(found?.[part].messages ?? [])).toEqual([]);
    }));

  test("a user's records are theirs alone, of every guild: by hour, by day and over all time", () =>
    withStore(async (store) => {
      await store.apply(
        batchOf(
          "w",
          1,
          [
            row({ name: "general" }),
            row({ hour: HOUR + 30, place: THREAD, parent: GENERAL, messages: 0, durationMs: 7, state: 3 }),
            row({ hour: HOUR + 30, messages: 4, name: "general" }),
            row({ member: BEN, place: CHESS, durationMs: 9 }),
            row({ guild: OTHER, bot: true, messages: 2 }),
          ],
          5_000,
          {
            opened: [
              {
                guildId: GUILD,
                userId: ANN,
                bot: false,
                channelId: GENERAL,
                sessionId: "s",
                state: 1,
                countedMs: null,
              },
            ],
            closed: [],
          },
          {
            opened: [
              {
                guildId: GUILD,
                userId: ANN,
                bot: false,
                activityId: CHESS,
                uncountedSinceMs: 4_000,
                endedMs: null,
              },
            ],
            closed: [],
          },
        ),
      );
      await store.rollUp({ hourlyBefore: HOUR + 24, dailyBefore: null, timeZone: "UTC", from: null });
      const [here, there, ...rest] = await recordsOf(store, ANN);
      expect(rest).toEqual([]);
      if (!here || !there) throw new Error("a guild is missing");
      expect(here).toMatchObject({
        guildId: GUILD,
        sinceMs: 5_000,
        bot: false,
        voice: { channelId: GENERAL, sessionId: "s", state: 1, countedMs: null },
        activities: [{ activityId: CHESS, uncountedSinceMs: 4_000, endedMs: null }],
      });
      expect(here.places.map(({ id, parentId, name }) => [id, parentId, name]).sort()).toEqual([
        [GENERAL, null, "general"],
        [THREAD, GENERAL, null],
      ]);
      expect(cells(here, here.hourly)).toEqual({
        [`${HOUR + 30} ${THREAD} 3`]: [0, 7],
        [`${HOUR + 30} ${GENERAL} 0`]: [4, 0],
      });
      expect(cells(here, here.daily)).toEqual({ [`${Math.floor(HOUR / 24)} ${GENERAL} 0`]: [1, 0] });
      expect(cells(here, here.lifetime)).toEqual({ [`0 ${GENERAL} 0`]: [5, 0], [`0 ${THREAD} 3`]: [0, 7] });
      expect(there).toMatchObject({ guildId: OTHER, bot: true, voice: null, activities: [] });
      expect(cells(there, there.lifetime)).toEqual({ [`0 ${GENERAL} 0`]: [2, 0] });
      expect(await recordsOf(store, "1")).toEqual([]);
      expect(await store.userRedRecords("1")).toEqual([]);
    }));

  test("forgetting in one guild leaves the user in all others", () =>
    withStore(async (store) => {
      await store.apply(
        batchOf("w", 1, [row(), row({ hour: HOUR + 1 }), row({ guild: OTHER }), row({ member: BEN })]),
      );
      expect(await store.forget(ANN, GUILD)).toEqual({ rows: 3 });
      expect(await store.forget(ANN, GUILD)).toEqual({ rows: 0 });
      expect(await store.forget(ANN, "77")).toEqual({ rows: 0 });
      expect((await recordsOf(store, ANN)).map(({ guildId }) => guildId)).toEqual([OTHER]);
      expect(await store.memberIds(GUILD)).toEqual([BEN]);
      await store.apply(batchOf("w", 2, [row()]));
      expect((await readGuild(store, GUILD)).lifetime).toMatchObject({ [`${GENERAL} ${ANN} 0`]: [1, 0] });
    }));

  test("an activity that only the forgotten user was seen in is forgotten with them; others' stay", () =>
    withStore(async (store) => {
      await store.apply(
        batchOf("w", 1, [
          row({ place: CHESS, durationMs: 5 }),
          row({ place: CHESS, member: BEN, durationMs: 5 }),
          row({ place: "0:Ann's own game", durationMs: 5 }),
        ]),
      );
      await store.forget(ANN);
      const { places } = await store.load(GUILD, { writer: "w", fromHour: 0 });
      expect(places.map(({ id }) => id)).toEqual([CHESS]);
    }));

  test("an opt-out whose erasure was cut off is found after a reopening, until it is done", () =>
    withStore(async (store, place) => {
      await store.apply(batchOf("w", 1, [row(), row({ member: BEN })]));
      const { key } = await store.optOuts();
      expect(await store.unfinishedErasures()).toEqual([]);
      await store.addOptOut(optOutHash(key, ANN), "self");
      await store.close();
      const reopened = place.store();
      await reopened.open();
      expect(await reopened.unfinishedErasures()).toEqual([{ userId: ANN, guildId: null }]);
      await reopened.forget(ANN);
      await reopened.apply(batchOf("v", 1, [row()]));
      expect(await reopened.unfinishedErasures()).toEqual([]);
      // Of somebody of whom nothing is there, nothing is left to do either, now or later.
      await reopened.addOptOut(optOutHash(key, "42"), "self");
      expect(await reopened.unfinishedErasures()).toEqual([]);
      await reopened.apply(batchOf("v", 2, [row({ member: "42" })]));
      expect(await reopened.unfinishedErasures()).toEqual([]);
      await reopened.close();
    }));

  test("a guild is left since the first time that it was said, until the bot is back, over reopenings", () =>
    withStore(async (store, place) => {
      await store.apply(batchOf("w", 1, [row(), row({ guild: OTHER })]));
      await store.markLeft([GUILD, "77"], 1_000);
      await store.markLeft([GUILD, OTHER], 2_000);
      await store.close();
      const reopened = place.store();
      await reopened.open();
      expect(await reopened.guilds()).toEqual(
        new Map([
          [GUILD, 1_000],
          [OTHER, 2_000],
        ]),
      );
      await reopened.markLeft([GUILD], null);
      expect((await reopened.guilds()).get(GUILD)).toBeNull();
      await reopened.close();
    }));

  test("erasing a guild leaves nothing of it, and all of the others; it can be counted anew", () =>
    withStore(async (store) => {
      const settings = { ...UNSET_SETTINGS, timeZone: "Asia/Tokyo" };
      await store.saveSettings(GUILD, {
        ...settings,
        ignored: { ...UNSET_SETTINGS.ignored, channels: [GENERAL] },
      });
      await store.saveSettings(OTHER, settings);
      const session = {
        userId: ANN,
        bot: false,
        channelId: GENERAL,
        sessionId: "s",
        state: 0,
        countedMs: null,
      };
      await store.apply(
        batchOf("w", 1, [row({ name: "general" }), row({ guild: OTHER, name: "general" })], 5_000, {
          opened: [
            { guildId: GUILD, ...session },
            { guildId: OTHER, ...session },
          ],
          closed: [],
        }),
      );
      expect(await store.eraseGuild(GUILD)).toEqual({ rows: 2 });
      expect(await store.eraseGuild(GUILD)).toEqual({ rows: 0 });
      expect([...(await store.guilds()).keys()]).toEqual([OTHER]);
      expect([...(await store.settings()).keys()]).toEqual([OTHER]);
      expect((await store.openVoice()).map(({ guildId }) => guildId)).toEqual([OTHER]);
      expect((await readGuild(store, GUILD)).lifetime).toEqual({});
      expect((await readGuild(store, OTHER)).lifetime).toEqual({ [`${GENERAL} ${ANN} 0`]: [1, 0] });
      const { places } = await store.load(OTHER, { writer: "w", fromHour: 0 });
      expect(places).toMatchObject([{ id: GENERAL, name: "general" }]);
      await store.apply(batchOf("w", 2, [row({ messages: 3 })], 9_000));
      expect((await readGuild(store, GUILD)).lifetime).toEqual({ [`${GENERAL} ${ANN} 0`]: [3, 0] });
      expect((await store.load(GUILD, { writer: "w", fromHour: 0 })).sinceMs).toBe(9_000);
    }));
}
