import { createHash, randomUUID } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { type Clock, systemClock } from "../clock.ts";
import type { Metrics } from "../metrics.ts";
import type { StoreAddress } from "../store/address.ts";

/** How often a running bot writes its heartbeat, milliseconds. */
export const BEAT_EVERY_MS = 15_000;

const heartbeat = z.object({
  /** Of the process that wrote it. */
  run: z.string(),
  /** When it was written, Unix milliseconds: a process that hangs writes none. */
  atMs: z.number(),
  /** When all shards were last connected to Discord, Unix milliseconds; `null`: not yet. */
  connectedAtMs: z.number().nullable(),
  /** Flushes that failed since the last one that went well. */
  flushFailures: z.number(),
});
/** What a bot tells other processes of itself. It names no user, channel or server. */
export type Heartbeat = z.infer<typeof heartbeat>;

/** Which of several processes over one server. One that takes the place of another is the same. */
export interface Whose {
  readonly host: string;
  /** The shards that it was told to run, as a manager's variable `SHARDS` says; empty: all. */
  readonly shards: string;
}

export function ours(): Whose {
  return { host: hostname(), shards: process.env["SHARDS"] ?? "" };
}

/** Where it is written: beside a file, which one process has; on this machine, where the database is a server's. */
function fileOf(database: StoreAddress, { host, shards }: Whose): string {
  if (database.kind === "sqlite") return `${database.path}.health`;
  // Several containers may have one folder for temporary files.
  const whose = JSON.stringify([database.shown, host, shards]);
  const name = createHash("sha256").update(whose).digest("hex").slice(0, 16);
  return join(tmpdir(), `guildstats-${name}.health`);
}

/** The last heartbeat of that bot over this database; `null`: there is none. */
export function readHeartbeat(database: StoreAddress, whose: Whose): Heartbeat | null {
  return read(fileOf(database, whose));
}

function read(file: string): Heartbeat | null {
  try {
    return heartbeat.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}

/**
 * Writes a heartbeat now and then, until the process ends, or another one has begun to in its place: that one must not look
 * well because this one lives.
 */
export function beat(
  database: StoreAddress,
  metrics: () => Metrics,
  clock: Clock = systemClock,
  whose: Whose = ours(),
): void {
  const file = fileOf(database, whose);
  const run = randomUUID();
  let connectedAtMs: number | null = null;
  const write = (): void => {
    const { shards, consecutiveFlushFailures: flushFailures } = metrics();
    const atMs = clock.nowMs();
    if (shards.length > 0 && shards.every(({ status }) => status === "ready")) connectedAtMs = atMs;
    const told: Heartbeat = { run, atMs, connectedAtMs, flushFailures };
    try {
      // Written whole beside it and renamed: whoever reads meanwhile sees the last one or this one.
      writeFileSync(`${file}.new`, JSON.stringify(told));
      renameSync(`${file}.new`, file);
    } catch {
      // A disk that takes none is no reason to stop counting, and the missing beats tell of it.
    }
    clock.after(BEAT_EVERY_MS, () => {
      if ((read(file)?.run ?? run) === run) write();
    });
  };
  write();
}
