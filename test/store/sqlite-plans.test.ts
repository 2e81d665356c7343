import Database from "better-sqlite3";
import { expect, test, vi } from "vitest";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { SideThread, type SqlValue } from "../../src/store/sqlite/side-thread.ts";
import type { Purge, Store } from "../../src/store/store.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { batchOf, type Row } from "./batches.ts";
import { channelOf, past, place } from "./red-conformance.ts";

const [GUILD, CHANNEL, OTHER, MEMBER] = ["900", "2000", "2001", "4000"];
const HOUR = 490_000;
const ASKING = ["run", "query", "readAtOnce", "readInParts"] as const;

interface Asked {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

/** All statements in what the side thread was asked, whatever they are part of. */
function* statementsIn(asked: unknown): Generator<Asked> {
  if (typeof asked !== "object" || asked === null) return;
  if ("sql" in asked && "parameters" in asked) yield asked as Asked;
  else if ("sql" in asked && "each" in asked)
    yield { sql: String(asked.sql), parameters: (asked.each as Asked["parameters"][])[0] ?? [] };
  else for (const part of Object.values(asked)) yield* statementsIn(part);
}

/** How SQLite comes by rows of some tables for what a store is asked, a line a step; and whether it sorts. */
async function plansOf(
  ask: (store: Store) => Promise<unknown>,
  tables = /\b(hourly|daily)\b/,
): Promise<string[]> {
  using folder = temporaryFolder();
  const store = sqlite(folder.file("stats.db"));
  await store.open();
  const row: Row = { guild: GUILD, hour: HOUR, place: CHANNEL, member: MEMBER, messages: 1 };
  await store.apply(batchOf("w", 1, [row, { ...row, place: OTHER }, { ...row, hour: HOUR - 24_000 }]));
  await store.rollUp({ from: null, hourlyBefore: HOUR - 9_600, dailyBefore: null, timeZone: "UTC" });
  const spies = ASKING.map((name) => vi.spyOn(SideThread.prototype, name));
  await ask(store);
  const asked = spies.flatMap((spy) => spy.mock.calls.flatMap((call) => [...statementsIn(call)]));
  for (const spy of spies) spy.mockRestore();
  await store.close();
  const database = new Database(folder.file("stats.db"), { readonly: true });
  const plans = asked
    .filter(({ sql }) => tables.test(sql))
    .flatMap(({ sql, parameters }) =>
      database
        .prepare<SqlValue[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...parameters)
        .map(({ detail }) => detail),
    );
  database.close();
  return plans;
}

const RANGE = { writer: "w", fromHour: 0, untilHour: HOUR, timeZone: "UTC" };
const DAYS = { ...RANGE, fromDay: 20_000, populationFromDay: 20_000 };
const PURGES: readonly Purge[] = [
  "all",
  { placeId: CHANNEL },
  { memberIds: [MEMBER] },
  { metric: "messages" },
  { metric: "voice" },
  { metric: "activities" },
];

test.each<[what: string, ask: (store: Store) => Promise<unknown>]>([
  ["a guild's load", (store) => store.load(GUILD, RANGE)],
  ["sums", (store) => store.sums(GUILD, RANGE)],
  ["days", (store) => store.days(GUILD, DAYS)],
  ["a page of hours", (store) => store.exportPage(GUILD, "hourly", [HOUR, 1, 1, 0], 10)],
  ["a page of days", (store) => store.exportPage(GUILD, "daily", null, 10)],
  [
    "rolling up",
    (store) => store.rollUp({ from: null, hourlyBefore: HOUR, dailyBefore: null, timeZone: "UTC" }),
  ],
  [
    "dropping days",
    (store) => store.rollUp({ from: null, hourlyBefore: 0, dailyBefore: 30_000, timeZone: "UTC" }),
  ],
  ["merging places", (store) => store.mergePlaces(GUILD, CHANNEL, OTHER)],
  [
    "what is recorded about a member",
    async (store) => {
      for await (const _records of store.userRecords(MEMBER));
    },
  ],
  ["an erasure", (store) => store.forget(MEMBER)],
  ["an erasure of one guild", (store) => store.forget(MEMBER, GUILD)],
  ["an erasure of a guild", (store) => store.eraseGuild(GUILD)],
  ...PURGES.flatMap((what): [string, (store: Store) => Promise<unknown>][] => [
    [`a purge of ${JSON.stringify(what)}`, (store) => store.purge(GUILD, what)],
    [`counting what it would take, of ${JSON.stringify(what)}`, (store) => store.purgeable(GUILD, what)],
  ]),
])("%s reads hours and days of its guilds alone", async (_, ask) => {
  const steps = (await plansOf(ask)).filter((step) => /\b(hourly|daily)\b/.test(step));
  expect(steps).not.toEqual([]);
  expect(steps.filter((step) => !/^SEARCH .* \(\(?slot(=|.* slot<)/.test(step))).toEqual([]);
});

test.each<[what: string, ask: (store: Store) => Promise<unknown>]>([
  ["a load", (store) => store.load(GUILD, RANGE)],
  ["days", (store) => store.days(GUILD, DAYS)],
  ["a page of hours", (store) => store.exportPage(GUILD, "hourly", null, 10)],
  ["a page of days", (store) => store.exportPage(GUILD, "daily", null, 10)],
  ["a page of totals", (store) => store.exportPage(GUILD, "lifetime", [0, 1, 1, 0], 10)],
  ["rolling up", (store) => store.rollUp({ from: null, hourlyBefore: 0, dailyBefore: 0, timeZone: "UTC" })],
])("rows lie in the order in which %s takes them", async (_, ask) => {
  const steps = await plansOf(ask, /\b(hourly|daily|lifetime)\b/);
  expect(steps).not.toEqual([]);
  expect(steps.filter((step) => /TEMP B-TREE FOR .*(ORDER|GROUP) BY$/.test(step))).toEqual([]);
});

test.each(PURGES)("a purge of %j looks at the open sessions of its guild alone", async (what) => {
  const steps = await plansOf((store) => store.purge(GUILD, what), /_session\b/);
  expect(steps.filter((step) => /_session/.test(step))).not.toEqual([]);
  expect(steps.filter((step) => /^(SCAN|USING INDEX) .*_session/.test(step))).toEqual([]);
});

test.each<[what: string, ask: (store: Store) => Promise<unknown>]>([
  ["who was in voice", (store) => store.openVoice()],
  ["who did what", (store) => store.openActivities()],
])("a start reads %s without a look at all members", async (_, ask) => {
  using folder = temporaryFolder();
  const store = sqlite(folder.file("stats.db"));
  await store.open();
  const prepared = vi.spyOn(Database.prototype, "prepare");
  await ask(store);
  const asked = prepared.mock.calls.map(([sql]) => sql);
  prepared.mockRestore();
  await store.close();
  const database = new Database(folder.file("stats.db"), { readonly: true });
  const steps = asked.flatMap((sql) =>
    database
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => detail),
  );
  database.close();
  expect(steps.length).toBeGreaterThan(0);
  expect(steps.filter((step) => /^SCAN (?!voice_session$|activity_session$)/.test(step))).toEqual([]);
});

test("placing an import finds places and totals by their keys, and looks through neither again and again", async () => {
  using folder = temporaryFolder();
  const store = sqlite(folder.file("stats.db"));
  await store.open();
  await store.stageRed(past([channelOf(CHANNEL, [MEMBER]), channelOf(OTHER, [MEMBER])]), 1);
  const run = vi.spyOn(SideThread.prototype, "run").mockResolvedValue({ changes: [], busy: false });
  await place(store, [CHANNEL, OTHER]);
  const asked = run.mock.calls.flatMap((call) => [...statementsIn(call)]);
  run.mockRestore();
  await store.close();
  const database = new Database(folder.file("stats.db"));
  const steps: string[] = [];
  // Explained one after the other: they make the tables that those behind them read.
  for (const { sql, parameters } of asked) {
    if (/INTO (hourly|lifetime|imported)|^UPDATE red_import/.test(sql.trim())) {
      const plan = database
        .prepare<SqlValue[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...parameters);
      // The first step is the outermost loop.
      steps.push(...plan.map(({ detail }) => detail).slice(1));
    }
    database.prepare<SqlValue[]>(sql).run(...parameters);
  }
  database.close();
  expect(steps.filter((step) => / place /.test(step))).not.toEqual([]);
  expect(
    steps.filter((step) => / place .*\(guild=\?\)/.test(step) || /^SCAN (place|totals)/.test(step)),
  ).toEqual([]);
});
