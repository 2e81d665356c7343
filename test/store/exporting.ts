import fc from "fast-check";
import { expect, test } from "vitest";
import {
  EXPORT_PARTS,
  type ExportCursor,
  type ExportPart,
  type ExportRow,
  type Purge,
  type Store,
} from "../../src/store/store.ts";
import type { Place } from "./any-order.ts";
import { batchOf, type Cells, type Row, readGuild, rowLike, unique } from "./batches.ts";
import { rollUpWhole } from "./rolling-up.ts";

const GUILD = "9007199254740993"; // 2^53 + 1: no double holds it
const OTHER = "200000000000000002";
const [ANN, BEN] = ["1099511627776000001", "1099511627776000002"];
const [GENERAL, MUSIC, THREAD, CHESS] = [
  "1200000000000000001",
  "1200000000000000002",
  "1200000000000000003",
  "0:Chess",
];
const HOUR = 490_008; // a day's first
const IN_DAYS = { hourlyBefore: HOUR + 24, dailyBefore: null, timeZone: "UTC" };

const row = rowLike({ guild: GUILD, hour: HOUR, place: GENERAL, member: ANN, messages: 1 });

type Cell = readonly [name: string, figures: Cells[string]];

/** As {@link Cells} names it. */
const cellOf = (part: ExportPart, { at, placeId, userId, state, messages, durationMs }: ExportRow): Cell => [
  `${part === "lifetime" ? "" : `${at} `}${placeId} ${userId} ${state}`,
  [messages, durationMs],
];

async function* pages(store: Store, part: ExportPart, limit: number, guildId = GUILD) {
  let after: ExportCursor | null = null;
  do {
    const page = await store.exportPage(guildId, part, after, limit);
    expect(page.rows.length).toBeLessThanOrEqual(limit);
    // Whoever stops at a page that is not full misses nothing.
    if (page.next !== null) expect(page.rows).toHaveLength(limit);
    yield page;
    after = page.next;
  } while (after !== null);
}

async function exported(
  store: Store,
  part: ExportPart,
  limit: number,
  guildId = GUILD,
): Promise<ExportRow[]> {
  const rows: ExportRow[] = [];
  for await (const page of pages(store, part, limit, guildId)) rows.push(...page.rows);
  return rows;
}

/** What the same store says otherwise. */
async function held(store: Store, place: Place, part: ExportPart): Promise<Cells> {
  return part === "daily" ? await place.days(GUILD) : (await readGuild(store, GUILD))[part];
}

const ids = (prefix: string, count: number) =>
  fc.integer({ min: 1, max: count }).map((digit) => `${prefix}${digit}`);
const someRows = (firstHour: number, hours: number) =>
  fc
    .array(
      fc.record({
        guild: fc.constantFrom(GUILD, GUILD, GUILD, OTHER),
        hour: fc.integer({ min: firstHour, max: firstHour + hours - 1 }),
        place: fc.oneof(ids("30000000000000000", 3), fc.constantFrom("0:Chess", "2:Spotify")),
        member: ids("40000000000000000", 4),
        state: fc.constantFrom(0, 1, 1023),
        messages: fc.nat(1_000),
        durationMs: fc.nat(2 ** 40),
      }),
      { maxLength: 40 },
    )
    // A row of nothing is none.
    .map((rows) => unique(rows.map((each) => ({ ...each, messages: each.messages + 1 }))));

