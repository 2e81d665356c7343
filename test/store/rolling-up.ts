import fc from "fast-check";
import { expect } from "vitest";
import type { Purge, RollUpRequest, Store } from "../../src/store/store.ts";
import { UNSET_SETTINGS } from "../../src/store/store.ts";
import type { Place } from "./any-order.ts";
import { batchOf, type Cells, Oracle, type Row, readGuild, unique } from "./batches.ts";

const HOUR_MS = 3_600_000;
const GUILDS = ["200000000000000001", "200000000000000002", "200000000000000003"];
/** Whole hours, half hours, quarter hours, both ends of the world, and summer time on either half of it. */
const ZONES = [
  "UTC",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "America/New_York",
  "Australia/Lord_Howe",
  "Europe/Berlin",
  "Pacific/Kiritimati",
  "Pacific/Pago_Pago",
];
/** Clocks change in all of these zones within the days after: an hour comes twice, or is missing. */
const SPRINGS = [Date.UTC(2026, 2, 6), Date.UTC(2026, 2, 27), Date.UTC(2026, 9, 30)].map(
  (ms) => ms / HOUR_MS,
);
const [FIRST, SECOND, CHESS] = ["300000000000000001", "300000000000000002", "0:Chess"] as const;
const PURGES: readonly Purge[] = [
  { placeId: FIRST },
  { placeId: CHESS },
  { metric: "messages" },
  { metric: "voice" },
  { metric: "activities" },
  "all",
];
const SPAN_HOURS = 5 * 24;

/** Runs slices until nothing is due; gives how many rows they moved. */
export async function rollUpWhole(store: Store, request: Omit<RollUpRequest, "from">): Promise<number> {
  let rows = 0;
  let from: string | null = null;
  do {
    const slice = await store.rollUp({ ...request, from });
    rows += slice.rows;
    from = slice.next;
  } while (from !== null);
  return rows;
}

const ids = (prefix: string, count: number) =>
  fc.integer({ min: 1, max: count }).map((digit) => `${prefix}${digit}`);

function rowsFrom(firstHour: number): fc.Arbitrary<Row[]> {
  return (
    fc
      .array(
        fc.record({
          guild: fc.constantFrom(...GUILDS),
          hour: fc.integer({ min: firstHour, max: firstHour + SPAN_HOURS - 1 }),
          place: fc.constantFrom(FIRST, SECOND, CHESS),
          member: ids("40000000000000000", 3),
          state: fc.constantFrom(0, 6),
          messages: fc.oneof(fc.constant(0), fc.nat(1_000)),
          durationMs: fc.oneof(fc.constant(0), fc.nat(2 ** 40)),
        }),
        { maxLength: 20 },
      )
      // What is nothing is never written.
      .map((rows) => unique(rows).filter(({ messages, durationMs }) => messages + durationMs > 0))
  );
}

/** A property: batches, roll-ups, time zones, merges, purges, erasures and reopenings in any order keep every sum. */
export async function rollsUpInAnyOrder(makePlace: () => Promise<Place>): Promise<void> {
  const [firstHour = 0] = SPRINGS;
  const cutoff = fc.integer({ min: firstHour - 24, max: firstHour + SPAN_HOURS + 24 });
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("batch" as const), rows: rowsFrom(firstHour) }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("slice" as const), cutoff }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("pass" as const), cutoff }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("zone" as const),
        guild: fc.constantFrom(...GUILDS),
        zone: fc.constantFrom(...ZONES),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("forget" as const), user: ids("40000000000000000", 3) }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: "reopen" as const }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("merge" as const),
        guild: fc.constantFrom(...GUILDS),
        from: fc.constantFrom(FIRST, SECOND),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("purge" as const),
        guild: fc.constantFrom(...GUILDS),
        what: fc.oneof(
          fc.constantFrom(...PURGES),
          fc.array(ids("40000000000000000", 3), { maxLength: 2 }).map((memberIds) => ({ memberIds })),
        ),
      }),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      await using place = await makePlace();
      let store = place.store();
      await store.open();
      const oracle = new Oracle();
      let sequence = 0;
      let from: string | null = null;
      let keptFrom = Number.NEGATIVE_INFINITY;
      for (const step of steps) {
        switch (step.kind) {
          case "batch":
            await store.apply(batchOf("w", ++sequence, step.rows));
            oracle.add(step.rows);
            break;
          case "slice": {
            // Each slice may be the last before a kill, and the next may begin anywhere.
            keptFrom = Math.max(keptFrom, step.cutoff);
            const request: RollUpRequest = {
              hourlyBefore: step.cutoff,
              dailyBefore: null,
              timeZone: "UTC",
              from,
            };
            from = (await store.rollUp(request)).next;
            break;
          }
          case "pass": {
            keptFrom = Math.max(keptFrom, step.cutoff);
            const request = { hourlyBefore: step.cutoff, dailyBefore: null, timeZone: "UTC" };
            await rollUpWhole(store, request);
            expect(await rollUpWhole(store, request), "a second pass finds nothing").toBe(0);
            break;
          }
          case "zone":
            await store.saveSettings(step.guild, { ...UNSET_SETTINGS, timeZone: step.zone });
            break;
          case "forget":
            await store.forget(step.user);
            oracle.forget(step.user);
            break;
          case "merge": {
            const { from } = step;
            const into = from === FIRST ? SECOND : FIRST;
            const known = (await readPlaces(store, step.guild)).filter((id) => id === from || id === into);
            const merged = store.mergePlaces(step.guild, from, into);
            if (known.length < 2) {
              await expect(merged).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
              break;
            }
            await merged;
            oracle.merge(step.guild, from, into);
            expect(await readPlaces(store, step.guild)).not.toContain(from);
            break;
          }
          case "purge":
            await store.purge(step.guild, step.what);
            oracle.purge(step.guild, (row) => left(row, step.what));
            expect(await store.purge(step.guild, step.what), "twice is as once").toEqual({ rows: 0 });
            break;
          case "reopen":
            await store.close();
            store = place.store();
            await store.open();
            break;
          default:
            step satisfies never;
        }
      }
      for (const guild of GUILDS) {
        const expected = oracle.guild(guild);
        const found = await readGuild(store, guild);
        const days = await place.days(guild);
        expect(found.lifetime).toEqual(expected.lifetime);
        expect(summed(found.hourly, days)).toEqual(expected.lifetime);
        expect(since(found.hourly, keptFrom), "inside the retention").toEqual(
          since(expected.hourly, keptFrom),
        );
      }
      await store.close();
    }),
    { numRuns: 30 },
  );
}

