import { type Watch, watched } from "./event-loop.ts";
import type { Bench, Figure } from "./figure.ts";
import { referenceFile } from "./files.ts";
import { messageAt, type Plugin, startPlugin } from "./plugin.ts";
import { GUILD, NOW_MS, SIZE } from "./reference-guild.ts";
import { cpuMs, spreadOf } from "./rounds.ts";

const ROWS = 10_000;
const RUNS = 15;
const WARM_UPS = 3;

/** What writing 10,000 dirty rows does to the event loop, onto the disk under the temporary folder. */
export const flush: Bench = {
  name: "flush",
  title: "Flushing 10,000 dirty rows",
  async run(): Promise<Figure[]> {
    await using plugin = await startPlugin(await referenceFile());
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
    const quiet = spreadOf(idle.map(({ longestMs }) => longestMs));
    return [
      {
        what: "longest block of the event loop",
        value: blocks.median,
        unit: "ms",
        baseline: { what: "an idle loop", value: quiet.median },
        goal: { kind: "at-most", value: 5 },
        note: `longest gap in a chain of setImmediate; best of ${RUNS} runs ${blocks.smallest.toFixed(1)} ms, worst ${blocks.largest.toFixed(1)} ms, on an idle loop ${quiet.largest.toFixed(1)} ms`,
      },
      {
        what: "most processor time between two turns",
        value: busy.median,
        unit: "ms",
        note: `of all threads, those beside the event loop included; the same without what other programs on the machine took; worst of ${RUNS} runs ${busy.largest.toFixed(1)} ms`,
      },
      { what: "the whole flush", value: spreadOf(flushes.map(({ totalMs }) => totalMs)).median, unit: "ms" },
      { what: "its processor time, all threads", value: spreadOf(cpu).median, unit: "ms" },
    ];
  },
};

/** Makes 10,000 dirty rows: as many pairs of channel and member, all over the guild, in the current hour. */
function dirty({ counter }: Plugin, run: number): void {
  for (let row = 0; row < ROWS; row++) {
    const member = (row * 7 + run) % SIZE.members;
    counter.message(messageAt(NOW_MS - 1_000 + run, row, row % SIZE.textChannels, member));
  }
  const { dirtyRows } = counter.metrics();
  if (dirtyRows !== ROWS) throw new Error(`made ${dirtyRows} dirty rows`);
}
