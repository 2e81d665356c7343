import fc from "fast-check";
import { expect } from "vitest";
import { HOUR_MS } from "../../src/clock.ts";
import { dayAt, firstHourOf } from "../../src/local-day.ts";
import type { Snowflake } from "../../src/snowflake.ts";
import type { GuildDays, GuildSums, Store } from "../../src/store/store.ts";
import { UNSET_SETTINGS } from "../../src/store/store.ts";
import type { Place } from "./any-order.ts";
import { batchOf, type Cells, Oracle, type Row, unique } from "./batches.ts";
import { rollUpWhole } from "./rolling-up.ts";

const GUILDS = ["200000000000000001", "200000000000000002"] as const;
const [FIRST, SECOND, CHESS] = ["300000000000000001", "300000000000000002", "0:Chess"] as const;
const HOUR = 490_000;
const SPAN_HOURS = 8 * 24;
const ZONES = ["UTC", "Asia/Kathmandu", "America/New_York", "Pacific/Kiritimati"] as const;

const rows = fc
  .array(
    fc.record({
      guild: fc.constantFrom(...GUILDS),
      hour: fc.integer({ min: HOUR, max: HOUR + SPAN_HOURS - 1 }),
      place: fc.constantFrom(FIRST, SECOND, CHESS),
      member: fc.integer({ min: 1, max: 3 }).map(memberOf),
      state: fc.constantFrom(0, 6),
      messages: fc.oneof(fc.nat(20), fc.nat(1_000)),
      durationMs: fc.oneof(fc.constant(0), fc.nat(2 ** 40)),
    }),
    { maxLength: 25 },
  )
  .map((list) => unique(list).filter(({ messages, durationMs }) => messages + durationMs > 0));

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("batch" as const), rows }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("forget" as const), who: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("purge" as const), place: fc.constantFrom(FIRST, CHESS) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "merge" as const }) },
);

/** A property: a range's sum is the sum of the rows in it, and nothing of what was erased, purged or merged. */
export async function sumsWhatIsThere(makePlace: () => Promise<Place>): Promise<void> {
  const hour = fc.integer({ min: HOUR - 5, max: HOUR + SPAN_HOURS + 5 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 12 }),
      fc.array(fc.tuple(hour, hour)),
      async (steps, ranges) => {
        await using place = await makePlace();
        const store = place.store();
        await store.open();
        const oracle = new Oracle();
        let sequence = 0;
        const [guild] = GUILDS;
        for (const each of steps) {
          if (each.kind === "batch") {
            await store.apply(batchOf("w", ++sequence, each.rows));
            oracle.add(each.rows);
          } else if (each.kind === "forget") {
            await store.forget(memberOf(each.who));
            oracle.forget(memberOf(each.who));
          } else if (each.kind === "purge") {
            await store.purge(guild, { placeId: each.place });
            oracle.purge(guild, (row) =>
              row.place === each.place ? [0, 0] : [row.messages ?? 0, row.durationMs ?? 0],
            );
          } else {
            const { places } = await store.load(guild, { writer: "w", fromHour: 0 });
            if (![FIRST, SECOND].every((id) => places.some((known) => known.id === id))) continue;
            await store.mergePlaces(guild, FIRST, SECOND);
            oracle.merge(guild, FIRST, SECOND);
          }
        }
        for (const [fromHour, untilHour] of ranges) {
          for (const guildId of GUILDS) {
            const sums = await store.sums(guildId, { writer: "w", fromHour, untilHour, timeZone: "UTC" });
            expect(cells(sums)).toEqual(summed(oracle, guildId, fromHour, untilHour));
            expect(sums.appliedSequence).toBe(sequence);
            const days = await daysOf(store, guildId, fromHour, untilHour, "UTC");
            expect(days.appliedSequence).toBe(sequence);
            const wholeFrom = fromHour - (fromHour % 24);
            expect(cellsByDay(days)).toEqual(summedByDay(oracle, guildId, wholeFrom, untilHour, "UTC"));
          }
        }
        await store.close();
      },
    ),
    { numRuns: 40 },
  );
}

