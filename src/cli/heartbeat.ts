import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { type Clock, systemClock } from "../clock.ts";
import type { Metrics } from "../metrics.ts";

/** How often a running bot writes its heartbeat, milliseconds. */
export const BEAT_EVERY_MS = 15_000;

const heartbeat = z.object({
  /** When it was written, Unix milliseconds: a process that hangs writes none. */
  atMs: z.number(),
  /** When all shards were last connected to Discord, Unix milliseconds; `null`: not yet. */
  connectedAtMs: z.number().nullable(),
  /** Flushes that failed since the last one that went well. */
  flushFailures: z.number(),
});
/** What a bot tells other processes of itself. It names no user, channel or server. */
export type Heartbeat = z.infer<typeof heartbeat>;

/** Where a bot over this database writes it. */
function fileOf(databaseFile: string): string {
  return `${databaseFile}.health`;
}

/** The last heartbeat of the bot over this database; `null`: there is none. */
export function readHeartbeat(databaseFile: string): Heartbeat | null {
  try {
    return heartbeat.parse(JSON.parse(readFileSync(fileOf(databaseFile), "utf8")));
  } catch {
    return null;
  }
}

/** Writes a heartbeat now and then, until the process ends. */
export function beat(databaseFile: string, metrics: () => Metrics, clock: Clock = systemClock): void {
  let connectedAtMs: number | null = null;
  const write = (): void => {
    const { shards, consecutiveFlushFailures: flushFailures } = metrics();
    const atMs = clock.nowMs();
    if (shards.length > 0 && shards.every(({ status }) => status === "ready")) connectedAtMs = atMs;
    const told: Heartbeat = { atMs, connectedAtMs, flushFailures };
    try {
      // Written whole beside it and renamed: whoever reads meanwhile sees the last one or this one.
      writeFileSync(`${fileOf(databaseFile)}.new`, JSON.stringify(told));
      renameSync(`${fileOf(databaseFile)}.new`, fileOf(databaseFile));
    } catch {
      // A disk that takes none is no reason to stop counting, and the missing beats tell of it.
    }
    clock.after(BEAT_EVERY_MS, write);
  };
  write();
}
