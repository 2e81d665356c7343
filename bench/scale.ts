import { copyFileSync, statSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import Database from "better-sqlite3";
import type { Bench, Figure } from "./figure.ts";
import { newFile } from "./files.ts";
import { buildLargeClient, largeClient, largeDiscord } from "./large-bot.ts";
import type { ClientSample } from "./large-client.ts";
import { manyGuilds, writeManyGuilds } from "./many-guilds.ts";
import { spreadOf } from "./rounds.ts";

const GUILDS = 5_000;
/** Some of them fall together: 10,000,000 are left. */
const ROWS = 10_550_000;
const DAYS = 30;
const STARTS = 3;
const QUIET_MS = 500;

/** What a large bot's database takes on the disk, and what a start with it costs. */
export const scale: Bench = {
  name: "scale",
  title: "5,000 guilds, 10,000,000 hourly rows",
  async run(): Promise<Figure[]> {
    const file = newFile();
    console.error("writing 5,000 guilds …");
    const rows = await writeManyGuilds(file, manyGuilds(GUILDS), ROWS, DAYS);
    return [...sizes(file, rows), ...(await starts(file))];
  },
};

function sizes(file: string, rows: number): Figure[] {
  const database = new Database(file, { readonly: true });
  const tables = database
    .prepare<[], { table: string; bytes: number }>(
      `SELECT t.tbl_name AS "table", sum(s.pgsize) AS bytes FROM dbstat AS s JOIN sqlite_schema AS t ON t.name = s.name
       GROUP BY t.tbl_name ORDER BY bytes DESC`,
    )
    .all();
  database.close();
  const hourly = tables.filter(({ table }) => table.startsWith("hourly"));
  const each = tables
    .slice(0, 6)
    .map(({ table, bytes }) => `${table} ${(bytes / rows).toFixed(1)}`)
    .join(", ");
  return [
    {
      what: "an hourly row on the disk",
      value: hourly.reduce((sum, { bytes }) => sum + bytes, 0) / rows,
      unit: "bytes",
      goal: { kind: "at-most", value: 20 },
      note: `(channel, member, hour) with its state; all pages of the table, over ${rows.toLocaleString("en")} rows`,
    },
    {
      what: "the whole file, by hourly row",
      value: statSync(file).size / rows,
      unit: "bytes",
      note: `by table, indexes included: ${each}`,
    },
  ];
}

/** A bare client and one with the plugin, by turns, each in a new process. */
async function starts(file: string): Promise<Figure[]> {
  buildLargeClient();
  const discord = largeDiscord();
  const { address, token } = await discord.ask({ kind: "open", guilds: GUILDS, mostMembers: 5 });
  const runs: Record<"bare" | "plugin", Start[]> = { bare: [], plugin: [] };
  for (let round = 0; round < STARTS; round++) {
    const copy = newFile();
    copyFileSync(file, copy);
    runs.bare.push(await startOnce(null, address, token));
    runs.plugin.push(await startOnce(copy, address, token));
  }
  discord.end();
  const median = (of: "bare" | "plugin", value: (start: Start) => number): number =>
    spreadOf(runs[of].map(value)).median;
  const listening = spreadOf(runs.plugin.map(({ started }) => started.tookMs));
  return [
    {
      what: "start() until it listens",
      value: listening.median,
      unit: "ms",
      goal: { kind: "at-most", value: 500 },
      note: `without loading code; of ${STARTS} the quickest ${listening.smallest.toFixed(0)} ms, the slowest ${listening.largest.toFixed(0)} ms; the file is in the system's cache`,
    },
    {
      what: "resident memory beyond discord.js, all guilds there",
      value:
        median("plugin", ({ settled }) => settled.rssBytes) -
        median("bare", ({ settled }) => settled.rssBytes),
      unit: "bytes",
      goal: { kind: "at-most", value: 150e6 },
      note: `a process with the plugin ${mb(median("plugin", ({ settled }) => settled.rssBytes))}, with discord.js alone ${mb(median("bare", ({ settled }) => settled.rssBytes))}; of it code before any guild ${mb(median("plugin", ({ started }) => started.rssBytes) - median("bare", ({ started }) => started.rssBytes))}`,
    },
    {
      what: "processor time until all is quiet",
      value: median("plugin", ({ quietCpuMs }) => quietCpuMs),
      unit: "ms",
      baseline: { what: "discord.js alone", value: median("bare", ({ quietCpuMs }) => quietCpuMs) },
      note: "all threads, from the beginning of the process; 5,000 guilds arrive, and in each is looked for missed messages",
    },
  ];
}

interface Start {
  readonly started: ClientSample;
  /** Before garbage was collected. */
  readonly quietCpuMs: number;
  readonly settled: ClientSample;
}

async function startOnce(file: string | null, address: string, token: string): Promise<Start> {
  const client = largeClient();
  const started = await client.ask({ kind: "start", file, address, activities: false });
  let before = await client.ask({ kind: "connect", token });
  for (let quiet = 0; quiet < 3; ) {
    await wait(QUIET_MS);
    const sample = await client.ask({ kind: "sample" });
    quiet = sample.cpuMs - before.cpuMs < QUIET_MS / 20 && sample.guildsRecovering === 0 ? quiet + 1 : 0;
    before = sample;
  }
  const settled = await client.ask({ kind: "collect" });
  await client.ask({ kind: "stop" });
  client.end();
  if (settled.failures.length > 0) throw new Error(`the plugin failed: ${settled.failures.join("\n")}`);
  return { started, quietCpuMs: before.cpuMs, settled };
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
