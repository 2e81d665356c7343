import fc from "fast-check";
import { expect, test } from "vitest";
import { HOUR_MS } from "../../src/clock.ts";
import { snowflakeAt } from "../../src/snowflake.ts";
import type { RedPast, RedPastChannel } from "../../src/store/red-past.ts";
import { type Store, UNSET_SETTINGS } from "../../src/store/store.ts";
import type { Place } from "./any-order.ts";
import { batchOf, type Readable, readGuild } from "./batches.ts";

const GUILD = "9007199254740993000";
export const CHANNELS = ["9007199254740993001", "9007199254740993003", "9007199254740993005"];
const HOUR = 490_000;

export function past(channels: readonly RedPastChannel[], fields: Partial<RedPast> = {}): RedPast {
  return {
    sinceMs: (HOUR - 1_000) * HOUR_MS,
    untilMs: (HOUR + 1) * HOUR_MS,
    channels,
    activities: [],
    settings: [],
    optOutHashes: [],
    ...fields,
  };
}

/** One message of each user, in the newest hour. */
export function channelOf(channelId: string, userIds: readonly string[]): RedPastChannel {
  const lifetime = userIds.map((userId) => ({ userId, messages: 1, durationMs: 0 }));
  return { channelId, lifetime, hours: lifetime.map((total) => ({ ...total, hour: HOUR })) };
}

export function place(store: Store, channelIds: readonly string[], botIds: readonly string[] = []) {
  const channels = channelIds.map((channelId) => ({ channelId, parentId: null, name: "general" }));
  return store.placeRed({ guildId: GUILD, channels, botIds, nowMs: (HOUR + 2) * HOUR_MS });
}

const userIds = ["9007199254740993011", "9007199254740993013", "9007199254740993015"];

/** Messages and voice by channel, user and hour; `null` for older ones, of which only the sum is known. */
const events = fc.array(
  fc.record({
    channel: fc.nat({ max: 2 }),
    user: fc.nat({ max: 2 }),
    hour: fc.option(fc.integer({ min: HOUR - 5, max: HOUR })),
    messages: fc.nat({ max: 3 }),
    durationMs: fc.nat({ max: 1_000 }),
  }),
  { maxLength: 40 },
);
type Event = (typeof events extends fc.Arbitrary<infer T> ? T : never)[number];

function summed(of: readonly Event[], key: (event: Event) => string): Record<string, [number, number]> {
  const sums: Record<string, [number, number]> = {};
  for (const event of of) {
    const [messages, durationMs] = sums[key(event)] ?? [0, 0];
    sums[key(event)] = [messages + event.messages, durationMs + event.durationMs];
  }
  return Object.fromEntries(Object.entries(sums).filter(([, [messages, ms]]) => messages + ms > 0));
}

/** What came to the rows. */
function figures(
  after: Readable["lifetime"],
  before: Readable["lifetime"],
): Record<string, readonly [number, number]> {
  const more = Object.entries(after).map(([name, [messages, durationMs]]) => {
    const [messagesBefore, durationMsBefore] = before[name] ?? [0, 0];
    return [name, [messages - messagesBefore, durationMs - durationMsBefore]] as const;
  });
  return Object.fromEntries(more.filter(([, [messages, durationMs]]) => messages !== 0 || durationMs !== 0));
}

function pastOf(all: readonly Event[]): RedPastChannel[] {
  return CHANNELS.map((channelId, channel) => {
    const here = all.filter((event) => event.channel === channel);
    const rows = (of: readonly Event[], key: (event: Event) => string) =>
      Object.entries(summed(of, key)).map(([name, [messages, durationMs]]) => {
        const [user = "", hour = ""] = name.split(" ");
        return { userId: userIds[Number(user)] ?? "", hour: Number(hour), messages, durationMs };
      });
    return {
      channelId,
      lifetime: rows(here, ({ user }) => `${user}`).map(({ hour: _, ...total }) => total),
      hours: rows(
        here.filter(({ hour }) => hour !== null),
        ({ user, hour }) => `${user} ${hour}`,
      ),
    };
  });
}

