import fc from "fast-check";
import { expect, test } from "vitest";
import { HOUR_MS } from "../../src/clock.ts";
import { HOT_HOURS, HotWindow } from "../../src/counting/hot-window.ts";
import { NO_PARENT } from "../../src/counting/interner.ts";
import {
  ACTIVITY_MS,
  LIFETIME,
  LONG,
  MESSAGES,
  VOICE_MS,
  WINDOW_DAYS,
  WINDOW_HOURS,
} from "../../src/counting/rolling-sums.ts";
import { dayAt } from "../../src/local-day.ts";
import type { CellRows } from "../../src/store/store.ts";

const START = 490_000;
const isBot = (member: number): boolean => member % 3 === 0;
/** Place 1 is a thread of place 0, place 3 is an activity. */
const directory = {
  isBot,
  isActivity: (place: number) => place === 3,
  parentOf: (place: number) => (place === 1 ? 0 : NO_PARENT),
};
const UNCOUNTED = 2;

interface Event {
  readonly hour: number;
  readonly place: number;
  readonly member: number;
  readonly state: number;
  readonly amount: number;
}

const steps = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        age: fc.oneof(fc.integer({ min: -3, max: 800 }), fc.nat(400 * 24)),
        place: fc.nat(3),
        state: fc.nat(3),
        member: fc.nat(5),
        amount: fc.integer({ min: 1, max: 50 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ advance: fc.integer({ min: -2, max: 400 }) }) },
    { weight: 1, arbitrary: fc.record({ reachDays: fc.constantFrom(180, 365) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        putAge: fc.integer({ min: -1, max: 800 }),
        amounts: fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 12 }),
      }),
    },
  ),
  { maxLength: 120 },
);

const ZONES = ["UTC", "Asia/Kathmandu", "America/New_York", "Pacific/Kiritimati"] as const;

function rowsOf(events: readonly Event[]): CellRows {
  return {
    place: Int32Array.from(events, ({ place }) => place),
    member: Int32Array.from(events, ({ member }) => member),
    state: Uint16Array.from(events, ({ state }) => state),
    messages: Float64Array.from(events, ({ amount }) => amount),
    durationMs: Float64Array.from(events, ({ amount }) => amount * 1_000),
  };
}

/** What a store would tell of the days before the window. */
function remembered(window: HotWindow, events: readonly Event[], timeZone: string, reachDays: number): void {
  const days = window.emptyDays(timeZone, reachDays);
  for (const event of events) {
    const { hour } = event;
    const day = dayAt(timeZone, hour * HOUR_MS);
    if (hour >= days.untilHour || day < days.fromDay) continue;
    days.put(day, rowsOf([event]));
  }
  window.rememberDays(days);
}

/** Messages of all days that are known, and of them those that count. */
function toldByDay({ days }: HotWindow): Record<string, readonly [all: number, counted: number]> {
  const told: Record<string, readonly [number, number]> = {};
  for (const { day, cells } of days?.all() ?? []) {
    let all = 0;
    for (const table of cells.tables)
      for (let row = 0; row < table.length; row++) all += table.messagesAt(row);
    told[day] = [all, (cells.totals[MESSAGES] ?? 0) + (cells.totals[3 + MESSAGES] ?? 0)];
  }
  return told;
}