/** A property: of whole days the sum is the same, whatever of them was rolled up; of a part it is in proportion. */
export async function sumsDaysAsHours(makePlace: () => Promise<Place>): Promise<void> {
  const day = fc.integer({ min: 1, max: 6 });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...ZONES),
      rows,
      fc.nat(SPAN_HOURS + 24),
      fc.tuple(day, day),
      fc.nat(23),
      async (timeZone, list, elapsedHours, [fromDay, untilDay], hours) => {
        await using place = await makePlace();
        const store = place.store();
        await store.open();
        const oracle = new Oracle();
        await store.apply(batchOf("w", 1, list));
        oracle.add(list);
        for (const guild of GUILDS) await store.saveSettings(guild, { ...UNSET_SETTINGS, timeZone });
        await rollUpWhole(store, { hourlyBefore: HOUR + elapsedHours, dailyBefore: null, timeZone: "UTC" });
        const first = Math.floor(HOUR / 24);
        const [fromHour, untilHour] = [
          firstHourOf(timeZone, first + fromDay),
          firstHourOf(timeZone, first + untilDay),
        ];
        const at = { writer: "w", timeZone };
        for (const guildId of GUILDS) {
          const sums = await store.sums(guildId, { ...at, fromHour, untilHour });
          expect(cells(sums)).toEqual(summed(oracle, guildId, fromHour, untilHour));
          // Where a day is cut, its two parts are the day.
          const cut = fromHour + hours;
          const parts = [
            await store.sums(guildId, { ...at, fromHour, untilHour: cut }),
            await store.sums(guildId, { ...at, fromHour: cut, untilHour: fromHour + 24 }),
          ];
          const whole = await store.sums(guildId, { ...at, fromHour, untilHour: fromHour + 24 });
          expect(Math.round(total(...parts))).toBe(total(whole));
          const days = await daysOf(store, guildId, fromHour, untilHour, timeZone);
          expect(cellsByDay(days)).toEqual(summedByDay(oracle, guildId, fromHour, untilHour, timeZone));
        }
        await store.close();
      },
    ),
    { numRuns: 40 },
  );
}

/** Comings and goings of a day are those of its hours, and how many members there were is as last heard on it. */
export async function tellsComingsByDay(store: Store): Promise<void> {
  const day = Math.ceil(HOUR / 24);
  const timeZone = "America/New_York";
  const first = firstHourOf(timeZone, day);
  const population = [
    { hour: first - 30, joins: 9, leaves: 8, members: 90 },
    { hour: first, joins: 1, leaves: 0, members: 91 },
    { hour: first + 23, joins: 2, leaves: 4, members: 89 },
    { hour: first + 48, joins: 0, leaves: 1, members: 88 },
    { hour: first + 49, joins: 5, leaves: 0, members: 93 },
  ];
  const [guildId] = GUILDS;
  const rows = {
    hour: new Int32Array(),
    place: new Int32Array(),
    member: new Int32Array(),
    state: new Uint16Array(),
    messages: new Float64Array(),
    durationMs: new Float64Array(),
  };
  const delta = { guildId, places: [], members: [], rows, population };
  await store.apply({ ...batchOf("w", 1, []), guilds: [delta] });
  const request = { writer: "w", fromDay: day + 2, populationFromDay: day, timeZone };
  const told = await store.days(guildId, { ...request, untilHour: first + 49 });
  expect(told.membersBefore).toBe(90);
  expect(told.population).toEqual([
    { day, joins: 3, leaves: 4, members: 89 },
    { day: day + 2, joins: 0, leaves: 1, members: 88 },
  ]);
  const earlier = await store.days(guildId, { ...request, populationFromDay: day - 9, untilHour: first });
  expect(earlier.membersBefore).toBeNull();
  expect(await store.days(GUILDS[1], { ...request, untilHour: first })).toMatchObject({
    appliedSequence: 1,
    places: [],
    members: [],
    population: [],
    membersBefore: null,
  });
}

