import type { Snowflake } from "../snowflake.ts";

/** How open sessions, of voice or of activities, differ from what was written before. */
interface Changes<Opened, Closed> {
  readonly opened: readonly Opened[];
  readonly closed: readonly Closed[];
}

interface OfUser {
  readonly userId: Snowflake;
}

/** The changes without one user's. */
export function sessionsWithout<Opened extends OfUser, Closed extends OfUser>(
  { opened, closed }: Changes<Opened, Closed>,
  userId: Snowflake,
): Changes<Opened, Closed> {
  return {
    opened: opened.filter((session) => session.userId !== userId),
    closed: closed.filter((session) => session.userId !== userId),
  };
}

/**
 * Cuts changes into pieces of at most `size` entries, so that no write of them blocks for long.
 * @param size at least 1
 */
export function splitSessions<Opened, Closed>(
  changes: Changes<Opened, Closed> | null,
  size: number,
): Changes<Opened, Closed>[] {
  if (changes === null) return [];
  const { opened, closed } = changes;
  const pieces: Changes<Opened, Closed>[] = [];
  for (let start = 0; start < opened.length; start += size)
    pieces.push({ opened: opened.slice(start, start + size), closed: [] });
  for (let start = 0; start < closed.length; start += size)
    pieces.push({ opened: [], closed: closed.slice(start, start + size) });
  return pieces;
}
