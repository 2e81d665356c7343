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

/** How many shards the bot has in all its processes; 0 before the client logs in. */
export function shardsInAll(client: Client): number {
  return client.ws.shards.size === 0 ? 0 : (client.options.shardCount ?? 0);
}

/** Whether it is for this process to do what is done once for all shards: some process has the first. */
export function hasFirstShard(client: Client): boolean {
  return client.ws.shards.has(0);
}
