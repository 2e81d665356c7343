import { setImmediate as turn } from "node:timers/promises";
import pg from "pg";
import { expect, test } from "vitest";
import type { GuildLeases } from "../../src/store/leases.ts";
import { optOutHash } from "../../src/store/opt-out-hash.ts";
import { postgres } from "../../src/store/postgres/index.ts";
import { type Store, UNSET_SETTINGS } from "../../src/store/store.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { cuttableLine, SERVER_URL, serverDatabase } from "../support/postgres-server.ts";
import { type SharingProcess, sharingProcess } from "../support/sharing-process.ts";
import { batchOf, readGuild, rowLike } from "./batches.ts";
import { channelOf, past } from "./red-conformance.ts";

const [GUILD, OTHER] = ["9007199254740993", "9223372036854775807"];
const NOW = 1_770_000_000_000;
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
        // Else a transaction sees the sessions that there were when it first asked.
        await client.query("SELECT pg_stat_clear_snapshot()");
        const { rows } = await client.query(
          "SELECT count(*)::integer AS waiting FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
        );
        waiting = rows[0].waiting;
      }
    },
    async also(more: string): Promise<void> {
      await client.query(more);
    },
    async letGo(): Promise<void> {
      await client.query("COMMIT");
      await client.end();
    },
  };
}

/** Two processes' stores over one schema, closed when the scope ends. */
async function opened(connectionString: string) {
  const stores = [postgres({ connectionString }), postgres({ connectionString })] as const;
  for (const store of stores) await store.open();
  return {
    stores,
    async [Symbol.asyncDispose](): Promise<void> {
      for (const store of stores) await store.close();
    },
  };
}

function leasesOf({ leases }: Store): GuildLeases {
  if (leases === null) throw new Error("the store has no leases");
  return leases;
}

