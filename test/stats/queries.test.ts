import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOUR_MS, hourOf } from "../../src/clock.ts";
import type { Metric, Period, RankedEntry } from "../../src/stats/views.ts";
import { GUILD, startCounting } from "../support/counting.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const member = (index: number): string => String(300000000000000000n + BigInt(index));
const channel = (index: number): string => String(200000000000000000n + BigInt(index));
const isBot = (index: number): boolean => index === 0;
const HOURS: Readonly<Record<Period, number>> = {
  "24h": 24,
  "7d": 168,
  "30d": 720,
  lifetime: Number.POSITIVE_INFINITY,
};

interface Event {
  readonly hour: number;
  readonly member: number;
  readonly channel: number;
  readonly messages: number;
  readonly voice: number;
}

/** Everything that ever happened, asked the slow way. */
class Oracle {
  readonly events: Event[] = [];

  replace(change: (event: Event) => Event): void {
    this.events.splice(0, Number.POSITIVE_INFINITY, ...this.events.map(change));
  }

  sum(nowHour: number, period: Period, metric: Metric, matches: (event: Event) => boolean): number {
    return this.events
      .filter((event) => event.hour > nowHour - HOURS[period] && matches(event))
      .reduce((total, event) => total + event[metric], 0);
  }
}

function purgedEvent(
  event: Event,
  what:
    | "all"
    | { readonly channel: number }
    | { readonly member: number }
    | { readonly metric: "messages" | "voice" },
): Event {
  if (what === "all") return { ...event, messages: 0, voice: 0 };
  if ("metric" in what) return { ...event, [what.metric]: 0 };
  const goes = "channel" in what ? event.channel === what.channel : event.member === what.member;
  return goes ? { ...event, messages: 0, voice: 0 } : event;
}

const command = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant("message" as const),
      member: fc.nat(6),
      channel: fc.nat(3),
      agoHours: fc.oneof(fc.constant(0), fc.nat(900)),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("voice" as const),
      member: fc.nat(6),
      channel: fc.option(fc.nat(3)),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("advance" as const),
      ms: fc.oneof(fc.nat(20_000), fc.nat(5 * HOUR_MS), fc.nat(400 * HOUR_MS)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("flush" as const),
      fault: fc.constantFrom("none", "refused", "unanswered"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("look" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("forget" as const), member: fc.nat(6) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("purge" as const),
      fault: fc.constantFrom("none", "refused", "unanswered"),
      what: fc.oneof(
        fc.nat(3).map((index) => ({ channel: index })),
        fc.nat(6).map((index) => ({ member: index })),
        fc.constantFrom({ metric: "messages" } as const, { metric: "voice" } as const, "all" as const),
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("merge" as const), from: fc.nat(3), into: fc.nat(3) }),
  },
);

describe("queries", () => {
  test("equal a brute-force sum of all events, across flushes, faults, restarts, erasures, purges, merges and evictions", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 60 }), async (commands) => {
        using folder = temporaryFolder();
        const clock = new ManualClock();
        const start = () =>
          startCounting(folder.file("a.db"), { clock, memoryBudgetBytes: 1, batchRows: 10 });
        let bot = await start();
        const oracle = new Oracle();
        const inVoice = new Map<number, { channel: number; sinceMs: number }>();
        const settle = (): void => {
          for (const [index, session] of inVoice) {
            let fromMs = session.sinceMs;
            while (fromMs < clock.nowMs()) {
              const untilMs = Math.min(clock.nowMs(), (hourOf(fromMs) + 1) * HOUR_MS);
              oracle.events.push({
                hour: hourOf(fromMs),
                member: index,
                channel: session.channel,
                messages: 0,
                voice: untilMs - fromMs,
              });
              fromMs = untilMs;
            }
            session.sinceMs = clock.nowMs();
          }
        };
        try {
          for (const step of commands) {
            switch (step.do) {
              case "message": {
                const agoMs = step.agoHours * HOUR_MS;
                bot.message(member(step.member), channel(step.channel), agoMs, GUILD, isBot(step.member));
                oracle.events.push({
                  hour: hourOf(clock.nowMs() - agoMs),
                  member: step.member,
                  channel: step.channel,
                  messages: 1,
                  voice: 0,
                });
                break;
              }
              case "voice":
                settle();
                bot.voice(member(step.member), step.channel === null ? null : channel(step.channel), {
                  bot: isBot(step.member),
                });
                if (step.channel === null) inVoice.delete(step.member);
                else inVoice.set(step.member, { channel: step.channel, sinceMs: clock.nowMs() });
                break;
              case "advance":
                // The wall clock alone: the period's own timer would flush at moments that the test does not choose.
                clock.pass(step.ms);
                break;
              case "flush":
                if (step.fault === "refused" || step.fault === "unanswered") bot.faults.push(step.fault);
                await bot.counter.flush().catch(() => undefined);
                bot.faults.length = 0;
                break;
              case "look":
                await bot.queries.server(GUILD);
                break;
              case "restart":
                settle();
                await bot[Symbol.asyncDispose]();
                bot = await start();
                // The gateway's list of who is in voice, as it comes with the guild.
                bot.counter.reconcileVoice(
                  GUILD,
                  Array.from(inVoice, ([index, session]) => ({
                    ...bot.inVoice(member(index), channel(session.channel)),
                    bot: isBot(index),
                  })),
                  Array.from({ length: 4 }, (_, index) => [channel(index), 2] as const),
                );
                break;
              case "forget":
                await bot.counter.forget(member(step.member));
                inVoice.delete(step.member);
                oracle.events.splice(
                  0,
                  Infinity,
                  ...oracle.events.filter((event) => event.member !== step.member),
                );
                break;
              case "purge": {
                settle();
                if (step.fault !== "none") bot.faults.push(step.fault);
                const { what } = step;
                const purged = await bot.counter
                  .purge(
                    GUILD,
                    what === "all" || "metric" in what
                      ? what
                      : "channel" in what
                        ? { placeId: channel(what.channel) }
                        : { memberIds: [member(what.member)] },
                  )
                  .then(
                    () => true,
                    () => false,
                  );
                bot.faults.length = 0;
                if (purged) oracle.replace((event) => purgedEvent(event, what));
                break;
              }
              case "merge": {
                settle();
                const merged = await bot.counter
                  .mergePlaces(GUILD, channel(step.from), channel(step.into))
                  .then(
                    () => true,
                    () => false,
                  );
                if (merged) {
                  oracle.replace((event) =>
                    event.channel === step.from ? { ...event, channel: step.into } : event,
                  );
                }
                break;
              }
              default:
                step satisfies never;
            }
          }
          settle();
          await expectEqual(bot.queries, oracle, hourOf(clock.nowMs()));
        } finally {
          await bot[Symbol.asyncDispose]();
        }
      }),
      { numRuns: 60 },
    );
  });
});

