import { createHash } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { type Clock, systemClock } from "../clock.ts";
import type { Metrics } from "../metrics.ts";
import type { StoreAddress } from "../store/address.ts";

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

/** Where a bot over this database writes it: beside a file; on this machine, where the database is a server's. */
function fileOf(database: StoreAddress): string {
  if (database.kind === "sqlite") return `${database.path}.health`;
  const name = createHash("sha256").update(database.shown).digest("hex").slice(0, 16);
  return join(tmpdir(), `guildstats-${name}.health`);
}

/** The last heartbeat of the bot over this database; `null`: there is none. */
export function readHeartbeat(database: StoreAddress): Heartbeat | null {
  try {
    return heartbeat.parse(JSON.parse(readFileSync(fileOf(database), "utf8")));
  } catch {
    return null;
  }
}

/** Writes a heartbeat now and then, until the process ends. */
export function beat(database: StoreAddress, metrics: () => Metrics, clock: Clock = systemClock): void {
  const file = fileOf(database);
  let connectedAtMs: number | null = null;
  const write = (): void => {
    const { shards, consecutiveFlushFailures: flushFailures } = metrics();
    const atMs = clock.nowMs();
    if (shards.length > 0 && shards.every(({ status }) => status === "ready")) connectedAtMs = atMs;
    const told: Heartbeat = { atMs, connectedAtMs, flushFailures };
    try {
      // Written whole beside it and renamed: whoever reads meanwhile sees the last one or this one.
      writeFileSync(`${file}.new`, JSON.stringify(told));
      renameSync(`${file}.new`, file);
    } catch {
      // A disk that takes none is no reason to stop counting, and the missing beats tell of it.
    }
    clock.after(BEAT_EVERY_MS, write);
  };
  write();
}
