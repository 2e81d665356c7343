import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pieces } from "../../src/counting/pieces.ts";
import { countOf, NO_CHANGES, type OpenChanges } from "../../src/counting/session-changes.ts";
import { rowsIn } from "../../src/store/delta.ts";
import type { GuildDelta, SessionChanges } from "../../src/store/store.ts";
import { batchOf, type Row } from "../store/batches.ts";

const GUILD = "100000000000000001";
const NOW_MS = Date.UTC(2026, 2, 15, 12);
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

const population = fc
  .array(fc.nat(3), { maxLength: 2 })
  .map((joins) =>
    joins.map((count, hour) => ({ hour: 490_000 + hour, joins: count, leaves: 0, members: 9 })),
  );

const cut = fc.record({ cells, users, population, maxSize: fc.integer({ min: 1, max: 30 }) }).map((drawn) => {
  const counted = deltaOf(
    drawn.cells.map((cell) => ({
      ...cell,
      place: placeId(cell.place),
      member: userId(cell.member),
      newestMessageId: `90000000000000000${cell.place}`,
    })),
  );
  const delta = { ...counted, population: drawn.population };
  const changes = changesOf(drawn.users);
  const settled = { settledMs: NOW_MS, changes };
  return { ...drawn, delta, changes, pieces: pieces(delta, settled, drawn.maxSize) };
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

  test("holds all the time, joins and leaves of a guild, if it says up to when they are counted", () => {
    fc.assert(
      fc.property(cut, ({ pieces: made }) => {
        for (const [index, { delta, changes, settledMs }] of made.entries()) {
          const isOfTime =
            countOf(changes) + delta.population.length > 0 || delta.rows.durationMs.some((ms) => ms > 0);
          expect(settledMs).toBe(isOfTime ? NOW_MS : null);
          // What was counted before it is there by then.
          if (isOfTime) expect(index).toBe(made.length - 1);
        }
      }),
    );
  });

  test("is as small as was asked, unless one channel's messages or a guild's time are more", () => {
    fc.assert(
      fc.property(cut, ({ pieces: made, maxSize }) => {
        for (const { delta, changes, settledMs, size } of made) {
          expect(size).toBe(rowsIn(delta) + countOf(changes));
          const channels = new Set(delta.rows.place.filter((_, at) => (delta.rows.messages[at] ?? 0) > 0));
          if (settledMs === null && size > maxSize) expect(channels.size).toBe(1);
        }
      }),
    );
  });

  test("is nothing when nothing was counted", () => {
    expect(pieces(deltaOf([]), { settledMs: NOW_MS, changes: NO_CHANGES }, 10)).toEqual([]);
  });
});
