import { readFileSync } from "node:fs";
import Database from "better-sqlite3";
import { type Watch, watched } from "./event-loop.ts";
import type { Bench, Figure } from "./figure.ts";
import { referenceFile } from "./files.ts";
import { systemBytes } from "./moved.ts";
import { messageAt, type Plugin, startPlugin } from "./plugin.ts";
import { GUILD, NOW_MS, SIZE } from "./reference-guild.ts";
import { cpuMs, spreadOf } from "./rounds.ts";

const ROWS = 10_000;
const RUNS = 15;
const WARM_UPS = 3;
const PAGE_BYTES = 4_096;

/** What writing 10,000 dirty rows does to the event loop, onto the disk under the temporary folder. */
export const flush: Bench = {
  name: "flush",
  title: "Flushing 10,000 dirty rows",
  async run(): Promise<Figure[]> {
    const file = await referenceFile();
    await using plugin = await startPlugin(file);
    await plugin.query.server(GUILD.guildId);
    const flushes: Watch[] = [];
    const idle: Watch[] = [];
    const cpu: number[] = [];
    for (let run = 0; run < WARM_UPS + RUNS; run++) {
      dirty(plugin, run);
      globalThis.gc?.();
      const seen = await watched(() => plugin.counter.flush());
      // The same watch for the same time while nothing happens: what the machine itself adds.
      const quiet = await watched(() => new Promise((resolve) => setTimeout(resolve, seen.totalMs)));
      dirty(plugin, WARM_UPS + RUNS + run);
      const spentMs = await cpuMs(() => plugin.counter.flush());
      if (run < WARM_UPS) continue;
      flushes.push(seen);
      idle.push(quiet);
      cpu.push(spentMs);
    }
    const blocks = spreadOf(flushes.map(({ longestMs }) => longestMs));
    const busy = spreadOf(flushes.map(({ longestCpuMs }) => longestCpuMs));
    const total = spreadOf(flushes.map(({ totalMs }) => totalMs));
    const quiet = spreadOf(idle.map(({ longestMs }) => longestMs));
    return [
      {
        what: "longest block of the event loop",
        value: blocks.median,
        unit: "ms",
        baseline: { what: "an idle loop", value: quiet.median },
        goal: { kind: "at-most", value: 3 },
        note: `longest gap in a chain of setImmediate; best of ${RUNS} runs ${blocks.smallest.toFixed(1)} ms, worst ${blocks.largest.toFixed(1)} ms, on an idle loop ${quiet.largest.toFixed(1)} ms`,
      },
      {
        what: "most processor time between two turns",
        value: busy.median,
        unit: "ms",
        note: `of all threads, those beside the event loop included; the same without what other programs on the machine took; worst of ${RUNS} runs ${busy.largest.toFixed(1)} ms`,
      },
      {
        what: "the whole flush",
        value: total.median,
        unit: "ms",
        goal: { kind: "at-most", value: 40 },
        note: `best of ${RUNS} runs ${total.smallest.toFixed(1)} ms, worst ${total.largest.toFixed(1)} ms`,
      },
      { what: "its processor time, all threads", value: spreadOf(cpu).median, unit: "ms" },
      ...(await writtenBytes(plugin, file)),
    ];
  },
};

/**
 * What one flush writes by system calls, beside the pages of the file that are others afterwards: no file of pages can be
 * changed by less.
 */
async function writtenBytes(plugin: Plugin, file: string): Promise<Figure[]> {
  using connection = new SecondConnection(file);
  const written = (): number => systemBytes()?.written ?? Number.NaN;
  connection.checkpoint();
  const before = readFileSync(file);
  const beforeBytes = written();
  dirty(plugin, WARM_UPS + RUNS);
  await plugin.counter.flush();
  const logBytes = written() - beforeBytes;
  connection.checkpoint();
  const bytes = written() - beforeBytes;
  if (Number.isNaN(bytes)) return [];
  const pages = changedPages(before, readFileSync(file));
  const changedBytes = pages * PAGE_BYTES;
  const baseline = { what: `the ${pages} pages that it changed`, value: changedBytes };
  return [
    {
      what: "bytes written into the log",
      value: logBytes,
      unit: "bytes",
      baseline,
      goal: { kind: "at-most", value: 2 * changedBytes },
      note: `${(logBytes / ROWS).toFixed(0)} bytes a dirty row, which is two rows of together ${connection.rowBytes().toFixed(0)} bytes: scattered over the guild, a row costs much of a page`,
    },
    {
      what: "the same, and from there into the file",
      value: bytes,
      unit: "bytes",
      baseline,
      note: `as if the log were moved after each flush; it is after 64 batches, which are ${(64 / (ROWS / 400)).toFixed(1)} of these flushes, and a page that several changed is moved once`,
    },
  ];
}

function changedPages(before: Buffer, after: Buffer): number {
  let changed = 0;
  for (let at = 0; at < after.length; at += PAGE_BYTES)
    if (!after.subarray(at, at + PAGE_BYTES).equals(before.subarray(at, at + PAGE_BYTES))) changed++;
  return changed;
}

/** A second connection to the plugin's file. */
class SecondConnection implements Disposable {
  readonly #database: Database.Database;

  constructor(file: string) {
    this.#database = new Database(file);
  }

  checkpoint(): void {
    this.#database.pragma("wal_checkpoint(PASSIVE)");
  }

  /** Bytes of an hour's row and of an all-time one, as they lie in the file, on average. */
  rowBytes(): number {
    const sum = this.#database
      .prepare<[], number>(
        `SELECT sum(bytes) FROM (SELECT sum(payload) * 1.0 / sum(ncell) AS bytes FROM dbstat
           WHERE name IN ('hourly', 'lifetime') GROUP BY name)`,
      )
      .pluck()
      .get();
    return sum ?? Number.NaN;
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

/** Makes 10,000 dirty rows: as many pairs of channel and member, all over the guild, in the current hour. */
function dirty({ counter }: Plugin, run: number): void {
  for (let row = 0; row < ROWS; row++) {
    const member = (row * 7 + run) % SIZE.members;
    counter.message(messageAt(NOW_MS - 1_000 + run, row, row % SIZE.textChannels, member));
  }
  const { dirtyRows } = counter.metrics();
  if (dirtyRows !== ROWS) throw new Error(`made ${dirtyRows} dirty rows`);
}
