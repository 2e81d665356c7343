import { setImmediate as turn } from "node:timers/promises";
import pg from "pg";
import { expect, test } from "vitest";
import { postgres } from "../../src/store/postgres/index.ts";
import { UNSET_SETTINGS } from "../../src/store/store.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { cuttableLine, SERVER_URL, serverDatabase } from "../support/postgres-server.ts";
import { type SharingProcess, sharingProcess } from "../support/sharing-process.ts";
import { batchOf, readGuild, rowLike } from "./batches.ts";
import { channelOf, past } from "./red-conformance.ts";

const GUILD = "9007199254740993";
const [ANN, BEN] = ["1099511627776000001", "1099511627776000002"];
const GENERAL = "1200000000000000001";
const row = rowLike({ guild: GUILD, hour: 490_000, place: GENERAL, member: ANN, messages: 1 });

/** Another session, which holds what a test wants others to wait for. */
async function blocking(url: string, statement: string) {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`BEGIN; ${statement}`);
  return {
    /** Resolves when so many sessions wait for others. */
    async waiting(sessions: number): Promise<void> {
      for (let waiting = 0; waiting < sessions; ) {
        const { rows } = await client.query(
          "SELECT count(*)::integer AS waiting FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
        );
        waiting = rows[0].waiting;
      }
    },
    async letGo(): Promise<void> {
      await client.query("COMMIT");
      await client.end();
    },
  };
}

/** Who has counts in the guild, as a process shows it. */
async function shownBy({ counter }: SharingProcess): Promise<readonly string[]> {
  return [...(await counter.reader.record(GUILD)).members.ids].sort();
}

