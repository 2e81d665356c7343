import { GuildStatsError } from "../../errors.ts";
import type { SideThread, SqlStatement } from "./side-thread.ts";

/** Batches between two checkpoints: at 400 rows each the log stays below some 10 MB. */
export const BATCHES_PER_CHECKPOINT = 64;

const RENEWAL: SqlStatement = {
  sql: "INSERT INTO meta VALUES ('log', randomblob(8)) ON CONFLICT DO UPDATE SET value = excluded.value",
  parameters: [],
};

/**
 * Moves the write-ahead log into the file, and then starts the log anew. The first write after a checkpoint waits
 * for the disk (it syncs the log's new header), so that write is made here too, and not moved: whatever waits for
 * the disk stays off the event loop.
 */
export async function checkpoint(side: SideThread): Promise<void> {
  await side.run({ statements: [], checkpoint: "PASSIVE" });
  await side.run({ statements: [RENEWAL], checkpoint: "NONE" });
}

/**
 * Runs statements as one transaction, and then a {@link checkpoint}, for they may fill the log.
 * @returns how many rows each statement changed
 */
export async function runAndCheckpoint(
  side: SideThread,
  statements: readonly SqlStatement[],
): Promise<readonly number[]> {
  const { changes } = await side.run({ statements, checkpoint: "NONE" });
  // The answer is about the statements, which are in the file; a later checkpoint moves what this one could not.
  await checkpoint(side).catch(() => undefined);
  return changes;
}

/**
 * Runs the statements of an erasure as one transaction, and then cuts the log to nothing, where deleted rows would
 * stay. No reader of ours may be at work.
 * @returns how many rows each statement changed
 * @throws `STORE_LOCKED` when the rows are deleted, but another program reads the log: call again
 */
export async function runAndEmptyLog(
  side: SideThread,
  statements: readonly SqlStatement[],
): Promise<readonly number[]> {
  const { changes, busy } = await side.run({ statements, checkpoint: "TRUNCATE" });
  if (!busy) return changes;
  throw new GuildStatsError("STORE_LOCKED", "the rows are deleted, but another program reads the log");
}
