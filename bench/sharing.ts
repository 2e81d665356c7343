import { systemClock } from "../src/clock.ts";
import { usersByHash } from "../src/counting/user-search.ts";
import { optOutHash } from "../src/store/opt-out-hash.ts";
import { postgres } from "../src/store/postgres/index.ts";
import { type Store, type StoreChanges, UNSET_SETTINGS } from "../src/store/store.ts";
import { benchServer } from "./bench-server.ts";
import { watched } from "./event-loop.ts";
import type { Bench, Figure } from "./figure.ts";
import { QuietGuilds } from "./quiet-guilds.ts";
import { inTurns, spreadOf, Variant, wallMs } from "./rounds.ts";

const SCHEMA = "guildstats_bench";
const GUILDS = 20_000;
const ROUNDS = 6;
const BATCHES = 20;
/** Changes that the table holds: those of a month of a large bot. */
const CHANGES = 50_000;
const NOTICES = 100;
const USERS = 100_000;

/** What it costs several processes to share a store: to tell, to hear, to ask, and to look for who was erased. */
export const sharing: Bench = {
  name: "sharing",
  title: "Several processes over one PostgreSQL server",
  async run(): Promise<Figure[]> {
    await using server = await benchServer();
    await server.empty(SCHEMA);
    const [telling, hearing] = [0, 1].map(() => postgres({ connectionString: server.url, schema: SCHEMA }));
    if (!telling || !hearing?.changes) throw new Error("a store that processes share");
    await telling.open();
    await hearing.open();
    try {
      await server.client.query(
        `UPDATE ${SCHEMA}.change_version SET version = ${CHANGES};
         INSERT INTO ${SCHEMA}.change (version, at_ms, guild_id, kind, user_hash, origin)
         SELECT n, ${Date.now()}, n, 'posts', '', 'bench' FROM generate_series(1, ${CHANGES}) AS n;
         ANALYZE ${SCHEMA}.change`,
      );
      return [
        ...(await writing(telling, hearing.changes)),
        ...(await telltale(telling, hearing.changes)),
        ...(await searching()),
      ];
    } finally {
      await Promise.all([telling.close(), hearing.close()]);
    }
  },
};

async function writing(store: Store, changes: StoreChanges): Promise<Figure[]> {
  const changesSeen = await changes.version();
  const batches = (name: string, seen: number | null): Variant => {
    const guilds = new QuietGuilds(GUILDS, name);
    return new Variant(async () => {
      const made = Array.from({ length: BATCHES }, () => ({ ...guilds.batch(400), changesSeen: seen }));
      const ms = await wallMs(async () => {
        for (const batch of made) await store.apply(batch);
      });
      return ms / BATCHES;
    });
  };
  const [asking, blind] = [batches("asking", changesSeen), batches("blind", null)];
  await inTurns([asking, blind], ROUNDS, 2);
  return [
    {
      what: "a batch of 400 rows, which asks who was erased meanwhile",
      value: asking.median,
      unit: "ms",
      baseline: { what: "one that does not ask", value: blind.median },
      note: `${CHANGES.toLocaleString("en")} changes are stored`,
    },
  ];
}

async function telltale(telling: Store, changes: StoreChanges): Promise<Figure[]> {
  const waiting: (() => void)[] = [];
  const stop = changes.listen(() => waiting.splice(0).forEach((resolve) => void resolve()));
  await new Promise<void>((resolve) => waiting.push(resolve));
  let seen = await changes.version();
  const [heard, saved, idle]: [number[], number[], number[]] = [[], [], []];
  for (let notice = 0; notice < NOTICES; notice++) {
    const woken = new Promise<void>((resolve) => waiting.push(resolve));
    saved.push(await wallMs(() => telling.saveSettings("7", { ...UNSET_SETTINGS, accent: notice })));
    heard.push(
      await wallMs(async () => {
        await woken;
        seen = (await changes.since(seen)).version;
        await changes.settingsOf(["7"]);
      }),
    );
    idle.push(await wallMs(() => changes.since(seen)));
  }
  await stop();
  return [
    { what: "saving a guild's settings", value: spreadOf(saved).median, unit: "ms" },
    {
      what: "from then until another process has read them",
      value: spreadOf(heard).median,
      unit: "ms",
      note: `of ${NOTICES}; at most ${spreadOf(heard).largest.toFixed(1)}`,
    },
    { what: "asking when nothing was changed", value: spreadOf(idle).median, unit: "ms" },
  ];
}

async function searching(): Promise<Figure[]> {
  const key = new Uint8Array(32);
  const ids = Array.from({ length: USERS }, (_, index) => String(1_099_511_627_776_000_000n + BigInt(index)));
  const hashes = new Set([optOutHash(key, "5")]);
  const blocks: number[] = [];
  const search = new Variant(async () => {
    const seen = await watched(() => usersByHash(ids, hashes, (id) => optOutHash(key, id), systemClock));
    blocks.push(seen.longestMs);
    return seen.totalMs;
  });
  await inTurns([search], ROUNDS);
  return [
    {
      what: `looking for an erased user among ${USERS.toLocaleString("en")} in memory`,
      value: search.median,
      unit: "ms",
    },
    { what: "longest block of the event loop meanwhile", value: spreadOf(blocks).median, unit: "ms" },
  ];
}
