import { PGlite } from "@electric-sql/pglite";
import { afterAll, expect, test } from "vitest";
import type { Connection } from "../../src/store/postgres/database.ts";
import type { Purge } from "../../src/store/store.ts";
import { batchOf, type Row } from "./batches.ts";
import { PgliteDatabase } from "./pglite-database.ts";
import { PostgresPlaces } from "./postgres-places.ts";
import { channelOf, past, place } from "./red-conformance.ts";

const GUILD = "9007199254740993";
const HOUR = 490_000;
/** Of the guild; it has as many rows of hours and of totals as members. */
const [PLACES, MEMBERS] = [200, 600];
/** Some steps down an index for each row of a page; and less than every member beside every place. */
const [MOST_PAGES, MOST_ROWS] = [1_000, 5_000];
const EXPLAINED =
  /^\s*(SELECT|UPDATE|DELETE|WITH).*\b(hourly|daily|lifetime|voice_session|activity_session)\b/s;

interface PlanNode {
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Shared Hit Blocks": number;
  readonly Plans?: readonly PlanNode[];
}

/** What each statement on counts or open sessions looked at: pages, as often as they were, and rows that its steps handed on. */
class Explaining extends PgliteDatabase {
  /** Statements of any kind. */
  asked = 0;
  readonly looked: { readonly sql: string; readonly pages: number; readonly rows: number }[] = [];

  override transaction<T>(begin: string, task: (connection: Connection) => Promise<T>): Promise<T> {
    return super.transaction(begin, (connection) =>
      task({
        ...connection,
        query: async (sql, parameters) => {
          this.asked++;
          if (EXPLAINED.test(sql)) {
            await connection.query("SAVEPOINT explained");
            const { rows } = await connection.query<{ "QUERY PLAN": readonly { readonly Plan: PlanNode }[] }>(
              `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ${sql}`,
              parameters,
            );
            await connection.query("ROLLBACK TO explained");
            for (const { Plan } of rows[0]?.["QUERY PLAN"] ?? [])
              this.looked.push({ sql, pages: Plan["Shared Hit Blocks"], rows: rowsOf(Plan) });
          }
          return connection.query(sql, parameters);
        },
      }),
    );
  }
}

function rowsOf({ Plans = [], ...node }: PlanNode): number {
  return Plans.reduce((sum, plan) => sum + rowsOf(plan), node["Actual Rows"] * node["Actual Loops"]);
}

const pglite = await PGlite.create();
afterAll(() => pglite.close());
const database = new Explaining(pglite);
const store = new PostgresPlaces(() => database, "plans").storeIn("plans");
await store.open();
const row = (guild: string, index: number): Row => ({
  guild,
  hour: HOUR + (index % 50),
  place: index % 2 === 0 ? `${1_200_000 + (index % PLACES)}` : `0:game ${index % PLACES}`,
  member: `${4_000_000 + ((index * 7) % MEMBERS)}`,
  durationMs: 1,
});
const small = Array.from({ length: 500 }, (_, guild) =>
  [0, 1, 2, 3].map((index) => row(`${guild + 1}`, index)),
);
await store.apply(batchOf("w", 1, small.flat()));
await pglite.exec("ANALYZE");
// Of a guild that has grown since the database was last analyzed it knows nothing.
const large = Array.from({ length: 6_000 }, (_, index) => row(GUILD, index));
await store.apply(batchOf("w", 2, large));
const users = Array.from({ length: MEMBERS }, (_, index) => ({
  guildId: GUILD,
  userId: `${4_000_000 + index}`,
}));
const session = { bot: false, sessionId: "s", state: 0, countedMs: 1 };
const voice = users.map((user, index) => ({
  ...user,
  ...session,
  channelId: `${1_200_000 + ((index * 2) % PLACES)}`,
}));
const activity = { bot: false, activityId: "0:game 1", uncountedSinceMs: 1, endedMs: null };
const activities = users.map((user) => ({ ...user, ...activity }));
const opened = [
  { opened: voice, closed: [] },
  { opened: activities, closed: [] },
] as const;
await store.apply(batchOf("w", 3, [], 1, ...opened));

const RANGE = { writer: "w", fromHour: HOUR, untilHour: HOUR + 50, timeZone: "UTC" };
const PURGES: readonly Purge[] = [
  { placeId: "1200000" },
  { memberIds: Array.from({ length: 100 }, (_, member) => `${4_000_000 + member}`) },
  { metric: "voice" },
  { metric: "activities" },
];

/** What was looked at more than it may be. */
async function lookedTooOften(ask: () => Promise<unknown>, mostPages: number, mostRows: number) {
  database.looked.length = 0;
  await ask();
  expect(database.looked).not.toEqual([]);
  return database.looked.filter(({ pages, rows }) => pages > mostPages || rows > mostRows);
}

test.each<[what: string, ask: () => Promise<unknown>]>([
  ["who is in voice", () => store.openVoice()],
  ["who does what", () => store.openActivities()],
  [
    "a batch in which half of them end it",
    () => {
      const closed = activities.slice(MEMBERS / 2);
      return store.apply(batchOf("w", 4, [], 1, { opened: [], closed }, { opened: [], closed }));
    },
  ],
])(
  "%s looks at each session of a guild once, also of one that has grown since the last ANALYZE",
  async (_, ask) => {
    // Each session has a member and a place, which are steps down an index; less than every session beside ten others.
    expect(await lookedTooOften(ask, MEMBERS * 10, MEMBERS * 15)).toEqual([]);
  },
);

test.each<[what: string, ask: () => Promise<unknown>]>([
  ["a load", () => store.load(GUILD, RANGE)],
  ["sums", () => store.sums(GUILD, RANGE)],
  ["days", () => store.days(GUILD, { ...RANGE, fromDay: 20_416, populationFromDay: 20_416 })],
  [
    "what is recorded about a member",
    async () => {
      for await (const _records of store.userRecords("4000001"));
    },
  ],
  ["an erasure", () => store.forget("4000001")],
  ["merging places", () => store.mergePlaces(GUILD, "1200002", "1200004")],
  ["a page of hours", () => store.exportPage(GUILD, "hourly", [HOUR + 10, 1, 1, 0], 100)],
  ["a page of totals", () => store.exportPage(GUILD, "lifetime", null, 100)],
  ...PURGES.flatMap((what): [string, () => Promise<unknown>][] => [
    [
      `counting what it would take, of ${JSON.stringify(what).slice(0, 40)}`,
      () => store.purgeable(GUILD, what),
    ],
    [`a purge of ${JSON.stringify(what).slice(0, 40)}`, () => store.purge(GUILD, what)],
  ]),
])(
  "%s looks at each row of a guild once, also of one that has grown since the last ANALYZE",
  async (_, ask) => {
    expect(await lookedTooOften(ask, MOST_PAGES, MOST_ROWS)).toEqual([]);
  },
);

test("an import is placed by as many statements, however many channels it has", async () => {
  const statementsFor = async (channels: number): Promise<number> => {
    const ids = Array.from({ length: channels }, (_, channel) => `${channels}${100_000 + channel}`);
    await store.stageRed(past(ids.map((id) => channelOf(id, ["4000001"]))), 1);
    database.asked = 0;
    expect((await place(store, ids)).channels).toBe(channels);
    return database.asked;
  };
  // The first one makes a partition.
  await statementsFor(1);
  expect(await statementsFor(20)).toBe(await statementsFor(2));
});
