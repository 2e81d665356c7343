import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../../src/clock.ts";
import { ofAsked } from "../../src/stats/by-period.ts";
import { LIST_LENGTH } from "../../src/stats/lists.ts";
import { MEMBERS_FILTERS, METRICS, PERIODS } from "../../src/stats/views.ts";
import { GUILD, snowflakeAt, startCounting } from "../support/counting.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const DAY_MS = 24 * HOUR_MS;
const member = (index: number): string => String(300000000000000000n + BigInt(index));
const channel = (index: number): string => String(200000000000000000n + BigInt(index));
const role = (index: number): string => String(400000000000000000n + BigInt(index));
const category = (index: number): string => String(500000000000000000n + BigInt(index));
const isBot = (index: number): boolean => index === 0;
const MEMBERS = 6;
/** Places 0 to 3 are channels; 4 and 5 are threads of channel 0. */
const PLACES = 6;
const isThread = (place: number): boolean => place >= 4;

/** Members 1 and 2 have role 1, members 2 to 4 have role 2; @everyone comes with both, as Discord has it. */
const rolesOf = (index: number): string[] => [
  GUILD,
  ...(index === 1 || index === 2 ? [role(1)] : []),
  ...(index >= 2 && index <= 4 ? [role(2)] : []),
];
/** Channels 0 and 1 are in category 1, channel 2 is in category 2, channel 3 in none. */
const categoryOf = (place: number): string | null =>
  ([category(1), category(1), category(2)] as const)[place] ?? null;

const directory = {
  rolesOf: (_guildId: string, userId: string) => rolesOf(Number(BigInt(userId) % 1000n)),
  categoryOf: (_guildId: string, channelId: string) => categoryOf(Number(BigInt(channelId) % 1000n)),
};

const events = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant("message" as const),
      who: fc.nat(MEMBERS - 1),
      where: fc.nat(PLACES - 1),
      agoMs: fc.oneof(fc.nat(40 * DAY_MS), fc.nat(370 * DAY_MS)),
    }),
    fc.record({
      kind: fc.constant("voice" as const),
      who: fc.nat(MEMBERS - 1),
      where: fc.constantFrom(1, 2, 3, null),
      waitMs: fc.nat(20 * HOUR_MS),
      state: fc.constantFrom(0, 2, 4, 6, 65),
    }),
  ),
  { minLength: 5, maxLength: 60 },
);
type Event = typeof events extends fc.Arbitrary<readonly (infer E)[]> ? E : never;

async function played(file: string, list: readonly Event[], timeZone = "UTC") {
  const clock = new ManualClock(Date.UTC(2026, 1, 20, 9, 10));
  const bot = await startCounting(file, { directory, timeZone, clock });
  for (const event of list) {
    const userId = member(event.who);
    if (event.kind === "message") {
      bot.counter.message({
        messageId: snowflakeAt(bot.clock.nowMs() - event.agoMs),
        guildId: GUILD,
        channelId: channel(event.where),
        parentId: isThread(event.where) ? channel(0) : null,
        userId,
        bot: isBot(event.who),
      });
    } else {
      const where = event.where === null ? null : channel(event.where);
      bot.voice(userId, where, { bot: isBot(event.who), state: event.state });
      bot.clock.pass(event.waitMs);
    }
  }
  return bot;
}

type Bot = Awaited<ReturnType<typeof played>>;

/** For any history: what is asked holds. */
async function always(
  check: (bot: Bot) => Promise<void>,
  timeZones: fc.Arbitrary<string> = fc.constant("UTC"),
  numRuns = 40,
) {
  await fc.assert(
    fc.asyncProperty(events, timeZones, async (list, timeZone) => {
      using folder = temporaryFolder();
      await using bot = await played(folder.file("a.db"), list, timeZone);
      await check(bot);
    }),
    { numRuns },
  );
}

const added = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const columns = (series: readonly (readonly number[])[]): number[] =>
  (series[0] ?? []).map((_, at) => added(series.map((values) => values[at] ?? 0)));
const everyone = Array.from({ length: MEMBERS }, (_, index) => index);
const channels = [0, 1, 2, 3];

