import type { Snowflake } from "../snowflake.ts";
import type { ActivityChanges, SessionChanges } from "../store/store.ts";

/** What changed of open sessions, in voice and of activities: each says up to where its member's time is counted. */
export interface OpenChanges {
  readonly sessions: SessionChanges;
  readonly activities: ActivityChanges;
}

const NONE = Object.freeze({ opened: [], closed: [] });
export const NO_CHANGES: OpenChanges = Object.freeze({ sessions: NONE, activities: NONE });

interface Changes<Opened, Closed> {
  readonly opened: readonly Opened[];
  readonly closed: readonly Closed[];
}

interface OfMember {
  readonly guildId: Snowflake;
  readonly userId: Snowflake;
}

/** The changes by guild, or by user. */
export function changesBy(
  key: keyof OfMember,
  { sessions, activities }: OpenChanges,
): Map<Snowflake, OpenChanges> {
  const inVoice = grouped(key, sessions);
  const active = grouped(key, activities);
  return new Map(
    Array.from(new Set([...inVoice.keys(), ...active.keys()]), (id): [Snowflake, OpenChanges] => [
      id,
      { sessions: inVoice.get(id) ?? NONE, activities: active.get(id) ?? NONE },
    ]),
  );
}

/** Changes of different members as one. */
export function joinedChanges(changes: readonly OpenChanges[]): OpenChanges {
  return {
    sessions: joined(changes.map(({ sessions }) => sessions)),
    activities: joined(changes.map(({ activities }) => activities)),
  };
}

/** How many there are. */
export function countOf({ sessions, activities }: OpenChanges): number {
  return (
    sessions.opened.length + sessions.closed.length + activities.opened.length + activities.closed.length
  );
}

/** As a batch carries them. */
export function orNull<C extends Changes<unknown, unknown>>(changes: C): C | null {
  return changes.opened.length + changes.closed.length === 0 ? null : changes;
}

function grouped<Opened extends OfMember, Closed extends OfMember>(
  key: keyof OfMember,
  { opened, closed }: Changes<Opened, Closed>,
): Map<Snowflake, Changes<Opened, Closed>> {
  const groups = new Map<Snowflake, { readonly opened: Opened[]; readonly closed: Closed[] }>();
  const groupOf = (member: OfMember): { readonly opened: Opened[]; readonly closed: Closed[] } => {
    const group = groups.get(member[key]) ?? { opened: [], closed: [] };
    groups.set(member[key], group);
    return group;
  };
  for (const session of opened) groupOf(session).opened.push(session);
  for (const session of closed) groupOf(session).closed.push(session);
  return groups;
}

function joined<Opened, Closed>(changes: readonly Changes<Opened, Closed>[]): Changes<Opened, Closed> {
  return {
    opened: changes.flatMap(({ opened }) => opened),
    closed: changes.flatMap(({ closed }) => closed),
  };
}