async function expectEqual(
  queries: Awaited<ReturnType<typeof startCounting>>["queries"],
  oracle: Oracle,
  nowHour: number,
): Promise<void> {
  for (const members of ["humans", "bots", "both"] as const) {
    const passes = (event: Event): boolean =>
      members === "both" || isBot(event.member) === (members === "bots");
    for (const period of ["24h", "7d", "30d", "lifetime"] as const) {
      const server = await queries.server(GUILD, { period, members });
      for (const metric of ["messages", "voice"] as const) {
        const total = oracle.sum(nowHour, period, metric, passes);
        expect(server.totals[period][metric]).toBe(total);
        const ofMember = (index: number) =>
          oracle.sum(nowHour, period, metric, (event) => passes(event) && event.member === index);
        const ofChannel = (index: number) =>
          oracle.sum(nowHour, period, metric, (event) => passes(event) && event.channel === index);
        expect(server.topMembers[metric]).toEqual(ranked(7, member, ofMember, 5, total));
        expect(server.topChannels[metric]).toEqual(ranked(4, channel, ofChannel, 5, total));
        expect(server.contributors[period][metric]).toBe(ranked(7, member, ofMember, 7, total).length);
        const top = await queries.top(GUILD, { metric, of: "members", period, members });
        expect(top.entries).toEqual(ranked(7, member, ofMember, 10, total));
        for (let index = 0; index < 4; index++) {
          const view = await queries.channel(GUILD, channel(index), { period, members });
          const here = (who: number) =>
            oracle.sum(
              nowHour,
              period,
              metric,
              (event) => passes(event) && event.channel === index && event.member === who,
            );
          expect(view.totals[period][metric]).toBe(ofChannel(index));
          expect(view.topMembers[metric]).toEqual(ranked(7, member, here, 5, ofChannel(index)));
          const place =
            ranked(4, channel, ofChannel, 4, total).find(({ id }) => id === channel(index))?.place ?? null;
          expect(view.ranks[metric]?.place ?? null).toBe(place);
        }
        for (let index = 0; index < 7; index++) {
          const view = await queries.member(GUILD, member(index), { period, members });
          expect(view.totals[period][metric]).toBe(ofMember(index));
          const place =
            ranked(7, member, ofMember, 7, total).find(({ id }) => id === member(index))?.place ?? null;
          expect(view.ranks[metric]?.place ?? null).toBe(place);
        }
      }
    }
  }
}

function ranked(
  size: number,
  id: (index: number) => string,
  value: (index: number) => number,
  limit: number,
  total: number,
): RankedEntry[] {
  const all = Array.from({ length: size }, (_, index) => ({ id: id(index), value: value(index) }))
    .filter((entry) => entry.value > 0)
    .sort((a, b) => b.value - a.value || (a.id < b.id ? -1 : 1));
  return all.slice(0, limit).map((entry) => ({
    ...entry,
    place: all.filter((other) => other.value > entry.value).length + 1,
    share: entry.value / total,
  }));
}
