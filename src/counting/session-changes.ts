import type { Snowflake } from "../snowflake.ts";
import type { SessionChanges } from "../store/store.ts";

export const NO_CHANGES: SessionChanges = Object.freeze({ opened: [], closed: [] });

/** The changes without one user's. */
export function sessionsWithout({ opened, closed }: SessionChanges, userId: Snowflake): SessionChanges {
  return {
    opened: opened.filter((session) => session.userId !== userId),
    closed: closed.filter((session) => session.userId !== userId),
  };
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
