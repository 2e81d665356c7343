import { type Client, Status } from "discord.js";
import type { ShardMetrics } from "../metrics.ts";

/** The connections to the gateway that this process has; none before the client logs in. */
export function shardsOf(client: Client): readonly ShardMetrics[] {
  const guilds = new Map<number, number>();
  for (const { shardId } of client.guilds.cache.values()) guilds.set(shardId, (guilds.get(shardId) ?? 0) + 1);
  return client.ws.shards.map(({ id, ping, status }) =>
    Object.freeze({
      id,
      status: Status[status].toLowerCase(),
      pingMs: ping < 0 ? null : ping,
      guilds: guilds.get(id) ?? 0,
    }),
  );
}