describe("roles and categories", () => {
  test("a role's figures are the sums of its members', day by day too", async () => {
    await always(async ({ queries }) => {
      for (const members of MEMBERS_FILTERS) {
        const own = await Promise.all(
          everyone.map((index) => queries.member(GUILD, member(index), { members, period: "1y" })),
        );
        for (const which of [1, 2]) {
          const with_ = own.filter((_, index) => rolesOf(index).includes(role(which)));
          const view = await queries.role(GUILD, role(which), { members, period: "1y" });
          expect(view.daily.messages).toEqual(columns(with_.map(({ daily }) => daily.messages)));
          expect(view.daily.voiceMs).toEqual(columns(with_.map(({ daily }) => daily.voiceMs)));
          for (const period of PERIODS)
            for (const metric of METRICS) {
              const values = with_.map(({ totals }) => ofAsked(totals, period)[metric]);
              expect(view.totals[period]?.[metric]).toBe(added(values));
              expect(view.contributors[period]?.[metric]).toBe(values.filter((value) => value > 0).length);
            }
          for (const metric of METRICS) {
            expect(added(view.topMembers[metric].map(({ value }) => value))).toBe(
              view.totals["1y"]?.[metric],
            );
            expect(added(view.topChannels[metric].map(({ value }) => value))).toBe(
              view.totals["1y"]?.[metric],
            );
          }
        }
      }
    });
  });

  test("a category's figures are the sums of its channels', their threads' included once", async () => {
    await always(async ({ queries }) => {
      for (const members of MEMBERS_FILTERS) {
        const own = await Promise.all(
          channels.map((index) => queries.channel(GUILD, channel(index), { members, period: "1y" })),
        );
        for (const which of [1, 2]) {
          const within = own.filter((_, index) => categoryOf(index) === category(which));
          const view = await queries.category(GUILD, category(which), { members, period: "1y" });
          expect(view.daily.messages).toEqual(columns(within.map(({ daily }) => daily.messages)));
          for (const period of PERIODS)
            for (const metric of METRICS)
              expect(view.totals[period]?.[metric]).toBe(
                added(within.map(({ totals }) => ofAsked(totals, period)[metric])),
              );
          for (const metric of METRICS)
            for (const list of [view.topMembers, view.topChannels]) {
              // There are more members than a list has lines.
              if (list[metric].length === LIST_LENGTH) continue;
              expect(added(list[metric].map(({ value }) => value))).toBe(view.totals["1y"]?.[metric]);
            }
        }
      }
    });
  });

  test("a role's rank is its place in the list of roles, where @everyone and the roles of strangers are not", async () => {
    await always(async ({ queries }) => {
      for (const metric of METRICS) {
        const { entries, ranked } = await queries.top(GUILD, { metric, of: "roles" });
        expect(entries.map(({ id }) => id)).not.toContain(GUILD);
        for (const which of [1, 2, 3]) {
          const { ranks } = await queries.role(GUILD, role(which));
          const place = entries.find(({ id }) => id === role(which))?.place;
          expect(ranks[metric]).toEqual(place === undefined ? null : { place, of: ranked });
        }
      }
    });
  });
});

describe("a thread", () => {
  test("has its own figures and no rank; its channel lists it, but not to who may not see it", async () => {
    await always(async ({ queries }) => {
      const threads = [4, 5];
      const views = await Promise.all(threads.map((index) => queries.channel(GUILD, channel(index))));
      const parent = await queries.channel(GUILD, channel(0));
      for (const view of views) {
        expect(view.ranks).toEqual({ messages: null, voice: null });
        expect(view.topThreads).toEqual([]);
        expect(added(view.topMembers.messages.map(({ value }) => value))).toBe(view.totals["30d"].messages);
        const listed = parent.topThreads.find(({ id }) => id === view.channelId);
        expect(listed?.value ?? 0).toBe(view.totals["30d"].messages);
      }
      const hidden = await queries.channel(GUILD, channel(0), { listsChannel: (id) => id !== channel(4) });
      expect(hidden.topThreads.map(({ id }) => id)).not.toContain(channel(4));
      expect(hidden.totals).toEqual(parent.totals);
    });
  });
});

describe("voice states", () => {
  test("of a member, a channel and the guild are what a question of their own answers", async () => {
    await always(async ({ queries }) => {
      for (const period of PERIODS) {
        const guild = await queries.voice(GUILD, { period });
        expect(await queries.voiceStates(GUILD, { period })).toMatchObject({ ...guild.voiceStates });
        expect(guild.voiceStates?.countedMs).toBe(guild.totals[period]?.voice);
        const own = await queries.member(GUILD, member(1), { period });
        expect(own.voiceStates.countedMs).toBe(own.totals[period]?.voice);
        const asked = await queries.voiceStates(GUILD, { period, memberId: member(1) });
        expect(asked).toMatchObject(own.voiceStates);
        const there = await queries.channel(GUILD, channel(1), { period });
        expect(there.voiceStates.countedMs).toBe(there.totals[period]?.voice);
      }
    });
  });
});

