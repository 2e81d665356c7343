import type pg from "pg";
import { historyBatches } from "../examples/demo/history.ts";
import { HOUR_MS } from "../src/clock.ts";
import { postgres } from "../src/store/postgres/index.ts";
import { sqlite } from "../src/store/sqlite/index.ts";
import type { Store } from "../src/store/store.ts";
import { benchServer } from "./bench-server.ts";
import { watched } from "./event-loop.ts";
import type { Bench, Figure } from "./figure.ts";
import { newFile } from "./files.ts";
import { QuietGuilds } from "./quiet-guilds.ts";
import { GUILD, NOW_MS, SIZE } from "./reference-guild.ts";
import { cpuMs, inTurns, spreadOf, Variant, wallMs } from "./rounds.ts";

const SCHEMA = "guildstats_bench";
const GUILDS = 20_000;
const ROUNDS = 6;
const ROWS_OF_ROUND = 10_000;
const LOADS = 5;

/** A store in PostgreSQL beside one in SQLite: what a server and its line cost. Needs a server to write to. */
export const postgresBench: Bench = {
  name: "postgres",
  title: "A PostgreSQL server beside SQLite",
  async run(): Promise<Figure[]> {
    await using server = await benchServer();
    await server.empty(SCHEMA);
    const there = postgres({ connectionString: server.url, schema: SCHEMA });
    const here = sqlite(newFile());
    await Promise.all([there.open(), here.open()]);
    try {
      return [
        ...(await writing(there, here)),
        ...(await sizes(server.client)),
        ...(await reading(there, here)),
      ];
    } finally {
      await Promise.all([there.close(), here.close()]);
    }
  },
};

async function writing(there: Store, here: Store): Promise<Figure[]> {
  const blocks = new Map<string, number[]>();
  const processor: number[] = [];
  const perSecond = (store: Store, rows: number, name: string): Variant => {
    const guilds = new QuietGuilds(GUILDS, name);
    return new Variant(async () => {
      const batches = Array.from({ length: ROWS_OF_ROUND / rows }, () => guilds.batch(rows));
      const write = async (): Promise<void> => {
        for (const batch of batches) await store.apply(batch);
      };
      let ms = 0;
      const spentMs = await cpuMs(async () => {
        const seen = await watched(async () => {
          ms = await wallMs(write);
        });
        blocks.set(name, [...(blocks.get(name) ?? []), seen.longestMs]);
      });
      if (store === there && rows === 400) processor.push(spentMs);
      return (ROWS_OF_ROUND / ms) * 1_000;
    });
  };
  const small = perSecond(there, 400, "small");
  const large = perSecond(there, 5_000, "large");
  const file = perSecond(here, 400, "file");
  await inTurns([small, large, file], ROUNDS, 2);
  return [
    {
      what: "rows written in batches of 400",
      value: small.median,
      unit: "per s",
      baseline: { what: "SQLite", value: file.median },
      note: `one writer, three rows a guild, ${GUILDS.toLocaleString("en")} guilds`,
    },
    { what: "rows written in batches of 5,000", value: large.median, unit: "per s" },
    {
      what: "longest block of the event loop, batches of 400",
      value: spreadOf(blocks.get("small") ?? []).median,
      unit: "ms",
    },
    { what: "the same in batches of 5,000", value: spreadOf(blocks.get("large") ?? []).median, unit: "ms" },
    {
      what: "this process's time for 10,000 rows",
      value: spreadOf(processor).median,
      unit: "ms",
      note: "with the watch on the event loop, which never rests",
    },
  ];
}

async function sizes(server: pg.Client): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const table of ["hourly", "lifetime", "member", "place", "guild"]) {
    const { rows } = await server.query<{ rows: string; heap: string; all: string }>(
      `SELECT (SELECT count(*) FROM ${SCHEMA}.${table}) AS rows, sum(pg_relation_size(c.oid)) AS heap,
         sum(pg_total_relation_size(c.oid)) AS all
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = '${SCHEMA}' AND c.relkind = 'r' AND c.relname ~ '^${table}(_[0-9]+)?$'`,
    );
    const [{ rows: count, heap, all } = { rows: "0", heap: "0", all: "0" }] = rows;
    figures.push({
      what: `a row of ${table}`,
      value: Number(all) / Number(count),
      unit: "bytes",
      note: `with indexes and free space, of ${Number(count).toLocaleString("en")} rows; the row itself ${Math.round(Number(heap) / Number(count))}`,
    });
  }
  return figures;
}

async function reading(there: Store, here: Store): Promise<Figure[]> {
  for (const store of [there, here])
    for (const batch of historyBatches(SIZE, GUILD)) await store.apply(batch);
  const fromHour = Math.floor(NOW_MS / HOUR_MS) - 31 * 24;
  const blocks: number[] = [];
  const load = (store: Store): Variant =>
    new Variant(async () => {
      const seen = await watched(() => store.load(GUILD.guildId, { writer: "bench", fromHour }));
      if (store === there) blocks.push(seen.longestMs);
      return seen.totalMs;
    });
  const sum = (store: Store): Variant =>
    new Variant(() =>
      wallMs(() =>
        store.sums(GUILD.guildId, { writer: "bench", fromHour, untilHour: fromHour + 720, timeZone: "UTC" }),
      ),
    );
  const variants = [load(there), load(here), sum(there), sum(here)] as const;
  await inTurns(variants, LOADS);
  const [loads, loadsHere, sums, sumsHere] = variants.map(({ median }) => median);
  return [
    {
      what: "loading the reference guild, 31 days",
      value: loads ?? Number.NaN,
      unit: "ms",
      baseline: { what: "SQLite", value: loadsHere ?? Number.NaN },
    },
    { what: "longest block of the event loop meanwhile", value: spreadOf(blocks).median, unit: "ms" },
    {
      what: "summing 30 days of it",
      value: sums ?? Number.NaN,
      unit: "ms",
      baseline: { what: "SQLite", value: sumsHere ?? Number.NaN },
    },
  ];
}
