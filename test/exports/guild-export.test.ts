import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { ExportFile } from "../../src/exports/export-files.ts";
import { type GuildExport, type GuildExportRequest, guildExport } from "../../src/exports/guild-export.ts";
import type { ExportRecord } from "../../src/exports/guild-rows.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { type Store, UNSET_SETTINGS } from "../../src/store/store.ts";
import { batchOf, readGuild, rowLike, unique } from "../store/batches.ts";
import { rollUpWhole } from "../store/rolling-up.ts";
import { csvCells } from "../support/csv.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const GUILD = "9007199254740993";
const [ANN, BEN] = ["1099511627776000001", "1099511627776000002"];
const [GENERAL, MUSIC] = ["1200000000000000001", "1200000000000000002"];
const HOUR = 490_008; // 2025-11-25T00:00:00Z
const UTC = { timeZone: "UTC", dailyBefore: null };

const row = rowLike({ guild: GUILD, hour: HOUR, place: GENERAL, member: ANN, messages: 1 });

async function withStore(claim: (store: Store) => Promise<void>): Promise<void> {
  using folder = temporaryFolder();
  const store = sqlite(folder.file("stats.db"));
  await store.open();
  try {
    await claim(store);
  } finally {
    await store.close();
  }
}

const REQUEST: GuildExportRequest = {
  about: { guildId: GUILD, guildName: "Odd", timeZone: "UTC", createdMs: 0 },
  format: "json",
  maxFileBytes: 1e6,
  maxFiles: 10,
  names: { ask: async () => undefined, member: () => null, place: () => null },
  erased: { userIds: new Set(), strangers: 0 },
};

const textOf = ({ name, data }: ExportFile): string =>
  (name.endsWith(".gz") ? gunzipSync(data) : data).toString("utf8");

function recordsOf({ files }: GuildExport): ExportRecord[] {
  return files.flatMap((file) => {
    const document: { readonly rows: readonly ExportRecord[] } = JSON.parse(textOf(file));
    return document.rows;
  });
}

const sum = (records: readonly ExportRecord[], parts: readonly string[]): number =>
  records.filter(({ part }) => parts.includes(part)).reduce((total, { messages }) => total + messages, 0);

/** The store, with something that happens before a page is read: page 1 has totals, 2 days, 3 hours. */
function between(
  store: Store,
  happens: Readonly<Record<number, () => Promise<unknown>>>,
): Pick<Store, "exportPage"> {
  let page = 0;
  return {
    async exportPage(...request) {
      await happens[++page]?.();
      return await store.exportPage(...request);
    },
  };
}

