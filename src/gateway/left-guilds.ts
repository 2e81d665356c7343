import {
  type Client,
  Events,
  GatewayDispatchEvents,
  type GatewayReadyDispatchData,
  type Guild,
  ShardClientUtil,
} from "discord.js";
import type { Snowflake } from "../snowflake.ts";
import { isLoggedIn } from "./logged-in.ts";

/** Whether the client, once ready, is certainly not in a guild. One in an outage is in the cache all the same. */
export function clientGuildPresence(client: Client): { isGone(guildId: Snowflake): boolean } {
  return {
    isGone(guildId) {
      if (!isLoggedIn(client) || client.guilds.cache.has(guildId)) return false;
      // Guilds of shards that another process runs are none of this client's business.
      const { shardCount } = client.options;
      return client.ws.shards.has(ShardClientUtil.shardIdForGuildId(guildId, shardCount ?? 1));
    },
  };
}

/**
 * Tells of guilds that the bot left or was thrown out of; not of outages. A session that is lost does not tell of it, and the
 * next one only by leaving the guild out of its list: the client would keep it as it was (discord.js 14.28), and take it for
 * seen whenever it resumes. So it is made to let go of it.
 * @returns stops listening
 */
export function onGuildsLeft(client: Client, left: (guildId: Snowflake) => void): () => void {
  const deleted = (guild: Guild): void => left(guild.id);
  const identified = ({ guilds }: GatewayReadyDispatchData, shardId: number): void => {
    const listed = new Set(guilds.map(({ id }) => id));
    const missing = client.guilds.cache.filter((guild) => guild.shardId === shardId && !listed.has(guild.id));
    for (const guildId of missing.keys()) left(guildId);
    // When whoever else listens has seen which.
    if (missing.size > 0) queueMicrotask(() => missing.each((guild) => letGo(client, guild)));
  };
  client.on(Events.GuildDelete, deleted);
  client.ws.on(GatewayDispatchEvents.Ready, identified);
  return () => {
    client.off(Events.GuildDelete, deleted);
    client.ws.off(GatewayDispatchEvents.Ready, identified);
  };
}

function letGo(client: Client, guild: Guild): void {
  for (const channelId of guild.channels.cache.keys()) client.channels.cache.delete(channelId);
  client.guilds.cache.delete(guild.id);
}
