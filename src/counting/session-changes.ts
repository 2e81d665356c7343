import type { Snowflake } from "../snowflake.ts";
import type { SessionChanges } from "../store/store.ts";

/** The changes without one user's. */
export function sessionsWithout({ opened, closed }: SessionChanges, userId: Snowflake): SessionChanges {
  return {
    opened: opened.filter((session) => session.userId !== userId),
    closed: closed.filter((session) => session.userId !== userId),
  };
}

/**
 * Cuts changes into pieces of at most `size` entries, so that no write of them blocks for long.
 * @param size at least 1
 */
export function splitSessions(changes: SessionChanges | null, size: number): SessionChanges[] {
  if (changes === null) return [];
  const { opened, closed } = changes;
  const pieces: SessionChanges[] = [];
  for (let start = 0; start < opened.length; start += size)
    pieces.push({ opened: opened.slice(start, start + size), closed: [] });
  for (let start = 0; start < closed.length; start += size)
    pieces.push({ opened: [], closed: closed.slice(start, start + size) });
  return pieces;
}
