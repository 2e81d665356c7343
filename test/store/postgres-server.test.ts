import fc from "fast-check";
import pg from "pg";
import { afterAll, describe, expect, test, vi } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { copySourceAt, copyTargetAt, examineAt, storeAddress } from "../../src/store/address.ts";
import { SECTIONS, sectionOf } from "../../src/store/copy/sections.ts";
import { postgres } from "../../src/store/postgres/index.ts";
import { PoolDatabase } from "../../src/store/postgres/pool-database.ts";
import type { Applied, Store } from "../../src/store/store.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { cuttableLine, SERVER_URL, serverDatabase } from "../support/postgres-server.ts";
import { batchOf, Oracle, readGuild, rowLike, unique } from "./batches.ts";
import { changesConformance } from "./changes-conformance.ts";
import { storeConformance } from "./conformance.ts";
import { leasesConformance } from "./leases-conformance.ts";
import { postgresBot } from "./postgres-bot.ts";
import { postgresClaims } from "./postgres-claims.ts";
import { PostgresPlaces } from "./postgres-places.ts";
import { channelOf, past } from "./red-conformance.ts";
import { rollUpWhole } from "./rolling-up.ts";
import { sharingClaims } from "./sharing-claims.ts";

const GUILD = "9007199254740993";
const [ANN, GENERAL] = ["1099511627776000001", "1200000000000000001"];
const HOUR = 490_000;
const row = rowLike({ guild: GUILD, hour: HOUR, place: GENERAL, member: ANN, messages: 1 });

