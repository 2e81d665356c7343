import { createHash } from "node:crypto";
import Database from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../../src/clock.ts";
import { snowflakeAt } from "../../src/snowflake.ts";
import type { RedPast, RedPastChannel } from "../../src/store/red-past.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { type Store, UNSET_SETTINGS } from "../../src/store/store.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { traces } from "../support/traces.ts";
import { batchOf, type Readable, readGuild } from "./batches.ts";

const GUILD = "9007199254740993000";
const CHANNELS = ["9007199254740993001", "9007199254740993003", "9007199254740993005"];
const HOUR = 490_000;

function past(channels: readonly RedPastChannel[], fields: Partial<RedPast> = {}): RedPast {
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
function channelOf(channelId: string, userIds: readonly string[]): RedPastChannel {
  const lifetime = userIds.map((userId) => ({ userId, messages: 1, durationMs: 0 }));
  return { channelId, lifetime, hours: lifetime.map((total) => ({ ...total, hour: HOUR })) };
}

function place(store: Store, channelIds: readonly string[], botIds: readonly string[] = []) {
  const channels = channelIds.map((channelId) => ({ channelId, parentId: null, name: "general" }));
  return store.placeRed({ guildId: GUILD, channels, botIds, nowMs: (HOUR + 2) * HOUR_MS });
}

/** Ids of random times, so that they go into the tree in random places and pages are split. */
function randomIds(count: number, seed: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const digest = createHash("sha256").update(`${seed}/${index}`).digest();
    return String(2n ** 58n + (digest.readBigUInt64BE() >> 6n));
  });
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

describe("placing what is staged", () => {
  test("adds exactly the file's figures to what is there, less the hours that were counted live", async () => {
    await fc.assert(
      fc.asyncProperty(
        events,
        fc.option(fc.integer({ min: HOUR - 6, max: HOUR + 2 })),
        async (all, liveHour) => {
          using folder = temporaryFolder();
          const store = sqlite(folder.file("stats.db"));
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

  test("a member who was counted live keeps the mark that the gateway gave; others get theirs now", async () => {
    using folder = temporaryFolder();
    const store = sqlite(folder.file("stats.db"));
    await store.open();
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
    await store.close();
  });

  test("activities are placed with their server, threads with their channel's id", async () => {
    using folder = temporaryFolder();
    const store = sqlite(folder.file("stats.db"));
    await store.open();
    const [channel = "", thread = "", user = ""] = [...CHANNELS.slice(0, 2), ...userIds];
    const totals = [{ userId: user, placeId: "0:Chess", durationMs: 9 }];
    await store.stageRed(past([channelOf(thread, [user])], { activities: [{ guildId: GUILD, totals }] }), 1);
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
    await store.close();
  });
});

describe("staged users", () => {
  test("who are erased leave no byte behind, whether they wait, were replaced, dropped or placed", async () => {
    using folder = temporaryFolder();
    const store = sqlite(folder.file("stats.db"));
    await store.open();
    const ids = randomIds(3_000, 11);
    const [waiting = "", replaced = "", placed = ""] = CHANNELS;
    const users = (from: number): string[] => ids.filter((_, index) => index % 3 === from);
    await store.stageRed(
      past([channelOf(waiting, users(0)), channelOf(replaced, users(1)), channelOf(placed, users(2))]),
      1_000,
    );
    expect(traces(folder.path, ids.slice(0, 9))).toHaveLength(9);
    await store.stageRed(past([channelOf(replaced, [])]), 2_000);
    await place(store, [placed]);
    for (const id of ids.slice(300, 309)) {
      await store.forget(id);
      expect(traces(folder.path, [id])).toEqual([]);
    }
    expect(traces(folder.path, ids.slice(0, 3))).toEqual([users(0)[0], users(2)[0]]);
    await store.dropRed(1_500);
    expect((await store.redStaging()).users).toBe(0);
    // Any erasure empties the log; the files hold only who was placed.
    await store.forget("1");
    expect(traces(folder.path, users(0))).toEqual([]);
    expect(traces(folder.path, users(2).slice(0, 50))).toEqual(users(2).slice(0, 50));
    await store.close();
  });

  test("are forgotten with their counts, and counted in the answer", async () => {
    using folder = temporaryFolder();
    const store = sqlite(folder.file("stats.db"));
    await store.open();
    const [channel = "", user = ""] = [CHANNELS[0], userIds[0]];
    await store.stageRed(past([channelOf(channel, userIds)]), 1);
    expect(await store.forget(user)).toEqual({ rows: 2 });
    await place(store, [channel]);
    expect(Object.keys((await readGuild(store, GUILD)).lifetime)).toHaveLength(2);
    await store.close();
  });
});

describe("what is imported once", () => {
  test("settings fill what no admin chose, and do not come back when an admin clears them", async () => {
    using folder = temporaryFolder();
    const store = sqlite(folder.file("stats.db"));
    await store.open();
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
    await store.close();
  });

  test("an ignored user; whom the owner stopped ignoring since is not ignored again", async () => {
    using folder = temporaryFolder();
    const store = sqlite(folder.file("stats.db"));
    await store.open();
    const hash = "a".repeat(64);
    const file = past([], { optOutHashes: [hash] });
    expect((await store.stageRed(file, 1)).optOuts).toBe(1);
    expect((await store.optOuts()).ignored).toEqual([hash]);
    await store.removeOptOut(hash, "owner");
    expect((await store.stageRed(file, 2)).optOuts).toBe(0);
    expect((await store.optOuts()).ignored).toEqual([]);
    await store.close();
  });

  test("a file that fails in the middle is not taken in at all", async () => {
    using folder = temporaryFolder();
    const store = sqlite(folder.file("stats.db"));
    await store.open();
    const [channel = "", user = ""] = [CHANNELS[0], userIds[0]];
    const twice = channelOf(channel, [user, user]);
    await expect(store.stageRed(past([twice], { optOutHashes: ["b".repeat(64)] }), 1)).rejects.toMatchObject({
      code: "STORE_FAILED",
    });
    expect(await store.redStaging()).toEqual({ items: [], users: 0 });
    expect((await store.optOuts()).ignored).toEqual([]);
    await store.close();
    const database = new Database(folder.file("stats.db"), { readonly: true });
    expect(database.prepare("SELECT count(*) FROM red_member").pluck().get()).toBe(0);
    database.close();
  });
});
