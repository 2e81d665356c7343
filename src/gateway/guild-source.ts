import type { Client } from "discord.js";
import type { GuildSource } from "../counting/red-placement.ts";
import type { Snowflake } from "../snowflake.ts";
import { askMembers } from "./ask-members.ts";

/** The client's caches, and its questions to the gateway, as placing an import asks them. */
export function clientGuildSource(client: Client): GuildSource {
  return {
    places(guildId) {
      const channels = client.guilds.cache.get(guildId)?.channels.cache.values() ?? [];
      return Array.from(channels, (channel) => ({
        channelId: channel.id,
        parentId: channel.isThread() ? channel.parentId : null,
        name: channel.name,
      }));
    },
    async botsAmong(guildId, userIds) {
      const guild = client.guilds.cache.get(guildId);
      if (!guild) throw new Error(`the guild ${guildId} is gone`);
      const isBot = new Map<Snowflake, boolean>();
      const unknown: Snowflake[] = [];
      for (const id of userIds) {
        const user = client.users.cache.get(id);
        if (user) isBot.set(id, user.bot);
        else unknown.push(id);
      }
      for (const { id, user } of (await askMembers(guild, unknown)).values()) isBot.set(id, user.bot);
      return userIds.filter((id) => isBot.get(id) === true);
    },
  };
}
