import type { ActivityChanges, SessionChanges } from "../store/store.ts";

/** What changed of open sessions, in voice and of activities. */
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

/** Changes of different guilds as one. */
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

function joined<Opened, Closed>(changes: readonly Changes<Opened, Closed>[]): Changes<Opened, Closed> {
  return {
    opened: changes.flatMap(({ opened }) => opened),
    closed: changes.flatMap(({ closed }) => closed),
  };
}