if (SERVER_URL === "") {
  test.skip("processes over a PostgreSQL server: GUILDSTATS_PG_URL names none", () => undefined);
} else {
  test("an erasure waits for the batches that were on their way when it was asked for, a writer's first one too", async () => {
    await using own = await serverDatabase();
    const [erasing, counting] = [
      postgres({ connectionString: own.url }),
      postgres({ connectionString: own.url }),
    ];
    await erasing.open();
    await counting.open();
    await erasing.apply(batchOf("other", 1, [row({ member: BEN })]));
    // It has looked for erasures then, and found none.
    const blocker = await blocking(own.url, "LOCK TABLE guildstats.lifetime IN SHARE MODE");
    const applied = counting.apply({ ...batchOf("w", 1, [row(), row({ member: BEN })]), changesSeen: 0 });
    await blocker.waiting(1);
    const erased = erasing.forget(ANN);
    await blocker.waiting(2);
    await blocker.letGo();
    expect(await applied).toBe("applied");
    expect(await erased).toEqual({ rows: 2 });
    expect((await readGuild(counting, GUILD)).lifetime).toEqual({ [`${GENERAL} ${BEN} 0`]: [2, 0] });
    await erasing.close();
    await counting.close();
  });

  test("whoever is being erased does not come back with a process that knows of it, and took over a session that was still stored", async () => {
    await using own = await serverDatabase();
    const [erasing, counting] = [
      postgres({ connectionString: own.url }),
      postgres({ connectionString: own.url }),
    ];
    await erasing.open();
    await counting.open();
    await counting.apply(batchOf("w", 1, [row(), row({ member: BEN })]));
    const blocker = await blocking(own.url, "SELECT 1 FROM guildstats.guild FOR UPDATE");
    const erased = erasing.forget(ANN);
    await blocker.waiting(1);
    const heard = await counting.changes?.since(0);
    expect(heard?.erasures).toHaveLength(1);
    const late = batchOf("w", 2, [row(), row({ member: BEN })]);
    // Behind the erasure, which holds the guild next.
    const applied = counting.apply({ ...late, changesSeen: heard?.version ?? null });
    await blocker.waiting(2);
    await blocker.letGo();
    expect([await erased, await applied]).toEqual([{ rows: 2 }, "applied"]);
    expect((await readGuild(counting, GUILD)).lifetime).toEqual({ [`${GENERAL} ${BEN} 0`]: [2, 0] });
    // What she does from then on is counted.
    const { version } = (await counting.changes?.since(0)) ?? { version: null };
    await counting.apply({ ...batchOf("w", 3, [row()]), changesSeen: version });
    expect((await readGuild(counting, GUILD)).lifetime).toHaveProperty([`${GENERAL} ${ANN} 0`], [1, 0]);
    await erasing.close();
    await counting.close();
  });

  test("whoever is erased while another process places an import is gone of it, too", async () => {
    await using own = await serverDatabase();
    const [erasing, placing] = [
      postgres({ connectionString: own.url }),
      postgres({ connectionString: own.url }),
    ];
    await erasing.open();
    await placing.open();
    await placing.stageRed(past([channelOf(GENERAL, [ANN, BEN])]), 1);
    // It may be read, and nothing may go: the counts are placed, and what was staged is about to be removed.
    const blocker = await blocking(own.url, "LOCK TABLE guildstats.red_hourly IN SHARE MODE");
    const channels = [{ channelId: GENERAL, parentId: null, name: "general" }];
    const placed = placing.placeRed({ guildId: GUILD, channels, botIds: [], nowMs: 2 });
    await blocker.waiting(1);
    const erased = erasing.forget(ANN);
    await blocker.waiting(2);
    await blocker.letGo();
    expect((await placed).channels).toBe(1);
    await erased;
    expect((await readGuild(placing, GUILD)).lifetime).toEqual({ [`${GENERAL} ${BEN} 0`]: [1, 0] });
    await erasing.close();
    await placing.close();
  });

  test("a window that was read while an erasure of another process was under way does not keep the user", async () => {
    await using own = await serverDatabase();
    await using a = await sharingProcess(postgres({ connectionString: own.url }));
    await using b = await sharingProcess(postgres({ connectionString: own.url }));
    for (const user of [ANN, BEN]) b.message(GUILD, user);
    await b.counter.flush();
    const blocker = await blocking(own.url, "SELECT 1 FROM guildstats.guild FOR UPDATE");
    const erased = a.privacy.forget(ANN);
    await blocker.waiting(1);
    await b.follower.now();
    expect(await shownBy(b)).toEqual([ANN, BEN]);
    await blocker.letGo();
    await erased;
    await b.follower.now();
    expect(await shownBy(b)).toEqual([BEN]);
  });

  test("an erasure elsewhere that is heard of while a guild is being read is in the window that comes of it", async () => {
    await using own = await serverDatabase();
    await using a = await sharingProcess(postgres({ connectionString: own.url }));
    await using b = await sharingProcess(postgres({ connectionString: own.url }));
    for (const user of [ANN, BEN]) b.message(GUILD, user);
    await b.counter.flush();
    const blocker = await blocking(own.url, "LOCK TABLE guildstats.population IN ACCESS EXCLUSIVE MODE");
    const loading = b.counter.reader.record(GUILD);
    await blocker.waiting(1);
    await a.privacy.forget(ANN);
    const taken = b.follower.now();
    // More than enough to be told of it.
    for (let asked = 0; asked < 20; asked++) await b.store.changes?.version();
    await blocker.letGo();
    await loading;
    await taken;
    expect(await shownBy(b)).toEqual([BEN]);
  });

  test("a connection that listens is made again: when the server ends it, and when its line is cut without a word", async () => {
    await using own = await serverDatabase();
    await using line = await cuttableLine(own.url);
    const clock = new ManualClock();
    const telling = postgres({ connectionString: own.url });
    await telling.open();
    const options = { application_name: "listening", query_timeout: 1_000, connectionTimeoutMillis: 1_000 };
    const listening = postgres({ connectionString: line.url, clock, ...options });
    await listening.open();
    let woken = 0;
    const stop = listening.changes?.listen(() => woken++);
    const hears = async (): Promise<void> => {
      const before = woken;
      await telling.saveSettings(GUILD, { ...UNSET_SETTINGS, theme: "light" });
      while (woken === before) await turn();
    };
    /** Connecting is a wake of its own: something may have been missed. */
    const connected = async (act: () => Promise<void>): Promise<void> => {
      const before = woken;
      while (woken === before) {
        await act();
        await turn();
      }
    };
    await connected(turn);
    await hears();
    await own.run(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND application_name = 'listening'",
    );
    await connected(() => clock.advance(1_000));
    await hears();
    line.cut();
    // Nobody says that it is cut: it is asked, and does not answer.
    await clock.advance(30_000);
    line.mend();
    await connected(() => clock.advance(1_000));
    await hears();
    await stop?.();
    const before = woken;
    await telling.saveSettings(GUILD, UNSET_SETTINGS);
    expect(woken).toBe(before);
    await listening.close();
    await telling.close();
  });
}