if (SERVER_URL === "") {
  test.skip("a PostgreSQL server: GUILDSTATS_PG_URL names none", () => undefined);
} else {
  const database = await serverDatabase();
  afterAll(() => database[Symbol.asyncDispose]());
  const pools = new PostgresPlaces(
    () => new PoolDatabase({ connectionString: database.url, max: 4 }),
    "conformance",
  );

  storeConformance("a PostgreSQL server", () => pools.place());
  leasesConformance("a PostgreSQL server", () => pools.place());

  describe("a PostgreSQL server", () => {
    postgresClaims(pools);
    postgresBot(pools);
    changesConformance(() => pools.place());
    sharingClaims(pools);

    test("a server that is not there is said to be unreachable, and the password is not told", async () => {
      const store = postgres({ connectionString: "postgres://bot:hunter2@127.0.0.1:1/stats" });
      const opening = store.open();
      await expect(opening).rejects.toMatchObject({
        code: "STORE_UNREACHABLE",
        message: expect.stringContaining("ECONNREFUSED"),
      });
      const told = await opening.catch((error: Error) => `${error} ${JSON.stringify(error)} ${error.cause}`);
      expect(told).not.toContain("hunter2");
    });

    test("of two copies that begin at once into one schema the second is told that another process writes to it", async () => {
      await using own = await serverDatabase();
      await using first = await copyTargetAt(storeAddress(own.url));
      await using second = await copyTargetAt(storeAddress(own.url));
      const progress = { source: "a file", mark: "", section: "secret", after: null, rows: 0 } as const;
      const begun = await Promise.allSettled([first.begin(progress), second.begin(progress)]);
      const refused = { status: "rejected", reason: expect.objectContaining({ code: "STORE_LOCKED" }) };
      expect(begun).toContainEqual(refused);
      expect(begun).toContainEqual({ status: "fulfilled", value: undefined });
      await expect(second.begin(progress)).rejects.toMatchObject({ code: "STORE_LOCKED" });
    });

    test("a user whom the server does not let in, a database that is missing and a right that is missing have their codes", async () => {
      await using own = await serverDatabase();
      const nobody = new URL(own.url);
      nobody.username = "guildstats_nobody";
      nobody.password = "wrong";
      await expect(postgres({ connectionString: nobody.href }).open()).rejects.toMatchObject({
        code: "STORE_DENIED",
      });
      const missing = new URL(own.url);
      missing.pathname = "/guildstats_missing";
      await expect(postgres({ connectionString: missing.href }).open()).rejects.toMatchObject({
        code: "STORE_UNWRITABLE",
        message: expect.stringContaining("does not exist"),
      });
      const role = `guildstats_test_${process.pid}`;
      await own.run(`CREATE ROLE ${role} LOGIN PASSWORD 'known'`);
      try {
        const guest = new URL(own.url);
        guest.username = role;
        guest.password = "known";
        await expect(postgres({ connectionString: guest.href }).open()).rejects.toMatchObject({
          code: "STORE_DENIED",
        });
        // With a schema that is up to date it needs no right to make one.
        const owner = postgres({ connectionString: own.url });
        await owner.open();
        await owner.apply(batchOf("w", 1, [row()]));
        await owner.close();
        await own.run(
          `GRANT USAGE ON SCHEMA guildstats TO ${role};
           GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA guildstats TO ${role}`,
        );
        const store = postgres({ connectionString: guest.href });
        await store.open();
        await store.apply(batchOf("v", 1, [row()]));
        await store.forget(ANN);
        // An old partition that is empty stays, for it is another's to drop; what else is due is done.
        const later = new ManualClock(systemClock.nowMs() + 60 * 86_400_000);
        const rolling = postgres({ connectionString: guest.href, clock: later });
        await rolling.open();
        await rollUpWhole(rolling, { hourlyBefore: HOUR + 900, dailyBefore: null, timeZone: "UTC" });
        expect(await rolling.changes?.since(0)).toMatchObject({ isTooLate: true });
        await rolling.close();
        await expect(store.apply(batchOf("v", 2, [row({ hour: 1 })]))).rejects.toMatchObject({
          code: "STORE_DENIED",
        });
        await store.close();
      } finally {
        await own.run(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
      }
    });

    test("an encoding that cannot hold all names is refused", async () => {
      const name = `guildstats_test_latin_${process.pid}`;
      await database.run(`CREATE DATABASE ${name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`);
      try {
        const url = new URL(database.url);
        url.pathname = `/${name}`;
        await expect(postgres({ connectionString: url.href }).open()).rejects.toMatchObject({
          code: "STORE_UNWRITABLE",
          details: { encoding: "LATIN1" },
        });
      } finally {
        await database.run(`DROP DATABASE ${name} WITH (FORCE)`);
      }
    });

    test("a server that is read-only is found out at the start", async () => {
      await using own = await serverDatabase();
      const writable = postgres({ connectionString: own.url });
      await writable.open();
      await writable.close();
      const store = postgres({ connectionString: own.url, options: "-c default_transaction_read_only=on" });
      await expect(store.open()).rejects.toMatchObject({ code: "STORE_UNWRITABLE" });
    });

    test("connections that the server ends, idle or at work, cost an error and no count", async () => {
      await using own = await serverDatabase();
      const store = postgres({ connectionString: own.url, application_name: "cut" });
      await store.open();
      const cut = () =>
        own.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cut'");
      for (let sequence = 1; sequence <= 20; sequence++) {
        const batch = batchOf("w", sequence, [row({ member: `40000000000000000${sequence % 7}` })]);
        const cutting = cut();
        let answer: Applied | null = null;
        while (answer === null) {
          answer = await store.apply(batch).catch((error) => {
            expect(error.code, error.message).toBe("STORE_UNREACHABLE");
            return null;
          });
        }
        await cutting;
      }
      await store.close();
      // The last cut may not have arrived at the pool of the first one yet.
      const reading = postgres({ connectionString: own.url });
      await reading.open();
      const { lifetime } = await readGuild(reading, GUILD);
      expect(Object.values(lifetime).reduce((sum, [messages]) => sum + messages, 0)).toBe(20);
      await reading.close();
    });

    test("a line that is cut without a word is given up after a while, and the batch is counted once", async () => {
      await using own = await serverDatabase();
      await using line = await cuttableLine(own.url);
      const patience = { query_timeout: 3_000, connectionTimeoutMillis: 3_000 };
      const store = postgres({ connectionString: line.url, ...patience });
      // Making the schema may take longer than this line is waited for.
      const prepared = postgres({ connectionString: own.url });
      await prepared.open();
      await prepared.close();
      await store.open();
      await store.apply(batchOf("w", 1, [row()]));
      line.cut();
      for (let attempt = 0; attempt < 2; attempt++) {
        await expect(store.apply(batchOf("w", 2, [row()]))).rejects.toMatchObject({
          code: "STORE_UNREACHABLE",
        });
      }
      line.mend();
      expect(await store.apply(batchOf("w", 2, [row()]))).toBe("applied");
      expect((await readGuild(store, GUILD)).lifetime).toEqual({ [`${GENERAL} ${ANN} 0`]: [2, 0] });
      await store.close();
    });

    test("a notice that nobody answers is given up as anything else is, and a store can be closed", async () => {
      await using own = await serverDatabase();
      await using line = await cuttableLine(own.url, "NOTIFY");
      const prepared = postgres({ connectionString: own.url });
      await prepared.open();
      await prepared.close();
      const store = postgres({ connectionString: line.url, query_timeout: 500 });
      await store.open();
      await store.addOptOut("a".repeat(64), "self");
      await store.close();
    });

    test("a doctor and a copy are not given up where a bot would be: reading whole tables may take long", async () => {
      await using own = await serverDatabase();
      const store = postgres({ connectionString: own.url });
      await store.open();
      await store.apply(batchOf("w", 1, [row()]));
      await store.close();
      const address = storeAddress(own.url);
      await using source = await copySourceAt(address);
      const lifetime = SECTIONS.filter(({ name }) => name === "lifetime");
      const problems = async (): Promise<number> => {
        let found = 0;
        for await (const { verdict } of examineAt(address, 0)) if (verdict === "problem") found++;
        return found;
      };
      const rows = async (): Promise<number> => {
        let sum = 0;
        for (const section of lifetime) sum += (await source.totals(section)).rows;
        return sum;
      };
      const other = new pg.Client(own.url);
      await other.connect();
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      try {
        for (const [ask, answer] of [
          [problems, 0],
          [rows, 1],
        ] as const) {
          await other.query("BEGIN; LOCK TABLE guildstats.lifetime IN ACCESS EXCLUSIVE MODE");
          const asked = ask();
          asked.catch(() => undefined);
          for (let waiting = 0; waiting === 0; )
            waiting = (await other.query("SELECT 1 FROM pg_locks WHERE NOT granted")).rows.length;
          vi.advanceTimersByTime(3_600_000);
          await other.query("COMMIT");
          expect(await asked).toBe(answer);
        }
      } finally {
        vi.useRealTimers();
        await other.end();
      }
    });

    test("a limit that the server sets to statements ends no copy, and no erasure, whose rows are gone", async () => {
      await using own = await serverDatabase();
      const prepared = postgres({ connectionString: own.url });
      await prepared.open();
      await prepared.apply(batchOf("w", 1, [row()]));
      await prepared.close();
      await own.run(`ALTER DATABASE "${new URL(own.url).pathname.slice(1)}" SET statement_timeout = '300ms'`);
      await using source = await copySourceAt(storeAddress(own.url));
      const store = postgres({ connectionString: own.url });
      await store.open();
      const other = new pg.Client(own.url);
      await other.connect();
      await other.query("BEGIN; LOCK TABLE guildstats.lifetime IN ACCESS EXCLUSIVE MODE");
      let isOver = false;
      const asked = source.totals(sectionOf("lifetime")).finally(() => {
        isOver = true;
      });
      asked.catch(() => undefined);
      for (let waiting = 0; waiting === 0 && !isOver; ) {
        const { rows } = await other.query(
          "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND clock_timestamp() - query_start > '600 ms'",
        );
        waiting = rows.length;
      }
      await other.query("COMMIT");
      expect(await asked).toMatchObject({ rows: 1 });
      // What else vacuums the table, or makes an index of it, has it for as long as that takes.
      await other.query("BEGIN; LOCK TABLE guildstats.member IN SHARE UPDATE EXCLUSIVE MODE");
      expect(await store.forget(ANN)).toEqual({ rows: 2 });
      await other.end();
      expect(await store.unfinishedErasures()).toEqual([]);
      await store.close();
    });

    test("what a bot places while a file is staged is not staged again", async () => {
      await using own = await serverDatabase();
      const store = postgres({ connectionString: own.url });
      await store.open();
      const file = past([channelOf(GENERAL, [ANN])]);
      await store.stageRed(file, 1);
      const bot = new pg.Client(own.url);
      await bot.connect();
      await bot.query("BEGIN; SET LOCAL search_path TO guildstats; UPDATE red_import SET placed_ms = 2");
      await bot.query("DELETE FROM red_hourly; DELETE FROM red_lifetime");
      const staged = store.stageRed(file, 3);
      for (let waiting = 0; waiting === 0; )
        waiting = (await bot.query("SELECT 1 FROM pg_locks WHERE NOT granted")).rows.length;
      await bot.query("COMMIT");
      await bot.end();
      expect((await staged).channels).toEqual({ fresh: 0, replaced: 0, alreadyPlaced: 1 });
      expect(await store.redStaging()).toEqual({
        items: [{ kind: "channel", id: GENERAL, stagedMs: 1, placedMs: 2 }],
        users: 0,
      });
      // Else it would be told as what could not be assigned to a server yet, for ever.
      expect(await store.userRedRecords(ANN)).toEqual([]);
      await store.close();
    });

    test("a batch that is sent again while its first attempt is still under way is counted once", async () => {
      await using own = await serverDatabase();
      const [first, second] = [
        postgres({ connectionString: own.url }),
        postgres({ connectionString: own.url }),
      ];
      await first.open();
      await second.open();
      await first.apply(batchOf("w", 1, [row()]));
      const blocker = new pg.Client(own.url);
      await blocker.connect();
      await blocker.query("BEGIN; SELECT 1 FROM guildstats.guild FOR UPDATE");
      const batch = batchOf("w", 2, [row()]);
      const answers = Promise.all([first.apply(batch), second.apply(batch)]);
      // Both are in the database, and neither can go on.
      for (let waiting = 0; waiting < 2; ) {
        const { rows } = await blocker.query(
          "SELECT count(*)::integer AS waiting FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
        );
        waiting = rows[0].waiting;
      }
      await blocker.query("COMMIT");
      await blocker.end();
      expect((await answers).sort()).toEqual(["applied", "duplicate"]);
      expect((await readGuild(first, GUILD)).lifetime).toEqual({ [`${GENERAL} ${ANN} 0`]: [2, 0] });
      await first.close();
      await second.close();
    });

    test("processes that write the same guilds at once, whatever they write, neither lose nor repeat a count", async () => {
      const ids = (prefix: string) => fc.integer({ min: 1, max: 4 }).map((digit) => `${prefix}${digit}`);
      const rows = fc.array(
        fc.record({
          guild: ids("20000000000000000"),
          hour: fc.integer({ min: HOUR, max: HOUR + 3 }),
          place: fc.oneof(ids("30000000000000000"), fc.constantFrom("0:Chess", "2:Spotify")),
          member: ids("40000000000000000"),
          messages: fc.integer({ min: 1, max: 9 }),
          durationMs: fc.nat(2 ** 40),
        }),
        { maxLength: 25 },
      );
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(rows, { maxLength: 6 }), { minLength: 3, maxLength: 3 }),
          async (all) => {
            await using place = await pools.place();
            const stores: Store[] = all.map(() => place.store());
            await Promise.all(stores.map((store) => store.open()));
            const oracle = new Oracle();
            await Promise.all(
              all.map(async (batches, index) => {
                for (const [at, rowsOfBatch] of batches.entries()) {
                  const batch = batchOf(`w${index}`, at + 1, unique(rowsOfBatch));
                  oracle.add(unique(rowsOfBatch));
                  expect(await stores[index]?.apply(batch)).toBe("applied");
                }
              }),
            );
            for (const guild of ["1", "2", "3", "4"].map((digit) => `20000000000000000${digit}`)) {
              const found = stores[0] && (await readGuild(stores[0], guild));
              expect(found?.lifetime).toEqual(oracle.guild(guild).lifetime);
              expect(found?.hourly).toEqual(oracle.guild(guild).hourly);
            }
            await Promise.all(stores.map((store) => store.close()));
          },
        ),
        { numRuns: 20 },
      );
    });

    test("erasures, purges and roll-ups of one process beside the counting of another leave no row without its names", async () => {
      await using place = await pools.place();
      const [counting, clearing] = [place.store(), place.store()];
      await counting.open();
      await clearing.open();
      const members = Array.from({ length: 5 }, (_, index) => `40000000000000000${index}`);
      const count = async (): Promise<void> => {
        for (let sequence = 1; sequence <= 40; sequence++) {
          const rows = members.map((member) =>
            row({ member, hour: HOUR + sequence, place: `0:${sequence % 3}` }),
          );
          await counting.apply(batchOf("w", sequence, rows));
        }
      };
      const clear = async (): Promise<void> => {
        for (let round = 0; round < 8; round++) {
          await clearing.forget(members[round % 5] ?? "");
          await clearing.purge(GUILD, { memberIds: members.slice(1, 3) });
          await rollUpWhole(clearing, { hourlyBefore: HOUR + round * 5, dailyBefore: null, timeZone: "UTC" });
          await clearing.purge(GUILD, { metric: "activities" });
        }
      };
      await Promise.all([count(), clear()]);
      const { hourly, lifetime } = await readGuild(counting, GUILD);
      const days = await place.days(GUILD);
      const sum = (cells: typeof hourly) =>
        Object.values(cells).reduce((all, [messages]) => all + messages, 0);
      expect(sum(hourly) + sum(days)).toBe(sum(lifetime));
      await counting.close();
      await clearing.close();
    });
  });
}
