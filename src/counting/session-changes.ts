import type { Snowflake } from "../snowflake.ts";
import type { SessionChanges } from "../store/store.ts";

/** How open sessions, of voice or of activities, differ from what was written before. */
interface Changes<Opened, Closed> {
  readonly opened: readonly Opened[];
  readonly closed: readonly Closed[];
}

interface OfUser {
  readonly userId: Snowflake;
}

export const NO_CHANGES: SessionChanges = Object.freeze({ opened: [], closed: [] });

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

/** The changes by guild. */
export function sessionsByGuild({ opened, closed }: SessionChanges): Map<Snowflake, SessionChanges> {
  const guilds = new Map<
    Snowflake,
    { opened: SessionChanges["opened"][number][]; closed: SessionChanges["closed"][number][] }
  >();
  const changesOf = (guildId: Snowflake) => {
    const changes = guilds.get(guildId) ?? { opened: [], closed: [] };
    guilds.set(guildId, changes);
    return changes;
  };
  for (const session of opened) changesOf(session.guildId).opened.push(session);
  for (const session of closed) changesOf(session.guildId).closed.push(session);
  return guilds;
}

/** Changes of different members as one. */
export function joinedSessions(changes: readonly SessionChanges[]): SessionChanges {
  return {
    opened: changes.flatMap(({ opened }) => opened),
    closed: changes.flatMap(({ closed }) => closed),
  };
}
