import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { snowflakeAt } from "../../src/snowflake.ts";
import { optOutHash } from "../../src/store/opt-out-hash.ts";
import { GUILD_TABLES, MIGRATIONS, PARTITION_HOURS } from "../../src/store/postgres/schema.ts";
import { type Store, UNSET_SETTINGS } from "../../src/store/store.ts";
import { batchOf, readGuild, rowLike } from "./batches.ts";
import type { PostgresPlaces } from "./postgres-places.ts";
import { channelOf, past } from "./red-conformance.ts";
import { rollUpWhole } from "./rolling-up.ts";

const [GUILD, OTHER] = ["9007199254740993", "9223372036854775807"];
const [ANN, BEN] = ["1099511627776000001", "1099511627776000002"];
const GENERAL = "1200000000000000001";
const HOUR = 490_000;
const TABLES = `SELECT relname::text AS name FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
  WHERE nspname = current_schema() AND relkind = 'r'`;

const row = rowLike({ guild: GUILD, hour: HOUR, place: GENERAL, member: ANN, messages: 1 });

/** What a store in PostgreSQL keeps beyond what every store must, wherever PostgreSQL is. */
export function postgresClaims(places: PostgresPlaces): void {
  let schemas = 0;
  const ask = <R extends object>(schema: string, sql: string) => places.ask<R>(schema, sql);
  const partitionsIn = async (schema: string): Promise<string[]> =>
    (await ask<{ name: string }>(schema, TABLES))
      .map(({ name }) => name)
      .filter((name) => /^hourly_\d/.test(name))
      .sort();
  /** In a schema of its own. */
  const withStore = async (
    claim: (store: Store, schema: string) => Promise<void>,
    options: Parameters<PostgresPlaces["storeIn"]>[1] = {},
  ): Promise<void> => {
    const schema = `claims${++schemas}`;
    const store = places.storeIn(schema, options);
    await store.open();
    try {
      await claim(store, schema);
    } finally {
      await store.close();
      await ask("public", `DROP SCHEMA "${schema}" CASCADE`);
    }
  };

  test("a schema that a newer GuildStats wrote is refused; the error says both versions", () =>
    withStore(async (store, schema) => {
      await store.close();
      await ask(schema, "UPDATE schema_version SET version = 99");
      await expect(store.open()).rejects.toMatchObject({
        code: "STORE_NEWER",
        message: expect.stringContaining("99"),
        details: { schema, found: 99, supported: MIGRATIONS.length },
      });
      await ask(schema, `UPDATE schema_version SET version = ${MIGRATIONS.length}`);
      await store.open();
    }));

  test("a process that stands by for months is not taken for an old run: what it counts in the end is written", () =>
    withStore(async (store) => {
      const [cutAtMs, laterMs] = [1_770_000_000_000, 1_770_000_000_000 + 60 * 86_400_000];
      await store.leases?.join("stands by", cutAtMs);
      await store.apply(batchOf("stands by", 1, [row()], cutAtMs));
      await store.leases?.poll("stands by", laterMs - 1_000);
      await store.leases?.join("younger", laterMs);
      await store.apply(batchOf("younger", 1, [row()], laterMs));
      expect(await store.apply(batchOf("stands by", 2, [row()], laterMs))).toBe("applied");
      expect((await readGuild(store, GUILD)).lifetime).toEqual({ [`${GENERAL} ${ANN} 0`]: [3, 0] });
    }));

  test("a process that slept for so long that it was forgotten gives up what was on its way, and writes what it counts from then on", () =>
    withStore(async (store) => {
      const [cutAtMs, laterMs] = [1_770_000_000_000, 1_770_000_000_000 + 31 * 86_400_000];
      await store.leases?.join("sleeps", cutAtMs);
      await store.apply(batchOf("sleeps", 1, [row()], cutAtMs));
      await store.leases?.join("younger", cutAtMs);
      await store.leases?.join("youngest", laterMs);
      await store.apply(batchOf("youngest", 1, [row()], laterMs));
      const onItsWay = batchOf("sleeps", 2, [row()], cutAtMs);
      for (let time = 0; time < 2; time++) expect(await store.apply(onItsWay)).toBe("duplicate");
      expect(await store.apply(batchOf("sleeps", 3, [row()], laterMs))).toBe("applied");
      expect((await readGuild(store, GUILD)).lifetime).toEqual({ [`${GENERAL} ${ANN} 0`]: [3, 0] });
    }));

  test("a schema with tables of another program is refused, and stays as it was", async () => {
    await ask("public", "CREATE SCHEMA theirs");
    await ask("theirs", "CREATE TABLE member (a integer)");
    await expect(places.storeIn("theirs").open()).rejects.toMatchObject({ code: "STORE_FOREIGN" });
    expect(await ask("theirs", TABLES)).toEqual([{ name: "member" }]);
    await ask("public", "DROP SCHEMA theirs CASCADE");
  });

  test("an empty schema that was made for it is taken", async () => {
    await ask("public", "CREATE SCHEMA prepared");
    const store = places.storeIn("prepared");
    await store.open();
    expect(store.metrics()?.schemaVersion).toBe(MIGRATIONS.length);
    await store.close();
    await ask("public", "DROP SCHEMA prepared CASCADE");
  });

  test("processes that start at once make the schema once", async () => {
    for (const schema of ["raced1", "raced2", "raced3", "raced4"]) {
      const stores = Array.from({ length: 6 }, () => places.storeIn(schema));
      await Promise.all(stores.map((store) => store.open()));
      await Promise.all(stores.map((store, index) => store.apply(batchOf(`w${index}`, 1, [row()]))));
      expect(await ask(schema, "SELECT version FROM schema_version")).toEqual([
        { version: MIGRATIONS.length },
      ]);
      const [first] = stores;
      expect(first && (await readGuild(first, GUILD)).lifetime).toEqual({ [`${GENERAL} ${ANN} 0`]: [6, 0] });
      await Promise.all(stores.map((store) => store.close()));
      await ask("public", `DROP SCHEMA ${schema} CASCADE`);
    }
  });

  test("partitions are made as hours come, and dropped when retention has emptied them; one comes back when it is needed", () =>
    withStore(async (store, schema) => {
      const index = Math.floor(HOUR / PARTITION_HOURS);
      const hours = [HOUR - 3 * PARTITION_HOURS, HOUR - PARTITION_HOURS, HOUR];
      await store.apply(
        batchOf(
          "w",
          1,
          hours.map((hour) => row({ hour })),
        ),
      );
      const all = [index - 3, index - 1, index].map((each) => `hourly_${each}`);
      expect(await partitionsIn(schema)).toEqual(all);
      const request = { dailyBefore: null, timeZone: "UTC" };
      await rollUpWhole(store, { ...request, hourlyBefore: HOUR - 2 * PARTITION_HOURS });
      expect(await partitionsIn(schema)).toEqual(all.slice(1));
      // Everything in the older one is gone, and part of its hours is inside the retention.
      await rollUpWhole(store, { ...request, hourlyBefore: index * PARTITION_HOURS - 1 });
      expect(await partitionsIn(schema)).toEqual(all.slice(1));
      await store.apply(batchOf("w", 2, [row({ hour: HOUR - 3 * PARTITION_HOURS })]));
      expect(await partitionsIn(schema)).toEqual(all);
      expect((await readGuild(store, GUILD)).lifetime).toEqual({ [`${GENERAL} ${ANN} 0`]: [4, 0] });
    }));

  test("without partitions it counts, rolls up and sums as with them", () =>
    withStore(
      async (store, schema) => {
        await store.apply(batchOf("w", 1, [row(), row({ hour: HOUR - PARTITION_HOURS })]));
        await rollUpWhole(store, { hourlyBefore: HOUR - 48, dailyBefore: null, timeZone: "UTC" });
        expect(await partitionsIn(schema)).toEqual([]);
        expect((await readGuild(store, GUILD)).hourly).toEqual({ [`${HOUR} ${GENERAL} ${ANN} 0`]: [1, 0] });
        expect(await ask(schema, "SELECT messages FROM daily")).toEqual([{ messages: 1 }]);
      },
      { partitioned: false },
    ));

  test("an import whose hours are in no partition yet is placed", () =>
    withStore(async (store, schema) => {
      await store.stageRed(past([channelOf(GENERAL, [ANN])]), 1);
      expect(await partitionsIn(schema)).toEqual([]);
      const channels = [{ channelId: GENERAL, parentId: null, name: "general" }];
      await store.placeRed({ guildId: GUILD, channels, botIds: [], nowMs: 2 });
      expect((await readGuild(store, GUILD)).hourly).toEqual({ [`${HOUR} ${GENERAL} ${ANN} 0`]: [1, 0] });
    }));

  test("after an erasure no row of any table holds the id, and the table gives its space back", () =>
    withStore(async (store, schema) => {
      const session = { guildId: GUILD, userId: ANN, bot: false };
      await store.stageRed(past([channelOf(GENERAL, [ANN])]), 1);
      await store.apply(
        batchOf(
          "w",
          1,
          [row({ place: "0:Ann's own game", durationMs: 5 }), row({ guild: OTHER }), row()],
          5,
          {
            opened: [{ ...session, channelId: GENERAL, sessionId: "s", state: 0, countedMs: 1 }],
            closed: [],
          },
          {
            opened: [{ ...session, activityId: "0:Ann's own game", uncountedSinceMs: 1, endedMs: null }],
            closed: [],
          },
        ),
      );
      const traces = async (text: string): Promise<string[]> => {
        const found: string[] = [];
        for (const { name } of await ask<{ name: string }>(schema, TABLES)) {
          const rows = await ask<{ text: string }>(schema, `SELECT t::text AS text FROM ${name} AS t`);
          if (rows.some((each) => each.text.includes(text))) found.push(name);
        }
        return found.sort();
      };
      expect(await traces(ANN)).toEqual(["member", "red_hourly", "red_lifetime"]);
      await store.forget(ANN);
      expect(await traces(ANN)).toEqual([]);
      expect(await traces("own game")).toEqual([]);
      // Deleted rows that nobody removed would still fill a page.
      expect(await ask(schema, "SELECT pg_relation_size('member') AS bytes")).toEqual([{ bytes: 0 }]);
      const { key } = await store.optOuts();
      expect(await traces(optOutHash(key, ANN))).toEqual(["change"]);
      expect(await ask(schema, "SELECT * FROM erasure_wish")).toEqual([]);
    }));

  test("without the right to vacuum, or where it is turned off, an erasure deletes all the same", () =>
    withStore(
      async (store, schema) => {
        await store.apply(batchOf("w", 1, [row()]));
        await store.forget(ANN);
        expect(await ask(schema, "SELECT * FROM member")).toEqual([]);
        const [{ bytes } = { bytes: 0 }] = await ask<{ bytes: number }>(
          schema,
          "SELECT pg_relation_size('member') AS bytes",
        );
        expect(bytes).toBeGreaterThan(0);
      },
      { vacuum: false },
    ));

  test("erasing a guild empties every table that has guilds in it", () =>
    withStore(async (store, schema) => {
      const columns = await ask<{ name: string }>(
        schema,
        `SELECT table_name::text AS name FROM information_schema.columns
         WHERE table_schema = current_schema() AND column_name = 'guild_id' AND table_name !~ '^hourly_'`,
      );
      expect(columns.map(({ name }) => name).sort()).toEqual(
        [...GUILD_TABLES, "erasure_wish", "change"].sort(),
      );
      const ignored = { channels: [GENERAL], categories: [], roles: [], activities: [] };
      await store.saveSettings(GUILD, { ...UNSET_SETTINGS, ignored });
      await store.apply(batchOf("w", 1, [row(), row({ hour: HOUR - 48 })]));
      const range = { guildId: GUILD, channelId: GENERAL, parentId: null };
      const imported = { ...range, fromId: snowflakeAt(1.6e12), untilId: snowflakeAt(1.7e12) };
      await store.apply({ ...batchOf("w", 2, []), imported });
      await rollUpWhole(store, { hourlyBefore: HOUR - 20, dailyBefore: null, timeZone: "UTC" });
      await store.eraseGuild(GUILD);
      for (const { name } of columns.filter((column) => column.name !== "change"))
        expect(await ask(schema, `SELECT * FROM ${name}`), name).toEqual([]);
      // Other processes have to know.
      expect(await ask(schema, "SELECT kind FROM change")).toEqual([{ kind: "guild_erased" }]);
    }));

  test("PRIVACY.md describes every column that is stored, and none that is not", () =>
    withStore(async (_store, schema) => {
      const document = readFileSync(new URL("../../PRIVACY.md", import.meta.url), "utf8");
      const [, about = ""] = /### In PostgreSQL\n([^#]*)/.exec(document) ?? [];
      const own = [...about.matchAll(/`(\w+\.\w+)`/g)].map(([, name = ""]) => name);
      const shared = [...document.matchAll(/^\| `(\w+)` \| `(\w+)` \|/gm)].map(
        ([, table, name]) => `${table}.${name}`,
      );
      const columns = await ask<{ name: string }>(
        schema,
        `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
         WHERE table_schema = current_schema() AND column_name <> 'guild_id'`,
      );
      const stored = columns.map(({ name }) => name);
      expect(stored.filter((name) => !shared.includes(name) && !own.includes(name))).toEqual([]);
      const gone = ["guild.key", "guild.id"];
      expect(own.filter((name) => !stored.includes(name) && !gone.includes(name))).toEqual([]);
    }));

  test("names that PostgreSQL cannot spell are counted all the same, and two of them may be one", () =>
    withStore(async (store) => {
      const spelt = ["0:a\0", "0:a\ud800", "0:a\ufffd"].map((place) => row({ place, durationMs: 2 }));
      await store.apply(batchOf("w", 1, [...spelt, row({ name: "general\0" })]));
      await store.apply(batchOf("w", 2, spelt));
      expect((await readGuild(store, GUILD)).lifetime).toEqual({
        [`0:a\ufffd ${ANN} 0`]: [6, 12],
        [`${GENERAL} ${ANN} 0`]: [1, 0],
      });
      expect((await store.purge(GUILD, { placeId: "0:a\0" })).rows).toBe(2);
    }));

  test("writers that were not heard of for 30 days are dropped when a new one begins", () =>
    withStore(async (store, schema) => {
      const day = 86_400_000;
      await store.apply(batchOf("old", 1, [], day));
      await store.apply(batchOf("recent", 1, [], 20 * day));
      await store.apply(batchOf("new", 1, [], 32 * day));
      expect(await ask(schema, "SELECT id FROM writer ORDER BY id")).toEqual([
        { id: "new" },
        { id: "recent" },
      ]);
    }));

  test("what was not changed is not written again: neither the guild, nor its places, nor its members", () =>
    withStore(async (store, schema) => {
      const versions = (): Promise<readonly object[]> =>
        ask(
          schema,
          `SELECT 'guild' AS name, ctid::text FROM guild UNION ALL SELECT 'place', ctid::text FROM place
           UNION ALL SELECT 'member', ctid::text FROM member ORDER BY 1`,
        );
      await store.apply(batchOf("w", 1, [row({ name: "general" })]));
      const before = await versions();
      // As a batch of messages is, which says nothing of time.
      await store.apply({ ...batchOf("w", 2, [row(), row({ hour: HOUR + 1 })]), settledMs: new Map() });
      expect(await versions()).toEqual(before);
      await store.apply(batchOf("w", 3, [row({ name: "renamed", bot: true })]));
      expect(await versions()).not.toEqual(before);
      expect(await store.memberIds(GUILD)).toEqual([ANN]);
    }));

  test("a member who is counted again after an erasure gets nothing of what others had", () =>
    withStore(async (store) => {
      await store.apply(batchOf("w", 1, [row(), row({ member: BEN, messages: 5 })]));
      await store.forget(BEN);
      const newcomer = "1099511627776000009";
      await store.apply(batchOf("w", 2, [row({ member: newcomer })]));
      expect((await readGuild(store, GUILD)).lifetime).toEqual({
        [`${GENERAL} ${ANN} 0`]: [1, 0],
        [`${GENERAL} ${newcomer} 0`]: [1, 0],
      });
    }));
}
