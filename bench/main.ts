import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { baseline } from "./baseline.ts";
import { HAS_BENCH_SERVER } from "./bench-server.ts";
import { cards } from "./cards.ts";
import { copyBench } from "./copy.ts";
import { counting } from "./counting.ts";
import { dispatch } from "./dispatch.ts";
import { exports } from "./exports.ts";
import { type Bench, isMet } from "./figure.ts";
import { flatOut } from "./flat-out.ts";
import { flush } from "./flush.ts";
import { memory } from "./memory.ts";
import { postgresBench } from "./postgres.ts";
import { queries } from "./queries.ts";
import { SIZE } from "./reference-guild.ts";
import { scale } from "./scale.ts";
import { sharing } from "./sharing.ts";
import { markdownTable } from "./table.ts";

// Rounds begin with a collection; each would also age compiled code, until V8 throws away what is about to be measured.
setFlagsFromString("--no-flush-bytecode");

const BENCHES: readonly Bench[] = [
  counting,
  dispatch,
  queries,
  cards,
  flatOut,
  flush,
  memory,
  exports,
  baseline,
  scale,
  // Only where there is a server to write to.
  ...(HAS_BENCH_SERVER ? [postgresBench, sharing, copyBench] : []),
];
const RESULTS = join(import.meta.dirname, "results");

const [wanted] = process.argv.slice(2);
const chosen = BENCHES.find(({ name }) => name === wanted);
mkdirSync(RESULTS, { recursive: true });
if (chosen) await runOne(chosen);
else if (wanted === undefined) runAll();
else {
  console.error(`no bench is called ${wanted}; there are ${BENCHES.map(({ name }) => name).join(", ")}`);
  process.exitCode = 2;
}

async function runOne({ name, title, run }: Bench): Promise<void> {
  console.error(`${name} …`);
  const figures = await run();
  const table = markdownTable(title, figures);
  console.log(table);
  const results = figures.map((figure) => ({ ...figure, met: isMet(figure) }));
  writeFileSync(resultsOf(name, "md"), table);
  writeFileSync(resultsOf(name, "json"), `${JSON.stringify(results, null, 2)}\n`);
}

/** Each in a process of its own: what one leaves behind, on the heap and in compiled code, is not the next one's. */
function runAll(): void {
  console.log(`${heading()}\n`);
  const tables: string[] = [];
  const figures: Record<string, unknown> = {};
  for (const { name } of BENCHES) {
    const arguments_ = [...process.execArgv, import.meta.filename, name];
    const { status } = spawnSync(process.execPath, arguments_, { stdio: "inherit" });
    if (status !== 0) throw new Error(`the bench ${name} failed`);
    // Read at once: a later run of this bench alone must not end up among the figures of this run.
    tables.push(readFileSync(resultsOf(name, "md"), "utf8").trimEnd());
    figures[name] = JSON.parse(readFileSync(resultsOf(name, "json"), "utf8"));
  }
  const about = heading();
  writeFileSync(resultsOf("latest", "md"), `${[about, ...tables].join("\n\n")}\n`);
  writeFileSync(resultsOf("latest", "json"), `${JSON.stringify({ about, figures }, null, 2)}\n`);
  console.log(`all of it: ${resultsOf("latest", "md")}`);
}

function resultsOf(name: string, kind: "md" | "json"): string {
  return join(RESULTS, `${name}.${kind}`);
}

function heading(): string {
  const processors = cpus();
  return [
    `Node ${process.versions.node}, ${processors.length} × ${processors[0]?.model.trim() ?? "an unknown processor"}, ${process.platform}.`,
    `Reference guild: ${count(SIZE.members)} members, ${SIZE.textChannels} text and ${SIZE.voiceChannels} voice channels,`,
    `${count(SIZE.messages)} messages and ${count(SIZE.voiceSessions)} voice sessions in ${SIZE.days} days; seed ${SIZE.seed}.`,
  ].join("\n");
}

function count(value: number): string {
  return value.toLocaleString("en");
}
