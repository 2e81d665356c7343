import { GuildStatsError } from "../errors.ts";

/** A writer that was not heard of for so long will not come back: each run of a process has its own. */
export const WRITER_KEPT_MS = 30 * 86_400_000;

/** The store's number of an id that a delta's row refers to. @throws `STORE_FAILED`: the id is not in the delta's list */
export function keyAt(keys: readonly number[], index: number | undefined): number {
  const key = keys[index ?? -1];
  if (key === undefined)
    throw new GuildStatsError("STORE_FAILED", `a row refers to id ${index} of ${keys.length}`);
  return key;
}
