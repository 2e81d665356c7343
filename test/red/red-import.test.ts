import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../../src/clock.ts";
import { type RedImport, readRedSettings } from "../../src/red/red-import.ts";
import { COG, RedCog, written } from "./red-cog.ts";

const NOW = 1_760_000_000;
const NOW_MS = NOW * 1000;
const DAY = 86_400;
const HOUR = 3_600;

/** Ids that a double cannot hold. */
const bigId = fc.bigInt(2n ** 53n, 2n ** 63n - 1n).map((id) => String(id | 1n));
const channelIds = ["1129384756102938475", "1129384756102938477"] as const;
const memberIds = ["987654321098765433", "987654321098765435", "110987654321098765"] as const;
const GUILD_ID = "1029384756102938475";

const message = fc.record({
  kind: fc.constant("message" as const),
  channelId: fc.constantFrom(...channelIds),
  memberId: fc.constantFrom(...memberIds),
  at: fc.integer({ min: NOW - 35 * DAY, max: NOW }),
});
const stay = fc.record({
  kind: fc.constant("stay" as const),
  channelId: fc.constantFrom(...channelIds),
  memberId: fc.constantFrom(...memberIds),
  start: fc.integer({ min: NOW - 20 * DAY, max: NOW - DAY }),
  seconds: fc.integer({ min: 18, max: DAY }),
  keptInterval: fc.boolean(),
});
const played = fc.record({
  kind: fc.constant("played" as const),
  memberId: fc.constantFrom(...memberIds),
  name: fc.oneof(fc.constantFrom("Visual Studio Code", "__proto__", "toString", "原神", "a.b"), fc.string()),
  seconds: fc.integer({ min: 600, max: 10 * DAY }),
});
const history = fc.array(fc.oneof(message, stay, played), { maxLength: 60 });
type Event = typeof history extends fc.Arbitrary<(infer E)[]> ? E : never;

function cogAfter(events: readonly Event[]): RedCog {
  const cog = new RedCog();
  for (const event of events) {
    if (event.kind === "message") cog.message(event.channelId, event.memberId, event.at);
    else if (event.kind === "stay") {
      const { channelId, memberId, start, seconds, keptInterval } = event;
      cog.voice(channelId, memberId, start, start + seconds, { keptInterval });
    } else cog.activity(GUILD_ID, event.memberId, event.name, event.seconds);
  }
  return cog;
}

