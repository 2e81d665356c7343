import type { Clock } from "../clock.ts";
import { Pace } from "../clock.ts";
import type { Snowflake } from "../snowflake.ts";

/**
 * Finds users by their hashes among ids, hashing them in slices.
 * @param hashOf the keyed hash of an id
 * @returns by hash, of those that are there
 */
export async function usersByHash(
  ids: Iterable<Snowflake>,
  hashes: ReadonlySet<string>,
  hashOf: (id: Snowflake) => string,
  clock: Clock,
): Promise<Map<string, Snowflake>> {
  const found = new Map<string, Snowflake>();
  const pace = new Pace(clock);
  const seen = new Set<Snowflake>();
  for (const id of ids) {
    if (seen.has(id)) continue;
    seen.add(id);
    const hash = hashOf(id);
    if (hashes.has(hash)) found.set(hash, id);
    if (found.size === hashes.size) return found;
    await pace.turnIfDue();
  }
  return found;
}
