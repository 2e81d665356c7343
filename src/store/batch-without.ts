import type { Snowflake } from "../snowflake.ts";
import { deltaWithout } from "./delta.ts";
import type { Batch } from "./store.ts";

interface OfMember {
  readonly guildId: Snowflake;
  readonly userId: Snowflake;
}

/** The batch without some members' rows, ids and sessions. It keeps its number, even when nothing is left in it. */
export function batchWithout(
  batch: Batch,
  isGone: (userId: Snowflake, guildId: Snowflake) => boolean,
): Batch {
  return {
    ...batch,
    guilds: batch.guilds
      .map((delta) => deltaWithout(delta, (userId) => isGone(userId, delta.guildId)))
      .filter((delta) => delta !== null),
    sessions: batch.sessions && changesWithout(batch.sessions, isGone),
    activities: batch.activities && changesWithout(batch.activities, isGone),
  };
}

/** Changes of open sessions without those of some members. */
export function changesWithout<Opened extends OfMember, Closed extends OfMember>(
  { opened, closed }: { readonly opened: readonly Opened[]; readonly closed: readonly Closed[] },
  isGone: (userId: Snowflake, guildId: Snowflake) => boolean,
): { readonly opened: readonly Opened[]; readonly closed: readonly Closed[] } {
  const isKept = ({ userId, guildId }: OfMember): boolean => !isGone(userId, guildId);
  return { opened: opened.filter(isKept), closed: closed.filter(isKept) };
}