/** A process asks for guilds, and does not insist. */
function claimed(leases: GuildLeases, writer: string, ...guildIds: readonly string[]) {
  const wishes = guildIds.map((guildId) => ({ guildId, insists: false }));
  return leases.claim({ writer, nowMs: NOW, aliveSinceMs: NOW - 60_000, outlives: true, wishes });
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
    await using processes = await opened(own.url);
    const [erasing, counting] = processes.stores;
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
  });

  test("whoever is being erased does not come back with a process that knows of it, and took over a session that was still stored", async () => {
    await using own = await serverDatabase();
    await using processes = await opened(own.url);
    const [erasing, counting] = processes.stores;
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
  });

  test("whoever is erased while another process places an import is gone of it, too", async () => {
    await using own = await serverDatabase();
    await using processes = await opened(own.url);
    const [erasing, placing] = processes.stores;
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

  test("whoever is erased where nothing is stored of them does not come with a batch that is on its way", async () => {
    await using own = await serverDatabase();
    await using processes = await opened(own.url);
    const [finishing, counting] = processes.stores;
    await finishing.apply(batchOf("other", 1, [row({ member: BEN })]));
    const blocker = await blocking(own.url, "LOCK TABLE guildstats.lifetime IN SHARE MODE");
    const applied = counting.apply({ ...batchOf("w", 1, [row(), row({ member: BEN })]), changesSeen: 0 });
    await blocker.waiting(1);
    // The process ends before it erases her.
    const { key } = await finishing.optOuts();
    await finishing.addOptOut(optOutHash(key, ANN), "self");
    const unfinished = finishing.unfinishedErasures();
    await blocker.waiting(2);
    await blocker.letGo();
    expect(await applied).toBe("applied");
    expect(await unfinished).toEqual([{ userId: ANN, guildId: null }]);
  });

  test.each<{ readonly how: string; readonly finish: (store: Store) => Promise<unknown> }>([
    { how: "being erased", finish: (store) => store.forget(ANN) },
    { how: "found gone", finish: (store) => store.unfinishedErasures() },
  ])(
    "who opts out in another process while they are $how is erased of what was counted in between, though that process ends",
    async ({ finish }) => {
      await using own = await serverDatabase();
      await using processes = await opened(own.url);
      const [finishing, counting] = processes.stores;
      const { key } = await finishing.optOuts();
      const hash = optOutHash(key, ANN);
      await finishing.addOptOut(hash, "self");
      await finishing.removeOptOut(hash, "self");
      // The erasure is done, and the wish for it is about to go.
      const blocker = await blocking(own.url, "LOCK TABLE guildstats.place IN SHARE UPDATE EXCLUSIVE MODE");
      const finished = finish(finishing);
      await blocker.waiting(1);
      const { version } = (await counting.changes?.since(0)) ?? { version: null };
      await counting.apply({ ...batchOf("w", 1, [row()]), changesSeen: version });
      await counting.addOptOut(hash, "self");
      await blocker.letGo();
      await finished;
      expect(await counting.unfinishedErasures()).toEqual([{ userId: ANN, guildId: null }]);
    },
  );

  test("a wish that fits nobody yet is kept from what another process has counted and not written", async () => {
    await using own = await serverDatabase();
    await using processes = await opened(own.url);
    const [finishing, counting] = processes.stores;
    const { version } = (await counting.changes?.since(0)) ?? { version: null };
    const { key } = await counting.optOuts();
    // The process that counted her writes her wish down first.
    await counting.addOptOut(optOutHash(key, ANN), "self");
    expect(await finishing.unfinishedErasures()).toEqual([]);
    await counting.apply({ ...batchOf("w", 1, [row(), row({ member: BEN })]), changesSeen: version });
    expect((await readGuild(counting, GUILD)).lifetime).toEqual({ [`${GENERAL} ${BEN} 0`]: [1, 0] });
  });

  test("a process that starts while an older one asks for guilds keeps those that it was granted", async () => {
    await using own = await serverDatabase();
    await using processes = await opened(own.url);
    const [asking, starting] = [leasesOf(processes.stores[0]), leasesOf(processes.stores[1])];
    await asking.join("old", NOW);
    const blocker = await blocking(own.url, `INSERT INTO guildstats.guild (guild_id) VALUES (${GUILD})`);
    const asked = claimed(asking, "old", GUILD, OTHER);
    await blocker.waiting(1);
    await starting.join("new", NOW);
    expect(await claimed(starting, "new", OTHER)).toMatchObject([{ kind: "granted", epoch: 1 }]);
    await blocker.letGo();
    expect(await asked).toMatchObject([
      { guildId: GUILD, kind: "granted" },
      { guildId: OTHER, kind: "held" },
    ]);
  });

  test("what an admin chooses while a file of the Red cog is taken in stands", async () => {
    await using own = await serverDatabase();
    await using processes = await opened(own.url);
    const [choosing, staging] = processes.stores;
    await choosing.saveSettings(GUILD, { ...UNSET_SETTINGS, theme: "dark" });
    const blocker = await blocking(own.url, "SELECT 1 FROM guildstats.guild FOR UPDATE");
    const chosen = choosing.saveSettings(GUILD, { ...UNSET_SETTINGS, theme: "light", enabled: true });
    await blocker.waiting(1);
    const ignored = { channels: [GENERAL], categories: [], activities: [] };
    const staged = staging.stageRed(past([], { settings: [{ guildId: GUILD, enabled: false, ignored }] }), 1);
    await blocker.waiting(2);
    await blocker.letGo();
    await chosen;
    await staged;
    expect((await choosing.settings()).get(GUILD)).toMatchObject({
      theme: "light",
      enabled: true,
      ignored: { channels: [GENERAL] },
    });
  });

  test("different things that two processes change at the very same time both stand", async () => {
    await using own = await serverDatabase();
    await using a = await sharingProcess(postgres({ connectionString: own.url }));
    await using b = await sharingProcess(postgres({ connectionString: own.url }));
    const ignoring = (kind: "roles" | "channels", id: string) => ({
      ignored: { ...UNSET_SETTINGS.ignored, [kind]: [id] },
    });
    await a.counter.rules.saveSettings(GUILD, { locale: "fr" });
    await b.follower.now();
    // Neither has heard of the other's.
    await a.counter.rules.saveSettings(GUILD, { theme: "light", ...ignoring("roles", ANN) });
    await b.counter.rules.saveSettings(GUILD, { timeZone: "Asia/Tokyo", ...ignoring("channels", GENERAL) });
    for (const { follower } of [a, b]) await follower.now();
    const chosen = { locale: "fr", theme: "light", timeZone: "Asia/Tokyo" };
    const ignored = { ...UNSET_SETTINGS.ignored, roles: [ANN], channels: [GENERAL] };
    for (const { counter } of [a, b])
      expect(counter.admission.settingsOf(GUILD)).toEqual({ ...UNSET_SETTINGS, ...chosen, ignored });
  });

  test("whoever opts out while a file of the Red cog is taken in does not wait to be placed", async () => {
    await using own = await serverDatabase();
    await using processes = await opened(own.url);
    const [leaving, staging] = processes.stores;
    const { key } = await leaving.optOuts();
    // All is staged by then, and nobody else sees it.
    const blocker = await blocking(own.url, "LOCK TABLE guildstats.red_opt_out IN SHARE MODE");
    const file = past([channelOf(GENERAL, [ANN, BEN])], { optOutHashes: [optOutHash(key, OTHER)] });
    const staged = staging.stageRed(file, 1);
    await blocker.waiting(1);
    await leaving.addOptOut(optOutHash(key, ANN), "self");
    await leaving.forget(ANN);
    await blocker.letGo();
    await staged;
    expect(await leaving.redUsers({ kind: "channel", id: GENERAL })).toEqual([BEN]);
    expect(await leaving.userRedRecords(ANN)).toEqual([]);
  });

  test("partitions that another process drops meanwhile do not keep a roll-up from its end", async () => {
    await using own = await serverDatabase();
    await using processes = await opened(own.url);
    const [store] = processes.stores;
    const request = { timeZone: "UTC", hourlyBefore: 490_000, dailyBefore: null, from: null };
    for (const [sequence, hour] of [480_000, 481_000].entries())
      await store.apply(batchOf("w", sequence + 1, [row({ hour })]));
    await own.run("DELETE FROM guildstats.hourly");
    const blocker = await blocking(own.url, "LOCK TABLE ONLY guildstats.hourly IN ACCESS SHARE MODE");
    const rolled = store.rollUp(request);
    await blocker.waiting(1);
    await blocker.also("DROP TABLE guildstats.hourly_666, guildstats.hourly_668");
    await blocker.letGo();
    expect(await rolled).toEqual({ rows: 0, next: null });
  });

  test("of an erased guild no row comes back: not with a batch that waited for the erasure, nor when it is let go of", async () => {
    await using own = await serverDatabase();
    await using processes = await opened(own.url);
    const [erasing, counting] = processes.stores;
    const leases = leasesOf(counting);
    await leases.join("w", NOW);
    expect(await claimed(leases, "w", GUILD)).toMatchObject([{ kind: "granted", epoch: 1 }]);
    const epochs = new Map([[GUILD, 1]]);
    const blocker = await blocking(own.url, "SELECT 1 FROM guildstats.guild FOR UPDATE");
    const erased = erasing.eraseGuild(GUILD);
    await blocker.waiting(1);
    const { version } = (await counting.changes?.since(0)) ?? { version: null };
    const applied = counting.apply({ ...batchOf("w", 1, [row()]), epochs, changesSeen: version });
    await blocker.waiting(2);
    await blocker.letGo();
    await erased;
    expect(await applied).toEqual({ refused: [GUILD] });
    expect(await counting.guilds()).toEqual(new Map());
    await leases.release("w", [{ guildId: GUILD, epoch: 1, settledMs: NOW }]);
    expect(await counting.guilds()).toEqual(new Map());
  });

  test("a batch holds its guilds in the order of their ids, those in which a session only ended too", async () => {
    await using own = await serverDatabase();
    await using processes = await opened(own.url);
    const [store] = processes.stores;
    await leasesOf(store).join("w", NOW);
    await claimed(leasesOf(store), "w", GUILD, OTHER);
    const blocker = await blocking(
      own.url,
      `SELECT 1 FROM guildstats.guild WHERE guild_id = ${GUILD} FOR UPDATE`,
    );
    const ended = { opened: [], closed: [{ guildId: GUILD, userId: ANN }] };
    const batch = batchOf("w", 1, [row({ guild: OTHER })], NOW, ended);
    const epochs = new Map([GUILD, OTHER].map((guildId) => [guildId, 1]));
    const applied = store.apply({ ...batch, epochs });
    await blocker.waiting(1);
    await blocker.also(`SELECT 1 FROM guildstats.guild WHERE guild_id = ${OTHER} FOR UPDATE NOWAIT`);
    await blocker.letGo();
    expect(await applied).toBe("applied");
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
