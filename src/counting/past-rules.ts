import { type Snowflake, snowflakeMs } from "../snowflake.ts";
import type { Store } from "../store/store.ts";
import type { MessageObservation } from "./observations.ts";
import type { Readmissions } from "./readmissions.ts";

/**
 * What was said this shortly after a change is taken to be from before it, milliseconds: Discord's clock tells when a
 * message was made, that of the process that made the change when that was.
 */
const CLOCKS_APART_MS = 5_000;

/** What of a guild's past may be read back: what the rules of its time may have refused, or an erasure covers, is not. */
export interface PastRules {
  /** Of all users, Unix milliseconds: what is older was said by other rules. */
  readonly sinceMs: number;
  /** Whether the user was erased, or kept out or let in again, after saying this; as is known when it is asked. */
  refuses(message: MessageObservation): boolean;
}

/**
 * The rules of a guild's past. Where several processes count, each guild's and each user's changes are known apart; else
 * any change is one of everybody's.
 * @param fromMs what is older is not read back anyway, Unix milliseconds
 * @param hashOf the store's keyed hash of an id
 * @param readmissions what changes from now on
 */
export async function pastRules(
  store: Store,
  guildId: Snowflake,
  fromMs: number,
  hashOf: (userId: Snowflake) => string,
  readmissions: Readmissions,
): Promise<PastRules> {
  const readmitted = (message: MessageObservation): boolean => readmissions.covers(message);
  if (store.changes === null) return { sinceMs: await store.rulesSinceMs(), refuses: readmitted };
  const { guildMs, unknownBeforeMs, users } = await store.changes.rulesOf(guildId, fromMs - CLOCKS_APART_MS);
  return {
    sinceMs: Math.max(guildMs + CLOCKS_APART_MS, unknownBeforeMs),
    refuses(message) {
      const { userId, messageId } = message;
      if (readmitted(message)) return true;
      const changedMs = users.size === 0 ? undefined : users.get(hashOf(userId));
      return changedMs !== undefined && snowflakeMs(messageId) <= changedMs + CLOCKS_APART_MS;
    },
  };
}
