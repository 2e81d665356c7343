import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pieces } from "../../src/counting/pieces.ts";
import { changesBy, countOf, NO_CHANGES, type OpenChanges } from "../../src/counting/session-changes.ts";
import type { GuildDelta, SessionChanges } from "../../src/store/store.ts";
import { batchOf, type Row } from "../store/batches.ts";

const GUILD = "100000000000000001";
const placeId = (index: number): string => `20000000000000000${index}`;
const userId = (index: number): string => `30000000000000000${index}`;

const row = fc
  .record({
    hour: fc.integer({ min: 490_000, max: 490_002 }),
    place: fc.integer({ min: 0, max: 4 }),
    member: fc.integer({ min: 0, max: 7 }),
    state: fc.integer({ min: 0, max: 2 }),
    messages: fc.integer({ min: 0, max: 3 }),
    durationMs: fc.integer({ min: 0, max: 3 }).map((count) => count * 1_000),
  })
  .filter(({ messages, durationMs }) => messages + durationMs > 0);

const cells = fc.uniqueArray(row, {
  maxLength: 60,
  selector: ({ hour, place, member, state }) => `${hour} ${place} ${member} ${state}`,
});

const users = fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { maxLength: 8 });

function deltaOf(rows: readonly Omit<Row, "guild">[]): GuildDelta {
  const [delta] = batchOf(
    "w",
    1,
    rows.map((each) => ({ ...each, guild: GUILD })),
  ).guilds;
  return delta ?? { guildId: GUILD, places: [], members: [], rows: emptyRows(), population: [] };
}

function emptyRows(): GuildDelta["rows"] {
  const none = new Int32Array(0);
  return {
    ...{ hour: none, place: none, member: none, state: new Uint16Array(0) },
    ...{ messages: new Float64Array(0), durationMs: new Float64Array(0) },
  };
}

/** Some are in voice, some do things; some do both, and some do two things. */
function changesOf(members: readonly number[]): OpenChanges {
  return {
    sessions: sessionsOf(members.filter((user) => user % 4 > 0)),
    activities: {
      opened: members
        .filter((user) => user % 2 === 0)
        .flatMap((user) =>
          ["0:Chess", "2:Spotify"].slice(user % 4 === 0 ? 0 : 1).map((activityId) => ({
            ...{ guildId: GUILD, userId: userId(user), bot: false, activityId },
            ...{ uncountedSinceMs: null, endedMs: null },
          })),
        ),
      closed: members
        .filter((user) => user % 5 === 0)
        .map((user) => ({ guildId: GUILD, userId: userId(user), activityId: "0:Go" })),
    },
  };
}

function sessionsOf(members: readonly number[]): SessionChanges {
  const [closed, opened] = [members.filter((user) => user % 3 === 0), members.filter((user) => user % 3 > 0)];
  return {
    opened: opened.map((user) => ({
      ...{ guildId: GUILD, userId: userId(user), bot: false },
      ...{ channelId: placeId(0), sessionId: "s", state: 0, countedMs: null },
    })),
    closed: closed.map((user) => ({ guildId: GUILD, userId: userId(user) })),
  };
}

/** "hour place member state" → [messages, durationMs], of all these. */
function sums(deltas: readonly GuildDelta[]): Record<string, readonly [number, number]> {
  const all: Record<string, readonly [number, number]> = {};
  for (const { rows, places, members } of deltas) {
    rows.hour.forEach((hour, at) => {
      const name = [
        hour,
        places[rows.place[at] ?? -1]?.id,
        members[rows.member[at] ?? -1]?.id,
        rows.state[at],
      ].join(" ");
      const [messages, durationMs] = all[name] ?? [0, 0];
      all[name] = [messages + (rows.messages[at] ?? 0), durationMs + (rows.durationMs[at] ?? 0)];
    });
  }
  return all;
}

const cut = fc.record({ cells, users, maxSize: fc.integer({ min: 1, max: 30 }) }).map((drawn) => {
  const delta = deltaOf(
    drawn.cells.map((cell) => ({
      ...cell,
      place: placeId(cell.place),
      member: userId(cell.member),
      newestMessageId: `90000000000000000${cell.place}`,
    })),
  );
  const changes = changesOf(drawn.users);
  return { ...drawn, delta, changes, pieces: pieces(delta, changes, drawn.maxSize) };
});

describe("what is written in one batch", () => {
  test("adds up to what was counted, whatever the size of the pieces", () => {
    fc.assert(
      fc.property(cut, ({ delta, changes, pieces: made }) => {
        expect(sums(made.map((piece) => piece.delta))).toEqual(sums([delta]));
        for (const kind of ["sessions", "activities"] as const) {
          for (const what of ["opened", "closed"] as const) {
            const all: readonly unknown[] = made.flatMap((piece) => piece.changes[kind][what]);
            expect(all).toHaveLength(changes[kind][what].length);
            expect(new Set(all)).toEqual(new Set(changes[kind][what]));
          }
        }
      }),
    );
  });

  test("holds all messages of a channel that it says the newest one of", () => {
    fc.assert(
      fc.property(cut, ({ pieces: made }) => {
        const spoken = made.flatMap(({ delta: { places, rows } }) =>
          places.flatMap(({ id, newestMessageId, firstMessageId }, place) => {
            const messages = rows.messages.filter((_, at) => rows.place[at] === place);
            expect(newestMessageId !== null).toBe(messages.some((count) => count > 0));
            expect(firstMessageId !== null).toBe(newestMessageId !== null);
            return newestMessageId === null ? [] : [id];
          }),
        );
        expect(spoken).toHaveLength(new Set(spoken).size);
      }),
    );
  });

  test("holds all the time of a member whose session it moves on", () => {
    fc.assert(
      fc.property(cut, ({ pieces: made }) => {
        const timed = made.flatMap(({ delta: { members, rows }, changes: { sessions, activities } }) => {
          const lists = [sessions.opened, sessions.closed, activities.opened, activities.closed];
          const own = new Set<string>(lists.flatMap((list) => list.map((session) => session.userId)));
          rows.durationMs.forEach((durationMs, at) => {
            if (durationMs > 0) own.add(members[rows.member[at] ?? -1]?.id ?? "");
          });
          return [...own];
        });
        expect(timed).toHaveLength(new Set(timed).size);
      }),
    );
  });

  test("is as small as was asked, unless one channel's messages or one member's time are more", () => {
    fc.assert(
      fc.property(cut, ({ pieces: made, maxSize }) => {
        for (const { delta, changes, size } of made) {
          expect(size).toBe(delta.rows.hour.length + countOf(changes));
          if (size <= maxSize) continue;
          const timed = [...delta.rows.member]
            .filter((_, at) => (delta.rows.durationMs[at] ?? 0) > 0)
            .map((member) => delta.members[member]?.id);
          const units =
            new Set(delta.rows.place.filter((_, at) => (delta.rows.messages[at] ?? 0) > 0)).size +
            new Set([...timed, ...changesBy("userId", changes).keys()]).size;
          expect(units).toBe(1);
        }
      }),
    );
  });

  test("is nothing when nothing was counted", () => {
    expect(pieces(deltaOf([]), NO_CHANGES, 10)).toEqual([]);
  });
});