/** A day that was rolled up counts by the hours that the range has of it. */
export async function sumsCutDaysInProportion(store: Store): Promise<void> {
  const day = Math.ceil(HOUR / 24);
  const row: Row = {
    guild: GUILDS[0],
    hour: day * 24,
    place: FIRST,
    member: memberOf(1),
    messages: 48,
    durationMs: 24,
  };
  await store.apply(batchOf("w", 1, [row, { ...row, hour: (day + 1) * 24 }]));
  await rollUpWhole(store, { hourlyBefore: (day + 1) * 24, dailyBefore: null, timeZone: "UTC" });
  const request = { writer: "w", fromHour: day * 24 + 18, untilHour: (day + 1) * 24 + 1, timeZone: "UTC" };
  expect(cells(await store.sums(GUILDS[0], request))).toEqual({
    [`${FIRST} ${memberOf(1)} 0`]: [48 / 4 + 48, 24 / 4 + 24],
  });
  // Of 48 messages and 24 ms, 7 of 24 hours have 14 and 7; 5.5 of 12 would be 6.
  const days = await daysOf(store, GUILDS[0], day * 24, day * 24 + 7, "UTC");
  expect(Object.values(cellsByDay(days))).toEqual([[14, 7]]);
  await store.apply(batchOf("w", 2, [{ ...row, hour: (day + 2) * 24, messages: 12, durationMs: 25 }]));
  await rollUpWhole(store, { hourlyBefore: (day + 3) * 24, dailyBefore: null, timeZone: "UTC" });
  const cut = await daysOf(store, GUILDS[0], (day + 2) * 24, (day + 2) * 24 + 11, "UTC");
  expect(Object.values(cellsByDay(cut))).toEqual([[6, 11]]);
}

function memberOf(digit: number): Snowflake {
  return `40000000000000000${digit}`;
}

function cells({ places, members, rows: { place, member, state, messages, durationMs } }: GuildSums): Cells {
  return Object.fromEntries(
    Array.from(place, (at, row) => [
      `${places[at]?.id} ${members[member[row] ?? -1]?.id} ${state[row]}`,
      [messages[row] ?? Number.NaN, durationMs[row] ?? Number.NaN] as const,
    ]),
  );
}

function daysOf(
  store: Store,
  guildId: Snowflake,
  fromHour: number,
  untilHour: number,
  timeZone: string,
): Promise<GuildDays> {
  const fromDay = dayAt(timeZone, fromHour * HOUR_MS);
  return store.days(guildId, { writer: "w", fromDay, untilHour, populationFromDay: fromDay, timeZone });
}

/** By day and cell; their rows are in order of the days. */
function cellsByDay({ places, members, rows }: GuildDays): Cells {
  const { day, place, member, state, messages, durationMs } = rows;
  expect([...day]).toEqual([...day].sort((a, b) => a - b));
  const found: Record<string, readonly [number, number]> = {};
  for (const [row, at] of place.entries()) {
    const name = `${day[row]} ${places[at]?.id} ${members[member[row] ?? -1]?.id} ${state[row]}`;
    const [before = 0, beforeMs = 0] = found[name] ?? [];
    found[name] = [before + (messages[row] ?? Number.NaN), beforeMs + (durationMs[row] ?? Number.NaN)];
  }
  return found;
}

function summedByDay(
  oracle: Oracle,
  guildId: Snowflake,
  fromHour: number,
  untilHour: number,
  timeZone: string,
): Cells {
  const sums: Record<string, readonly [number, number]> = {};
  for (const [name, [messages, durationMs]] of Object.entries(oracle.guild(guildId).hourly)) {
    const hour = Number.parseInt(name, 10);
    if (hour < fromHour || hour >= untilHour) continue;
    const cell = `${dayAt(timeZone, hour * HOUR_MS)}${name.slice(name.indexOf(" "))}`;
    const [before = 0, beforeMs = 0] = sums[cell] ?? [];
    sums[cell] = [before + messages, beforeMs + durationMs];
  }
  return sums;
}

function total(...sums: readonly GuildSums[]): number {
  let all = 0;
  for (const { rows } of sums)
    for (const [row, ms] of rows.durationMs.entries()) all += ms + (rows.messages[row] ?? 0);
  return all;
}

function summed(oracle: Oracle, guildId: Snowflake, fromHour: number, untilHour: number): Cells {
  const sums: Record<string, readonly [number, number]> = {};
  for (const [name, [messages, durationMs]] of Object.entries(oracle.guild(guildId).hourly)) {
    const hour = Number.parseInt(name, 10);
    if (hour < fromHour || hour >= untilHour) continue;
    const cell = name.slice(name.indexOf(" ") + 1);
    const [before = 0, beforeMs = 0] = sums[cell] ?? [];
    sums[cell] = [before + messages, beforeMs + durationMs];
  }
  return sums;
}
