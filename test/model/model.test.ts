import fc from "fast-check";
import { expect, test } from "vitest";
import { isLong } from "../../src/period.ts";
import { MEMBERS_FILTERS, METRICS, PERIODS, type RankedEntry } from "../../src/stats/views.ts";
import { GUILD } from "../support/counting.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { command } from "./commands.ts";
import { isIn, MEMBERS, type Oracle, PLACES, THREAD } from "./oracle.ts";
import { memberId, Play, placeId } from "./play.ts";

/** `npm run model` plays thousands. */
const RUNS = Number(process.env["MODEL_RUNS"] ?? 60);

test("whatever happens, every figure of every query is what a list of all events says", {
  timeout: RUNS * 5_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 60 }), async (commands) => {
      using folder = temporaryFolder();
      await using play = await Play.start(folder.file("a.db"));
      for (const step of commands) await play.perform(step);
      play.finish();
      await expectEqual(play.queries, play.oracle);
    }),
    { numRuns: RUNS },
  );
});

async function expectEqual(queries: Play["queries"], oracle: Oracle): Promise<void> {
  for (const members of MEMBERS_FILTERS) {
    for (const period of PERIODS) {
      const options = { period, members };
      const server = await queries.server(GUILD, options);
      const { daily } = server;
      for (const metric of METRICS) {
        const total = oracle.sum(period, metric, members);
        const ofMember = (member: number) =>
          oracle.sum(period, metric, members, (fact) => fact.member === member);
        const ofPlace = (place: number) =>
          oracle.sum(period, metric, members, (fact) => isIn(place, fact.place));
        // A thread is part of its channel in lists and ranks.
        const ofChannel = (place: number) => (place === THREAD ? 0 : ofPlace(place));
        expect(server.totals[period]?.[metric]).toBe(total);
        if (isLong(period)) expect(sum(metric === "messages" ? daily.messages : daily.voiceMs)).toBe(total);
        expect(server.topMembers[metric]).toEqual(ranked(MEMBERS, memberId, ofMember, 5, total));
        expect(server.topChannels[metric]).toEqual(ranked(PLACES, placeId, ofChannel, 5, total));
        expect(server.contributors[period]?.[metric]).toBe(
          ranked(MEMBERS, memberId, ofMember, MEMBERS, total).length,
        );
        const top = await queries.top(GUILD, { metric, of: "members", ...options });
        expect(top.entries).toEqual(ranked(MEMBERS, memberId, ofMember, 10, total));
        for (let place = 0; place < PLACES; place++) {
          const view = await queries.channel(GUILD, placeId(place), options);
          const here = (member: number) =>
            oracle.sum(period, metric, members, (fact) => isIn(place, fact.place) && fact.member === member);
          expect(view.totals[period]?.[metric]).toBe(ofPlace(place));
          expect(view.contributors[period]?.[metric]).toBe(
            ranked(MEMBERS, memberId, here, MEMBERS, 1).length,
          );
          expect(view.topMembers[metric]).toEqual(ranked(MEMBERS, memberId, here, 5, ofPlace(place)));
          const places = ranked(PLACES, placeId, ofChannel, PLACES, total);
          expect(view.ranks[metric]?.place).toBe(places.find(({ id }) => id === placeId(place))?.place);
        }
        for (let member = 0; member < MEMBERS; member++) {
          const view = await queries.member(GUILD, memberId(member), options);
          const there = (place: number) =>
            place === THREAD
              ? 0
              : oracle.sum(
                  period,
                  metric,
                  members,
                  (fact) => fact.member === member && isIn(place, fact.place),
                );
          expect(view.totals[period]?.[metric]).toBe(ofMember(member));
          expect(view.topChannels[metric]).toEqual(ranked(PLACES, placeId, there, 5, ofMember(member)));
          const places = ranked(MEMBERS, memberId, ofMember, MEMBERS, total);
          expect(view.ranks[metric]?.place).toBe(places.find(({ id }) => id === memberId(member))?.place);
        }
      }
    }
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
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