/** What every store must hold to when all counts of a guild are read page by page. */
export function exportConformance(
  withStore: (claim: (store: Store, place: Place) => Promise<void>) => Promise<void>,
  makePlace: () => Promise<Place>,
): void {
  const arbitrary = { old: someRows(HOUR, 48), recent: someRows(HOUR + 48, 4) };
  /** Days and hours, and totals of both. */
  const filled = async (store: Store, old: Row[], recent: Row[]): Promise<void> => {
    await store.apply(batchOf("w", 1, [row({ hour: HOUR + 50 }), ...old]));
    await rollUpWhole(store, { ...IN_DAYS, hourlyBefore: HOUR + 48 });
    await store.apply(batchOf("w", 2, recent));
  };

  test("pages of any size have each row once, ordered by time, and the same each time", async () =>
    await fc.assert(
      fc.asyncProperty(
        arbitrary.old,
        arbitrary.recent,
        fc.integer({ min: 1, max: 9 }),
        async (old, recent, limit) => {
          await using place = await makePlace();
          const store = place.store();
          await store.open();
          await filled(store, old, recent);
          for (const part of EXPORT_PARTS) {
            const rows = await exported(store, part, limit);
            const cells = rows.map((each) => cellOf(part, each));
            expect(new Set(cells.map(([name]) => name)).size).toBe(cells.length);
            expect(Object.fromEntries(cells)).toEqual(await held(store, place, part));
            expect(rows.map(({ at }) => at)).toEqual(rows.map(({ at }) => at).sort((a, b) => a - b));
            expect(await exported(store, part, 1_000)).toEqual(rows);
          }
          await store.close();
        },
      ),
      { numRuns: 20 },
    ));

  test("whatever is written, erased or purged between two pages: what was there all along is told once, all as it then was", async () => {
    const PURGES: readonly Purge[] = [
      { placeId: "300000000000000001" },
      { memberIds: ["400000000000000002"] },
      { metric: "messages" },
      { metric: "voice" },
      "all",
    ];
    const change = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ kind: fc.constant("batch" as const), rows: someRows(HOUR + 40, 20) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant("forget" as const), user: ids("40000000000000000", 4) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant("purge" as const), what: fc.constantFrom(...PURGES) }),
      },
      { weight: 4, arbitrary: fc.constant({ kind: "nothing" as const }) },
    );
    await fc.assert(
      fc.asyncProperty(
        arbitrary.old,
        arbitrary.recent,
        fc.integer({ min: 1, max: 9 }),
        fc.array(change, { maxLength: 12 }),
        async (old, recent, limit, given) => {
          await using place = await makePlace();
          const store = place.store();
          await store.open();
          await filled(store, old, recent);
          const changes = [...given];
          let sequence = 2;
          for (const part of EXPORT_PARTS) {
            const told: string[] = [];
            let now = await held(store, place, part);
            const always = new Set(Object.keys(now));
            let gone = new Set<string>();
            for await (const { rows } of pages(store, part, limit)) {
              for (const [name, figures] of rows.map((each) => cellOf(part, each))) {
                expect(figures).toEqual(now[name]);
                // Told again only when it ended in between, and began anew.
                if (told.includes(name)) expect(gone).toContain(name);
                told.push(name);
              }
              const next = changes.shift();
              if (next?.kind === "batch")
                expect(await store.apply(batchOf("w", ++sequence, next.rows))).toBe("applied");
              if (next?.kind === "forget") await store.forget(next.user);
              if (next?.kind === "purge") await store.purge(GUILD, next.what);
              now = await held(store, place, part);
              for (const name of always) if (!(name in now)) always.delete(name);
              gone = new Set([...gone, ...told.filter((name) => !(name in now))]);
            }
            for (const name of always) expect(told).toContain(name);
          }
          await store.close();
        },
      ),
      { numRuns: 25 },
    );
  });

  test("a row tells its place, its thread's channel, its member and their kind, with ids to the last digit", () =>
    withStore(async (store) => {
      await store.apply(
        batchOf("w", 1, [
          row({ name: "general" }),
          row({
            place: THREAD,
            parent: GENERAL,
            name: 'a, "b"\n🧵',
            state: 5,
            messages: 0,
            durationMs: 2 ** 41,
          }),
          row({ place: CHESS, member: BEN, bot: true, messages: 0, durationMs: 7 }),
        ]),
      );
      const about = { at: HOUR, messages: 0 };
      expect(await exported(store, "hourly", 250)).toEqual([
        {
          ...about,
          placeId: GENERAL,
          parentId: null,
          placeName: "general",
          userId: ANN,
          bot: false,
          state: 0,
          messages: 1,
          durationMs: 0,
        },
        {
          ...about,
          placeId: THREAD,
          parentId: GENERAL,
          placeName: 'a, "b"\n🧵',
          userId: ANN,
          bot: false,
          state: 5,
          durationMs: 2 ** 41,
        },
        {
          ...about,
          placeId: CHESS,
          parentId: null,
          placeName: null,
          userId: BEN,
          bot: true,
          state: 0,
          durationMs: 7,
        },
      ]);
    }));

  test("a name that changed between two pages is the new one from then on", () =>
    withStore(async (store) => {
      await store.apply(batchOf("w", 1, [row({ name: "old" }), row({ hour: HOUR + 1, name: "old" })]));
      const names: (string | null)[] = [];
      for await (const { rows } of pages(store, "hourly", 1)) {
        names.push(...rows.map(({ placeName }) => placeName));
        await store.apply(
          batchOf("w", 1 + names.length, [
            row({ hour: HOUR + 9, place: MUSIC, name: "m" }),
            row({ hour: HOUR - 9, name: "new" }),
          ]),
        );
        if (names.length > 4) break;
      }
      expect(names).toEqual(["old", "new", "m"]);
    }));

  test("a guild that is unknown, or another one, adds nothing, and behind the end there is nothing", () =>
    withStore(async (store) => {
      const nothing = { rows: [], rewrites: 0, next: null };
      for (const part of EXPORT_PARTS) expect(await store.exportPage(GUILD, part, null, 5)).toEqual(nothing);
      await store.apply(batchOf("w", 1, [row({ guild: OTHER }), row({ guild: OTHER, hour: HOUR + 24 })]));
      await rollUpWhole(store, IN_DAYS);
      const end: ExportCursor = [2 ** 31, 2 ** 31, 2 ** 31, 2 ** 31];
      for (const part of EXPORT_PARTS) {
        expect(await store.exportPage(GUILD, part, null, 5)).toEqual(nothing);
        expect(await exported(store, part, 5, OTHER)).toHaveLength(1);
        expect(await store.exportPage(OTHER, part, end, 5)).toMatchObject({ rows: [], next: null });
      }
    }));

  test("pages say when rows were moved or purged between them; batches and erasures do not count as that", () =>
    withStore(async (store) => {
      let sequence = 0;
      const rewritten = async (task: () => Promise<unknown>): Promise<boolean> => {
        const before = await store.exportPage(GUILD, "lifetime", null, 1);
        const empty = await store.exportPage(GUILD, "daily", [2 ** 31, 0, 0, 0], 1);
        expect(empty.rewrites).toBe(before.rewrites);
        await task();
        return (await store.exportPage(GUILD, "hourly", null, 1)).rewrites !== before.rewrites;
      };
      const batch = (rows: Row[]) => async () =>
        expect(await store.apply(batchOf("w", ++sequence, rows))).toBe("applied");
      await batch([
        row(),
        row({ place: MUSIC, member: BEN }),
        row({ hour: HOUR + 24 }),
        row({ guild: OTHER }),
      ])();
      expect(await rewritten(batch([row({ messages: 5 }), row({ place: THREAD, parent: GENERAL })]))).toBe(
        false,
      );
      expect(await rewritten(() => store.forget(BEN))).toBe(false);
      expect(await rewritten(() => store.purge(OTHER, "all"))).toBe(false);
      expect(await rewritten(() => rollUpWhole(store, { ...IN_DAYS, hourlyBefore: HOUR }))).toBe(false);
      expect(await rewritten(() => rollUpWhole(store, IN_DAYS))).toBe(true);
      expect(await rewritten(batch([row({ place: MUSIC })]))).toBe(false);
      expect(await rewritten(() => store.mergePlaces(GUILD, MUSIC, GENERAL))).toBe(true);
      expect(await rewritten(() => store.purge(GUILD, { metric: "messages" }))).toBe(true);
    }));
}