describe("a rhythm", () => {
  // Half hours, quarter hours, clocks that change in these weeks (New York, 8 March), and skipped midnights (Havana).
  const zones = fc.constantFrom(
    "UTC",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "America/New_York",
    "America/Havana",
  );

  test("holds what the same days of the chart hold, weekday by weekday", async () => {
    await always(
      async ({ clock, queries, message }) => {
        message(member(1), channel(1));
        clock.pass(29 * DAY_MS);
        const guild = await queries.rhythm(GUILD, { metric: "messages" });
        const own = await queries.member(GUILD, member(1));
        for (const { rhythm, daily } of [guild, own]) {
          expect(rhythm.weeks).toBe(4);
          const days = daily.days.slice(29 - rhythm.weeks * 7, 29);
          for (const [values, series] of [
            [rhythm.messages, daily.messages],
            [rhythm.voiceMs, daily.voiceMs],
          ] as const) {
            expect(values).toHaveLength(168);
            const byWeekday = Array.from({ length: 7 }, (_, weekday) =>
              added(values.slice(weekday * 24, weekday * 24 + 24)),
            );
            const expected = new Array<number>(7).fill(0);
            for (const [at, day] of days.entries()) {
              const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
              expected[weekday] = (expected[weekday] ?? 0) + (series[29 - rhythm.weeks * 7 + at] ?? 0);
            }
            expect(byWeekday).toEqual(expected);
          }
        }
      },
      zones,
      20,
    );
  });

  test("puts a message into its local hour, also on a day on which clocks change and in a zone of half hours", async () => {
    for (const [timeZone, sentAt, weekday, hour] of [
      // New York went from 2 to 3 o'clock on Sunday 8 March 2026, at 7:00 UTC.
      ["America/New_York", "2026-03-08T06:10:00Z", 6, 1],
      ["America/New_York", "2026-03-08T07:10:00Z", 6, 3],
      ["America/New_York", "2026-03-09T03:10:00Z", 6, 23],
      // 13:10 there; the hour counted began at 12:30.
      ["Asia/Kolkata", "2026-03-03T07:40:00Z", 1, 12],
    ] as const) {
      using folder = temporaryFolder();
      const clock = new ManualClock(Date.UTC(2026, 1, 1));
      await using bot = await startCounting(folder.file("a.db"), { timeZone, clock });
      bot.message(member(1), channel(1));
      clock.pass(Date.parse(sentAt) - clock.nowMs());
      bot.message(member(1), channel(1));
      clock.pass(Date.UTC(2026, 2, 15, 12) - clock.nowMs());
      const { rhythm } = await bot.queries.rhythm(GUILD, { metric: "messages" });
      expect(rhythm.weeks).toBe(4);
      expect([rhythm.messages.indexOf(1), added(rhythm.messages)]).toEqual([weekday * 24 + hour, 1]);
    }
  });
});

describe("a comparison", () => {
  test("has on each side what the view of the one alone has", async () => {
    await always(async ({ queries }) => {
      for (const of of ["members", "channels"] as const) {
        const ids =
          of === "members" ? ([member(1), member(5)] as const) : ([channel(0), channel(4)] as const);
        const { sides } = await queries.compare(GUILD, { of, ids });
        for (const side of sides) {
          const alone =
            of === "members" ? await queries.member(GUILD, side.id) : await queries.channel(GUILD, side.id);
          const { totals, previous, ranks, daily } = alone;
          expect(side).toEqual({ id: side.id, totals, previous, ranks, daily });
        }
      }
    });
  });
});

describe("a member's neighbours", () => {
  test("are the lines around the member's own in the whole ranking", async () => {
    await always(async ({ queries }) => {
      for (const members of MEMBERS_FILTERS)
        for (const metric of METRICS) {
          const { entries } = await queries.top(GUILD, { metric, of: "members", members });
          for (const index of everyone) {
            const view = await queries.member(GUILD, member(index), { members });
            const at = entries.findIndex(({ id }) => id === member(index));
            const expected = at === -1 ? [] : entries.slice(Math.max(0, at - 2), at + 3);
            expect(view.neighbours[metric]).toEqual(expected);
          }
        }
    });
  });
});