/** What every store must hold to about an import from the Red cog. */
export function redConformance(
  withStore: (claim: (store: Store, place: Place) => Promise<void>) => Promise<void>,
  makePlace: () => Promise<Place>,
): void {
  test("adds exactly the file's figures to what is there, less the hours that were counted live", async () => {
    await fc.assert(
      fc.asyncProperty(
        events,
        fc.option(fc.integer({ min: HOUR - 6, max: HOUR + 2 })),
        async (all, liveHour) => {
          await using where = await makePlace();
          const store = where.store();
          await store.open();
          if (liveHour !== null) {
            const [place = "", member = ""] = [CHANNELS[0], userIds[0]];
            const newestMessageId = snowflakeAt(liveHour * HOUR_MS);
            const row = { guild: GUILD, hour: liveHour, place, member, messages: 7, newestMessageId };
            await store.apply(batchOf("live", 1, [row], liveHour * HOUR_MS));
          }
          const before = await readGuild(store, GUILD);
          await store.stageRed(past(pastOf(all)), 1);
          const report = await place(store, CHANNELS);
          const after = await readGuild(store, GUILD);
          await store.close();

          const isLive = ({ hour }: Event): boolean =>
            hour !== null && liveHour !== null && liveHour <= HOUR && hour >= liveHour;
          const added = all.filter((event) => !isLive(event));
          const name = ({ channel, user }: Event): string => `${CHANNELS[channel]} ${userIds[user]} 0`;
          expect(figures(after.lifetime, before.lifetime)).toEqual(summed(added, name));
          expect(figures(after.hourly, before.hourly)).toEqual(
            summed(
              added.filter(({ hour }) => hour !== null),
              (event) => `${event.hour} ${name(event)}`,
            ),
          );
          expect([report.leftOutMessages, report.leftOutMs]).toEqual(
            Object.values(summed(all.filter(isLive), () => "all"))[0] ?? [0, 0],
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  test("a member who was counted live keeps the mark that the gateway gave; others get theirs now", () =>
    withStore(async (store) => {
      const [place0 = "", robot = "", human = ""] = [CHANNELS[0], ...userIds];
      await store.apply(
        batchOf("live", 1, [
          { guild: GUILD, hour: HOUR + 5, place: place0, member: robot, bot: true, messages: 1 },
        ]),
      );
      await store.stageRed(past([channelOf(place0, userIds)]), 1);
      expect([...(await store.redUsers({ kind: "channel", id: place0 }))].sort()).toEqual(userIds);
      await place(store, [place0], userIds.slice(2));
      const { members } = await store.load(GUILD, { writer: "w", fromHour: 0 });
      expect(new Map(members.map(({ id, bot }) => [id, bot]))).toEqual(
        new Map([
          [robot, true],
          [human, false],
          [userIds[2], true],
        ]),
      );
    }));

  test("activities are placed with their server, threads with their channel's id", () =>
    withStore(async (store) => {
      const [channel = "", thread = "", user = ""] = [...CHANNELS.slice(0, 2), ...userIds];
      const totals = [{ userId: user, placeId: "0:Chess", durationMs: 9 }];
      await store.stageRed(
        past([channelOf(thread, [user])], { activities: [{ guildId: GUILD, totals }] }),
        1,
      );
      await store.placeRed({
        guildId: GUILD,
        channels: [{ channelId: thread, parentId: channel, name: "a thread" }],
        botIds: [],
        nowMs: 2,
      });
      const { places, sinceMs } = await store.load(GUILD, { writer: "w", fromHour: 0 });
      expect(places.map(({ id, parentId, name }) => [id, parentId, name]).sort()).toEqual([
        ["0:Chess", null, null],
        [thread, channel, "a thread"],
      ]);
      expect(sinceMs).toBe((HOUR - 1_000) * HOUR_MS);
    }));
  test("are forgotten with their counts, and counted in the answer", () =>
    withStore(async (store) => {
      const [channel = "", user = ""] = [CHANNELS[0], userIds[0]];
      await store.stageRed(past([channelOf(channel, userIds)]), 1);
      expect(await store.forget(user)).toEqual({ rows: 2 });
      await place(store, [channel]);
      expect(Object.keys((await readGuild(store, GUILD)).lifetime)).toHaveLength(2);
    }));
  test("settings fill what no admin chose, and do not come back when an admin clears them", () =>
    withStore(async (store) => {
      const none = { channels: [], categories: [], roles: [], activities: [] };
      const chosen = { ...UNSET_SETTINGS, enabled: true, timeZone: "Asia/Tokyo" };
      await store.saveSettings(GUILD, { ...chosen, ignored: { ...none, roles: ["5"] } });
      const ignored = { channels: ["7"], categories: ["8"], activities: ["Chess"] };
      const file = past([], { settings: [{ guildId: GUILD, enabled: false, ignored }] });
      expect((await store.stageRed(file, 9_000)).guildsConfigured).toBe(1);
      expect((await store.settings()).get(GUILD)).toEqual({
        ...chosen,
        ignored: { ...ignored, roles: ["5"] },
      });
      expect(await store.rulesSinceMs()).toBe(9_000);
      await store.saveSettings(GUILD, { ...chosen, ignored: none });
      expect((await store.stageRed(file, 9_001)).guildsConfigured).toBe(0);
      expect((await store.settings()).get(GUILD)?.ignored).toEqual(none);
    }));

  test("an ignored user; whom the owner stopped ignoring since is not ignored again", () =>
    withStore(async (store) => {
      const hash = "a".repeat(64);
      const file = past([], { optOutHashes: [hash] });
      expect((await store.stageRed(file, 1)).optOuts).toBe(1);
      expect((await store.optOuts()).ignored).toEqual([hash]);
      await store.removeOptOut(hash, "owner");
      expect((await store.stageRed(file, 2)).optOuts).toBe(0);
      expect((await store.optOuts()).ignored).toEqual([]);
    }));

  test("a file that fails in the middle is not taken in at all", () =>
    withStore(async (store) => {
      const [channel = "", user = ""] = [CHANNELS[0], userIds[0]];
      const twice = channelOf(channel, [user, user]);
      await expect(
        store.stageRed(past([twice], { optOutHashes: ["b".repeat(64)] }), 1),
      ).rejects.toMatchObject({
        code: "STORE_FAILED",
      });
      expect(await store.redStaging()).toEqual({ items: [], users: 0 });
      expect((await store.optOuts()).ignored).toEqual([]);
    }));

  test("of a channel whose history of that time was read in, no message is placed, and voice is", () =>
    withStore(async (store) => {
      const [channel = "", user = ""] = [CHANNELS[0], userIds[0]];
      const at = (hour: number): string => snowflakeAt(hour * HOUR_MS);
      const range = {
        guildId: GUILD,
        channelId: channel,
        parentId: null,
        fromId: at(HOUR - 3),
        untilId: at(HOUR),
      };
      await store.apply({ ...batchOf("w", 1, []), imported: range });
      const total = { userId: user, messages: 4, durationMs: 9 };
      const hours = [{ ...total, hour: HOUR }];
      await store.stageRed(past([{ channelId: channel, lifetime: [total], hours }]), 1);
      const report = await place(store, [channel]);
      expect([report.leftOutMessages, report.leftOutMs]).toEqual([4, 0]);
      expect((await readGuild(store, GUILD)).lifetime).toEqual({ [`${channel} ${user} 0`]: [0, 9] });
      expect((await store.countedMessages(GUILD)).imported).toHaveLength(1);
    }));

  test("what was placed is not read in later, and is told as placed; placing it again does nothing", () =>
    withStore(async (store) => {
      const [channel = "", user = ""] = [CHANNELS[0], userIds[0]];
      await store.stageRed(past([channelOf(channel, [user])]), 1);
      expect(await store.redStaging()).toEqual({
        items: [{ kind: "channel", id: channel, stagedMs: 1, placedMs: null }],
        users: 1,
      });
      expect(await place(store, [channel])).toMatchObject({ channels: 1, activities: false });
      const { imported } = await store.countedMessages(GUILD);
      expect(imported).toEqual([
        {
          channelId: channel,
          fromId: snowflakeAt((HOUR - 1_000) * HOUR_MS),
          untilId: snowflakeAt((HOUR + 1) * HOUR_MS),
        },
      ]);
      expect(await place(store, [channel])).toMatchObject({ channels: 0, activities: false });
      expect((await store.stageRed(past([channelOf(channel, [user])]), 2)).channels.alreadyPlaced).toBe(1);
      expect((await store.redStaging()).users).toBe(0);
      expect((await readGuild(store, GUILD)).lifetime).toEqual({ [`${channel} ${user} 0`]: [1, 0] });
    }));

  test("what is staged of a user is told item by item, and goes with the user", () =>
    withStore(async (store) => {
      const [channel = "", user = "", other = ""] = [CHANNELS[0], ...userIds];
      const totals = [user, other].map((userId) => ({ userId, placeId: "0:Chess", durationMs: 9 }));
      const file = past([channelOf(channel, [user, other])], { activities: [{ guildId: GUILD, totals }] });
      await store.stageRed(file, 1);
      const sinceMs = file.sinceMs;
      const counts = { messages: 1, durationMs: 0 };
      const records = await store.userRedRecords(user);
      expect([...records].sort((a, b) => (a.kind < b.kind ? -1 : 1))).toEqual([
        {
          kind: "activities",
          id: GUILD,
          sinceMs,
          totals: [{ placeId: "0:Chess", messages: 0, durationMs: 9 }],
          hours: [],
        },
        {
          kind: "channel",
          id: channel,
          sinceMs,
          totals: [{ placeId: channel, ...counts }],
          hours: [{ hour: HOUR, ...counts }],
        },
      ]);
      await store.forget(user);
      expect(await store.userRedRecords(user)).toEqual([]);
      expect(await store.redUsers({ kind: "channel", id: channel })).toEqual([other]);
      await store.dropRed(2);
      expect(await store.redStaging()).toEqual({ items: [], users: 0 });
    }));
}
