import fc from "fast-check";
import { expect, test } from "vitest";
import { HOT_HOURS, HotWindow } from "../../src/counting/hot-window.ts";
import { LIFETIME, WINDOW_HOURS } from "../../src/counting/rolling-sums.ts";

const START = 490_000;
const isBot = (member: number): boolean => member % 3 === 0;

const steps = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        age: fc.integer({ min: -3, max: 800 }),
        channel: fc.nat(3),
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
      const window = new HotWindow(START, isBot);
      const events: { hour: number; channel: number; member: number; amount: number }[] = [];
      let head = START;
      for (const step of list) {
        if ("advance" in step) {
          head = Math.max(head, head + step.advance);
          window.advance(head);
        } else {
          const event = { ...step, hour: head - step.age };
          events.push(event);
          window.add(event.hour, event.channel, event.member, event.amount, event.amount * 1_000);
        }
      }
      const within = (hours: number | undefined) => (event: { hour: number }) =>
        hours === undefined || (event.hour <= head && event.hour > head - hours);
      for (let period = 0; period <= LIFETIME; period++) {
        const counted = events.filter(within(WINDOW_HOURS[period]));
        for (let member = 0; member <= 5; member++) {
          const sum = counted
            .filter((event) => event.member === member)
            .reduce((a, { amount }) => a + amount, 0);
          expect(window.members.messages(member, period)).toBe(sum);
          expect(window.members.voiceMs(member, period)).toBe(sum * 1_000);
        }
        for (let channel = 0; channel <= 3; channel++) {
          const own = counted.filter((event) => event.channel === channel);
          const bots = own.filter(({ member }) => isBot(member)).reduce((a, { amount }) => a + amount, 0);
          const all = own.reduce((a, { amount }) => a + amount, 0);
          expect(window.channelsByBots.messages(channel, period)).toBe(bots);
          expect(window.channelsByHumans.messages(channel, period)).toBe(all - bots);
        }
      }
      expect(window.cellsOf(head - HOT_HOURS)).toBeUndefined();
    }),
    { numRuns: 200 },
  );
});

test("an hour beyond the window counts for all time only", () => {
  const window = new HotWindow(START, isBot);
  window.add(START - HOT_HOURS, 0, 1, 7, 0);
  expect(window.cellsOf(START - HOT_HOURS)).toBeUndefined();
  expect(window.members.messages(1, LIFETIME)).toBe(7);
});
