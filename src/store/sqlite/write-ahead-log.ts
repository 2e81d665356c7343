import type { SideThread, SqlStatement } from "./side-thread.ts";

/** Batches between two checkpoints: at 400 rows each the log stays below some 10 MB. */
export const BATCHES_PER_CHECKPOINT = 64;

const RENEWAL: SqlStatement = {
  sql: "INSERT INTO meta VALUES ('log', randomblob(8)) ON CONFLICT DO UPDATE SET value = excluded.value",
  parameters: [],
};

/**
 * Runs statements as one transaction, moves the write-ahead log into the file, and then starts the log anew. The
 * first write after a checkpoint waits for the disk (it syncs the log's new header), so that write is made here
 * too: whatever waits for the disk stays off the event loop.
 * @returns how many rows each statement changed
 */
export async function checkpointAfter(
  side: SideThread,
  statements: readonly SqlStatement[],
): Promise<readonly number[]> {
  const { changes } = await side.run({ statements, checkpoint: "PASSIVE" });
  await side.run({ statements: [RENEWAL], checkpoint: "PASSIVE" });
  return changes;
}