test("every rolling sum equals the sum of the events inside its window, however the hours passed", () => {
  fc.assert(
    fc.property(fc.constantFrom(...ZONES), steps, (timeZone, list) => {
      const window = new HotWindow(START, directory, UNCOUNTED);
      const events: Event[] = [];
      let head = START;
      for (const step of list) {
        if ("advance" in step) {
          head = Math.max(head, head + step.advance);
          window.advance(head);
        } else if ("reachDays" in step) {
          remembered(window, events, timeZone, step.reachDays);
        } else if ("putAge" in step) {
          const hour = head - step.putAge;
          const put = step.amounts.map((amount, index) => ({
            hour,
            place: index % 4,
            member: index % 6,
            state: index % 3,
            amount,
          }));
          events.push(...put);
          window.putHour(hour, rowsOf(put));
          for (const { place, member, state, amount } of put)
            window.addToLifetime(place, member, state, amount, amount * 1_000);
        } else {
          const event = { ...step, hour: head - step.age };
          events.push(event);
          const { hour, place, member, state, amount } = event;
          window.add(hour, place, member, state, amount, amount * 1_000);
        }
      }
      const within = (hours: number | undefined) => (event: { hour: number; state: number }) =>
        (event.state & UNCOUNTED) === 0 &&
        (hours === undefined || (event.hour <= head && event.hour > head - hours));
      const sumOf = (list: readonly { amount: number }[]) =>
        list.reduce((sum, { amount }) => sum + amount, 0);
      const { days } = window;
      const today = dayAt(timeZone, head * HOUR_MS);
      expect(days?.today ?? today).toBe(today);
      const onDays = (count: number) => (event: Event) =>
        within(undefined)(event) &&
        event.hour <= head &&
        dayAt(timeZone, event.hour * HOUR_MS) > today - count;
      for (let period = 0; period <= LIFETIME; period++) {
        const dayCount = WINDOW_DAYS[period - LONG];
        if (dayCount !== undefined && dayCount > (days?.reachDays ?? 0)) continue;
        const counted = events.filter(
          dayCount === undefined ? within(WINDOW_HOURS[period]) : onDays(dayCount),
        );
        for (let member = 0; member <= 5; member++) {
          const own = counted.filter((event) => event.member === member);
          const inVoice = own.filter(({ place }) => !directory.isActivity(place));
          expect(window.members.value(member, period, MESSAGES)).toBe(sumOf(own));
          expect(window.members.value(member, period, VOICE_MS)).toBe(sumOf(inVoice) * 1_000);
          expect(window.members.value(member, period, ACTIVITY_MS)).toBe(
            (sumOf(own) - sumOf(inVoice)) * 1_000,
          );
        }
        for (let place = 0; place <= 3; place++) {
          const own = counted.filter(
            (event) => event.place === place || directory.parentOf(event.place) === place,
          );
          const bots = sumOf(own.filter(({ member }) => isBot(member)));
          expect(window.placesByBots.value(place, period, MESSAGES)).toBe(bots);
          expect(window.placesByHumans.value(place, period, MESSAGES)).toBe(sumOf(own) - bots);
        }
      }
      expect(window.cellsOf(head - HOT_HOURS)).toBeUndefined();
      if (days === null) return;
      const expected: Record<string, readonly [number, number]> = {};
      for (const event of events) {
        const day = dayAt(timeZone, event.hour * HOUR_MS);
        if (event.hour >= window.fromHour || day < days.fromDay) continue;
        const [all, counts] = expected[day] ?? [0, 0];
        expected[day] = [all + event.amount, counts + (within(undefined)(event) ? event.amount : 0)];
      }
      expect(toldByDay(window)).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test("an hour beyond the window counts for all time only", () => {
  const window = new HotWindow(START, directory, UNCOUNTED);
  window.add(START - HOT_HOURS, 0, 1, 0, 7, 0);
  expect(window.cellsOf(START - HOT_HOURS)).toBeUndefined();
  expect(window.members.value(1, LIFETIME, MESSAGES)).toBe(7);
});

test("an hour that is over takes 16 bytes a cell and 8 for its time, also when the past is added to", () => {
  const window = new HotWindow(START, directory, UNCOUNTED);
  const add = (hour: number, members: number): void => {
    for (let member = 0; member < members; member++) window.add(hour, 0, member, 0, 1, 0);
    window.add(hour, 2, 0, 0, 0, 60_000);
  };
  const bytes = (hour: number): number | undefined => window.cellsOf(hour)?.byteLength;
  add(START, 99);
  expect(bytes(START)).toBeGreaterThan(1_608);
  window.advance(START + 1);
  expect(bytes(START)).toBe(1_608);
  add(START, 199);
  add(START - 300, 99);
  window.advance(START + 2);
  expect([bytes(START), bytes(START - 300)]).toEqual([3_208, 1_608]);
});