/** What a purge leaves of a row. */
function left(row: Row, what: Purge): readonly [messages: number, durationMs: number] {
  const { messages = 0, durationMs = 0, place, member } = row;
  const isActivity = place.includes(":");
  if (what === "all") return [0, 0];
  if ("placeId" in what) return what.placeId === place ? [0, 0] : [messages, durationMs];
  if ("memberIds" in what) return what.memberIds.includes(member) ? [0, 0] : [messages, durationMs];
  if (what.metric === "messages") return [0, durationMs];
  const goes = isActivity === (what.metric === "activities");
  if (!goes) return [messages, durationMs];
  return what.metric === "voice" ? [messages, 0] : [0, 0];
}

async function readPlaces(store: Store, guildId: string): Promise<string[]> {
  const { places } = await store.load(guildId, { writer: "w", fromHour: 0 });
  return places.map(({ id }) => id);
}

/** A property: daily rows are what the calendar of the zone says, whenever the hours were rolled up. */
export async function cutsDaysAsTheCalendarDoes(makePlace: () => Promise<Place>): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...ZONES),
      fc
        .constantFrom(...SPRINGS)
        .chain((first) => fc.tuple(fc.constant(first), rowsFrom(first), rowsFrom(first))),
      fc.nat(SPAN_HOURS + 48),
      async (timeZone, [firstHour, early, late], elapsedHours) => {
        await using place = await makePlace();
        const store = place.store();
        await store.open();
        const oracle = new Oracle();
        const request = { hourlyBefore: firstHour - 24 + elapsedHours, dailyBefore: null, timeZone };
        for (const [index, rows] of [early, late].entries()) {
          await store.apply(batchOf("w", index + 1, rows));
          oracle.add(rows);
          await rollUpWhole(store, request);
        }
        // A day goes whole: not before its last hour is too old.
        const cutDate = dateOf(timeZone, request.hourlyBefore);
        for (const guild of GUILDS) {
          const days: Record<string, [number, number]> = {};
          const hours: Record<string, readonly [number, number]> = {};
          for (const [name, [messages, durationMs]] of Object.entries(oracle.guild(guild).hourly)) {
            const [hour = "", ...cell] = name.split(" ");
            const date = dateOf(timeZone, Number(hour));
            if (date >= cutDate) {
              hours[name] = [messages, durationMs];
              continue;
            }
            const day = [Date.parse(date) / 86_400_000, ...cell].join(" ");
            const sum = days[day] ?? [0, 0];
            days[day] = [sum[0] + messages, sum[1] + durationMs];
          }
          expect(await place.days(guild)).toEqual(days);
          expect((await readGuild(store, guild)).hourly).toEqual(hours);
        }
        await store.close();
      },
    ),
    { numRuns: 30 },
  );
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The local date at an hour's start, as the host's own calendar has it. */
function dateOf(timeZone: string, hour: number): string {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" });
  formats.set(timeZone, format);
  return format.format(hour * HOUR_MS);
}

function summed(...tables: readonly Cells[]): Cells {
  const sums: Record<string, [number, number]> = {};
  for (const [name, [messages, durationMs]] of tables.flatMap((cells) => Object.entries(cells))) {
    const cell = name.slice(name.indexOf(" ") + 1);
    const sum = sums[cell] ?? [0, 0];
    sums[cell] = [sum[0] + messages, sum[1] + durationMs];
  }
  return sums;
}

function since(hourly: Cells, hour: number): Cells {
  return Object.fromEntries(Object.entries(hourly).filter(([name]) => Number.parseInt(name, 10) >= hour));
}
