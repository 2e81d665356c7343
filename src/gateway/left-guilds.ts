import { type Client, Events, type Guild, ShardClientUtil } from "discord.js";
import type { Snowflake } from "../snowflake.ts";

/** Whether the client, once ready, is certainly not in a guild. One in an outage is in the cache all the same. */
export function clientGuildPresence(client: Client): { isGone(guildId: Snowflake): boolean } {
  return {
    isGone(guildId) {
      if (!client.isReady() || client.guilds.cache.has(guildId)) return false;
      // Guilds of shards that another process runs are none of this client's business.
      const { shardCount } = client.options;
      return client.ws.shards.has(ShardClientUtil.shardIdForGuildId(guildId, shardCount ?? 1));
    },
  };
}

/**
 * Tells of guilds that the bot left or was thrown out of; not of outages.
 * @returns stops listening
 */
export function onGuildsLeft(client: Client, left: (guildId: Snowflake) => void): () => void {
  const listener = (guild: Guild): void => left(guild.id);
  client.on(Events.GuildDelete, listener);
  return () => {
    client.off(Events.GuildDelete, listener);
  };
}
