import fc from "fast-check";
import { expect, test } from "vitest";
import { HOT_HOURS, HotWindow } from "../../src/counting/hot-window.ts";
import { NO_PARENT } from "../../src/counting/interner.ts";
import { ACTIVITY_MS, LIFETIME, MESSAGES, VOICE_MS, WINDOW_HOURS } from "../../src/counting/rolling-sums.ts";

const START = 490_000;
const isBot = (member: number): boolean => member % 3 === 0;
/** Place 1 is a thread of place 0, place 3 is an activity. */
const directory = {
  isBot,
  isActivity: (place: number) => place === 3,
  parentOf: (place: number) => (place === 1 ? 0 : NO_PARENT),
};
const UNCOUNTED = 2;

const steps = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        age: fc.integer({ min: -3, max: 800 }),
        place: fc.nat(3),
        state: fc.nat(3),
        member: fc.nat(5),
        amount: fc.integer({ min: 1, max: 50 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ advance: fc.integer({ min: -2, max: 400 }) }) },
  ),
  { maxLength: 120 },
);

test("every rolling sum equals the sum of the events inside its window, however the hours passed", () => {
  fc.assert(
    fc.property(steps, (list) => {
      const window = new HotWindow(START, directory, UNCOUNTED);
      const events: { hour: number; place: number; member: number; state: number; amount: number }[] = [];
      let head = START;
      for (const step of list) {
        if ("advance" in step) {
          head = Math.max(head, head + step.advance);
          window.advance(head);
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
      for (let period = 0; period <= LIFETIME; period++) {
        const counted = events.filter(within(WINDOW_HOURS[period]));
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
    }),
    { numRuns: 200 },
  );
});

test("an hour beyond the window counts for all time only", () => {
  const window = new HotWindow(START, directory, UNCOUNTED);
  window.add(START - HOT_HOURS, 0, 1, 0, 7, 0);
  expect(window.cellsOf(START - HOT_HOURS)).toBeUndefined();
  expect(window.members.value(1, LIFETIME, MESSAGES)).toBe(7);
});
