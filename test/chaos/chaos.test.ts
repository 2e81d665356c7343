import { expect, test } from "vitest";
import { postgresCluster } from "../support/postgres-cluster.ts";
import { ChaosRun } from "./chaos-run.ts";

/** `npm run chaos` takes longer, and several seeds. */
const SECONDS = Number(process.env["GUILDSTATS_CHAOS_S"] ?? 0);
const FIRST_SEED = Number(process.env["GUILDSTATS_SEED"] ?? 1);
const isLong = SECONDS > 0;
const SEEDS = isLong ? [FIRST_SEED, FIRST_SEED + 1, FIRST_SEED + 2] : [FIRST_SEED];
const LENGTHS = isLong
  ? { awayMs: 10_000, pauseMs: 10_000, outageMs: 60_000, betweenMs: 4_000 }
  : { awayMs: 1_000, pauseMs: 2_000, outageMs: 2_000, betweenMs: 2_000 };
/** Between two moments of calm, in which everything must be right. */
const ROUND_MS = isLong ? 90_000 : 10_000;

test.for(SEEDS)(
  "processes that are killed, stopped, paused and cut off, over a database that stops and crashes, together count everything once (seed %i)",
  // On a quiet machine the short run takes half a minute.
  { timeout: 300_000 + SECONDS * 3_000 },
  async (seed, { skip, onTestFailed }) => {
    const made = await postgresCluster();
    if ("missing" in made) return skip(`there is no server to stop: ${made.missing}`);
    await using cluster = made;
    const log: string[] = [];
    const tell = (): void => console.info(`seed ${seed}:\n${log.join("\n")}`);
    onTestFailed(tell);
    await using run = await ChaosRun.start(cluster, seed, LENGTHS, log);
    const untilMs = Date.now() + SECONDS * 1_000;
    do {
      expect(await run.live(ROUND_MS)).toEqual([]);
      expect(await run.calm()).toEqual([]);
    } while (Date.now() < untilMs);
    if (isLong) tell();
  },
);
