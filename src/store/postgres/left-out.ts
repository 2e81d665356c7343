import type { Snowflake } from "../../snowflake.ts";
import { withoutGuilds } from "../batch-guilds.ts";
import { batchWithout } from "../batch-without.ts";
import { optOutHash } from "../opt-out-hash.ts";
import type { Batch } from "../store.ts";
import { readGone } from "./changes.ts";
import type { Connection } from "./database.ts";
import { optOutKey } from "./opt-outs.ts";

/**
 * The batch without whoever another process erased, or let opt out, since the batch's own process last heard of such
 * changes: it may have counted them before. Hashes are made only if there was such a change, which is seldom.
 */
export async function withoutGone(connection: Connection, batch: Batch, origin: string): Promise<Batch> {
  if (batch.changesSeen === null) return batch;
  const { everyone, users, guilds } = await readGone(connection, batch.changesSeen, origin);
  if (everyone) return batchWithout(batch, () => true);
  if (users.size + guilds.size === 0) return batch;
  const key = await optOutKey(connection);
  const hashes = new Map<Snowflake, string>();
  const isGone = (userId: Snowflake, guildId: Snowflake): boolean => {
    const hash = hashes.get(userId) ?? optOutHash(key, userId);
    hashes.set(userId, hash);
    const where = users.get(hash);
    return where !== undefined && (where.has(null) || where.has(guildId));
  };
  const left = users.size === 0 ? batch : batchWithout(batch, isGone);
  // What is no member's, such as its joins, would bring an erased guild back as well.
  return withoutGuilds(left, guilds);
}