/** Sums by key, without zeros, in no particular order. */
function sums(rows: readonly (readonly [key: readonly unknown[], amount: number])[]): Map<string, number> {
  const byKey = new Map<string, number>();
  for (const [key, amount] of rows) {
    if (amount === 0) continue;
    byKey.set(JSON.stringify(key), (byKey.get(JSON.stringify(key)) ?? 0) + amount);
  }
  return new Map([...byKey].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function perMember(imported: RedImport, figure: "messages" | "voiceMs"): Map<string, number> {
  return sums(
    imported.channels.flatMap(({ channelId, members }) =>
      members.map((member) => [[channelId, member.memberId], member[figure]] as const),
    ),
  );
}

describe("a settings.json of the Red cog", () => {
  test("gives each member's lifetimes, each hour and each activity as they happened", () => {
    fc.assert(
      fc.property(history, (events) => {
        const imported = readRedSettings(cogAfter(events).text(), NOW_MS);
        const messages = events.filter((event) => event.kind === "message");
        const stays = events.filter((event) => event.kind === "stay");
        const activities = events.filter((event) => event.kind === "played");
        const newest = Math.max(
          ...messages.map(({ at }) => at),
          ...stays.filter(({ keptInterval }) => keptInterval).map(({ start, seconds }) => start + seconds),
        );
        const firstHour = Math.ceil((newest - 30 * DAY) / HOUR);
        expect(perMember(imported, "messages")).toEqual(
          sums(messages.map(({ channelId, memberId }) => [[channelId, memberId], 1])),
        );
        expect(perMember(imported, "voiceMs")).toEqual(
          sums(stays.map(({ channelId, memberId, seconds }) => [[channelId, memberId], seconds * 1000])),
        );
        expect(
          sums(
            imported.channels.flatMap(({ channelId, hours }) =>
              hours.map((row) => [[row.hour, channelId, row.memberId], row.messages] as const),
            ),
          ),
        ).toEqual(
          sums(
            messages
              .map(({ at, channelId, memberId }) => ({ hour: Math.floor(at / HOUR), channelId, memberId }))
              .filter(({ hour }) => hour >= firstHour)
              .map(({ hour, channelId, memberId }) => [[hour, channelId, memberId], 1]),
          ),
        );
        expect(
          sums(imported.activities.map((row) => [[row.guildId, row.memberId, row.name], row.activityMs])),
        ).toEqual(
          sums(activities.map(({ memberId, name, seconds }) => [[GUILD_ID, memberId, name], seconds * 1000])),
        );
        expect(imported.contradictions).toEqual([]);
        expect(imported.unreadPaths).toEqual([]);
      }),
    );
  });

  test("ids beyond 2^53 survive exactly, as keys, as bare numbers and as strings", () => {
    fc.assert(
      fc.property(fc.uniqueArray(bigId, { minLength: 7, maxLength: 7 }), fc.boolean(), (ids, bare) => {
        const [
          guildId = "",
          channelId = "",
          memberId = "",
          user = "",
          category = "",
          ignored = "",
          other = "",
        ] = ids;
        const listed = (id: string) => (bare ? BigInt(id) : id);
        const cog = new RedCog();
        cog.message(channelId, memberId, NOW - 5);
        cog.activity(other, memberId, "Chess", 900);
        const file = {
          ...cog.file,
          GLOBAL: { ignored_users: [listed(user)] },
          GUILD: {
            [guildId]: {
              ignored_categories: [listed(category), listed(category)],
              ignored_channels: [listed(ignored)],
            },
          },
        };
        const imported = readRedSettings(written({ [COG]: file }), NOW_MS);
        expect(imported.ignoredUserIds).toEqual([user]);
        expect(imported.guilds).toEqual([
          {
            guildId,
            enabled: null,
            ignoredCategoryIds: [category],
            ignoredChannelIds: [ignored],
            ignoredActivities: [],
          },
        ]);
        expect(imported.channels.map((channel) => channel.channelId)).toEqual([channelId]);
        expect(imported.channels[0]?.members).toEqual([{ memberId, messages: 1, voiceMs: 0 }]);
        expect(imported.channels[0]?.hours).toEqual([
          { hour: Math.floor((NOW - 5) / HOUR), memberId, messages: 1 },
        ]);
        expect(imported.activities.map((activity) => activity.guildId)).toEqual([other]);
      }),
    );
  });

  test("nothing of an ignored user is imported, but that they are ignored", () => {
    fc.assert(
      fc.property(history, fc.constantFrom(...memberIds), (events, memberId) => {
        const cog = cogAfter(events);
        cog.file.GLOBAL.ignored_users.push(BigInt(memberId));
        const { ignoredUserIds, leftOutUserIds, ...rest } = readRedSettings(cog.text(), NOW_MS);
        expect(ignoredUserIds).toEqual([memberId]);
        expect(leftOutUserIds).toEqual(events.some((event) => event.memberId === memberId) ? [memberId] : []);
        expect(JSON.stringify(rest)).not.toContain(memberId);
      }),
    );
  });

  test("what was never set has the cog's defaults", () => {
    const imported = readRedSettings(`{"${COG}": {"GUILD": {"${GUILD_ID}": {"enabled": false}}}}`, NOW_MS);
    expect(imported).toMatchObject({
      identifier: COG,
      trackingSinceMs: null,
      enabledByDefault: true,
      activitiesEnabled: true,
      recent: null,
      guilds: [{ guildId: GUILD_ID, enabled: false }],
      channels: [],
      activities: [],
    });
  });

  test("an interval that an early version kept is cut to the hours known whole", () => {
    const cog = new RedCog();
    const [channelId] = channelIds;
    const [memberId] = memberIds;
    cog.voice(channelId, memberId, NOW - 40 * DAY, NOW - 39 * DAY, { keptInterval: true });
    cog.voice(channelId, memberId, NOW - 31 * DAY, NOW - 29 * DAY, { keptInterval: true });
    cog.voice(channelId, memberId, NOW - 100, NOW, { keptInterval: true });
    const { recent, channels } = readRedSettings(cog.text(), NOW_MS);
    const fromHour = Math.ceil((NOW - 30 * DAY) / HOUR);
    expect(recent).toEqual({ fromHour, toHour: Math.floor(NOW / HOUR) + 1 });
    expect(channels[0]?.voiceIntervals).toEqual([
      { memberId, startMs: fromHour * HOUR_MS, endMs: (NOW - 29 * DAY) * 1000 },
      { memberId, startMs: (NOW - 100) * 1000, endMs: NOW_MS },
    ]);
    expect(channels[0]?.members).toEqual([{ memberId, messages: 0, voiceMs: (3 * DAY + 100) * 1000 }]);
  });

  test("is read under the identifier of early Red, and with channels under CHANNEL", () => {
    const cog = new RedCog();
    cog.message(channelIds[0], memberIds[0], NOW);
    const { TEXTCHANNEL, ...others } = cog.file;
    const text = written({ "1113727178178080168": { ...others, CHANNEL: TEXTCHANNEL } });
    const { identifier, ...early } = readRedSettings(text, NOW_MS);
    expect(identifier).toBe("1113727178178080168");
    const { identifier: _, ...current } = readRedSettings(cog.text(), NOW_MS);
    expect(early).toEqual(current);
  });

  test("says where it holds something unknown", () => {
    const cog = new RedCog();
    const text = written({
      [COG]: { ...cog.file, USER: {}, TEXTCHANNEL: { "5": { total_messages: 0, "to.tal": 1 } } },
      "42": { GUILD: {} },
    });
    expect([...readRedSettings(text, NOW_MS).unreadPaths].sort()).toEqual(
      ["42", `${COG}.TEXTCHANNEL.5["to.tal"]`, `${COG}.USER`].sort(),
    );
  });
});