describe("a guild's export", () => {
  test("has what is stored, once, the same as CSV and JSON, in as many files as it takes", () =>
    withStore(async (store) => {
      const rows = fc
        .array(
          fc.record({
            guild: fc.constantFrom(GUILD, "200000000000000002"),
            hour: fc.integer({ min: HOUR, max: HOUR + 99 }),
            place: fc.constantFrom(GENERAL, MUSIC, "0:Chess"),
            member: fc.integer({ min: 1, max: 30 }).map((digit) => `4000000000000000${digit + 10}`),
            state: fc.constantFrom(0, 1, 1023),
            messages: fc.integer({ min: 1, max: 1_000 }),
          }),
          { minLength: 300, maxLength: 900 },
        )
        .map(unique);
      let sequence = 0;
      await fc.assert(
        fc.asyncProperty(rows, fc.integer({ min: 6_000, max: 200_000 }), async (given, maxFileBytes) => {
          await store.apply(batchOf("w", ++sequence, given));
          await rollUpWhole(store, { ...UTC, hourlyBefore: HOUR + 48 });
          const request = { ...REQUEST, maxFileBytes, maxFiles: 200 };
          const json = await guildExport(store, systemClock, request);
          const records = recordsOf(json);
          expect(json.rows).toBe(records.length);
          expect(json.beside).toEqual([]);
          const { hourly, lifetime } = await readGuild(store, GUILD);
          const told = (part: string) =>
            Object.fromEntries(
              records
                .filter((record) => record.part === part)
                .map(({ place_id, member_id, messages, time, voice_states }) => [
                  `${time} ${place_id} ${member_id} ${voice_states}`,
                  messages,
                ]),
            );
          expect(Object.keys(told("lifetime"))).toHaveLength(Object.keys(lifetime).length);
          expect(Object.keys(told("hourly"))).toHaveLength(Object.keys(hourly).length);
          const all = Object.values(lifetime).reduce((total, [messages]) => total + messages, 0);
          expect(sum(records, ["lifetime"])).toBe(all);
          expect(sum(records, ["daily", "hourly"])).toBe(all);

          const csv = await guildExport(store, systemClock, { ...request, format: "csv" });
          const cells = csv.files.flatMap((file) => {
            expect(file.data.byteLength).toBeLessThanOrEqual(maxFileBytes);
            const [header, ...lines] = csvCells(textOf(file).slice(1));
            expect(header?.[0]).toBe("part");
            return lines;
          });
          expect(cells).toEqual(records.map((record) => Object.values(record).map(String)));
          expect(csv.beside.map(({ name }) => name)).toEqual([`guildstats-${GUILD}-readme.txt`]);
        }),
        { numRuns: 6 },
      );
    }));

  test("tells days of the guild's own calendar", () =>
    withStore(async (store) => {
      await store.saveSettings(GUILD, { ...UNSET_SETTINGS, timeZone: "Asia/Tokyo" });
      // 14:00 UTC is 23:00 there, 15:00 the next day.
      await store.apply(
        batchOf("w", 1, [
          row({ hour: HOUR + 14, messages: 2 }),
          row({ hour: HOUR + 15, messages: 5 }),
          row({ hour: HOUR + 99 }),
        ]),
      );
      await rollUpWhole(store, { ...UTC, hourlyBefore: HOUR + 96 });
      const records = recordsOf(await guildExport(store, systemClock, REQUEST));
      expect(records.map(({ part, time, messages }) => [part, time, messages])).toEqual([
        ["lifetime", "", 8],
        ["daily", "2025-11-25", 2],
        ["daily", "2025-11-26", 5],
        ["hourly", "2025-11-29T03:00:00Z", 1],
      ]);
    }));

  test("of a guild of which nothing is stored is a file without rows", () =>
    withStore(async (store) => {
      const made = await guildExport(store, systemClock, { ...REQUEST, format: "csv" });
      expect(made.rows).toBe(0);
      expect(made.files.map(textOf)).toEqual([expect.stringMatching(/^\uFEFFpart,time,.*duration_ms\r\n$/)]);
    }));

  test.each([
    ["hours become days", 3, (store: Store) => rollUpWhole(store, { ...UTC, hourlyBefore: HOUR + 48 })],
    [
      "a channel is merged into one that was told already",
      2,
      (store: Store) => store.mergePlaces(GUILD, MUSIC, GENERAL),
    ],
    [
      "a channel is merged into one that was told already, late",
      3,
      (store: Store) => store.mergePlaces(GUILD, MUSIC, GENERAL),
    ],
  ])("counts nothing twice, and loses nothing, when %s while it is made", (_what, page, happens) =>
    withStore(async (store) => {
      await store.apply(
        batchOf("w", 1, [
          row(),
          row({ hour: HOUR + 24, messages: 10 }),
          row({ hour: HOUR + 48, messages: 100 }),
          row({ place: MUSIC, messages: 1_000 }),
          row({ place: MUSIC, hour: HOUR + 24, messages: 10_000 }),
        ]),
      );
      await rollUpWhole(store, { ...UTC, hourlyBefore: HOUR + 24 });
      const made = await guildExport(between(store, { [page]: () => happens(store) }), systemClock, REQUEST);
      const records = recordsOf(made);
      expect(made.rows).toBe(records.length);
      expect(sum(records, ["lifetime"])).toBe(11_111);
      expect(sum(records, ["daily", "hourly"])).toBe(11_111);
      const again = recordsOf(await guildExport(store, systemClock, REQUEST));
      expect(records).toEqual(again);
    }),
  );

  test("holds nobody who is erased while it is made, and nothing that is purged meanwhile", () =>
    withStore(async (store) => {
      const erased = { userIds: new Set<string>(), strangers: 0 };
      const forget = async (userId: string) => {
        await store.forget(userId);
        erased.userIds.add(userId);
      };
      await store.apply(batchOf("w", 1, [row(), row({ member: BEN }), row({ place: MUSIC, member: BEN })]));
      const source = between(store, {
        3: () => forget(ANN),
        // Of the second attempt.
        5: () => store.purge(GUILD, { placeId: MUSIC }),
      });
      const records = recordsOf(await guildExport(source, systemClock, { ...REQUEST, erased }));
      expect(records.map(({ part, place_id, member_id }) => [part, place_id, member_id])).toEqual([
        ["lifetime", GENERAL, BEN],
        ["hourly", GENERAL, BEN],
      ]);
    }));

  test("is told of by a code when it is too large", () =>
    withStore(async (store) => {
      const rows = Array.from({ length: 500 }, (_, index) =>
        row({ hour: HOUR + index, messages: 1 + ((index * 7_919) % 997) }),
      );
      await store.apply(batchOf("w", 1, rows));
      const small = { ...REQUEST, maxFileBytes: 5_000, maxFiles: 1 };
      await expect(guildExport(store, systemClock, small)).rejects.toMatchObject({
        code: "EXPORT_TOO_LARGE",
      });
    }));
});
