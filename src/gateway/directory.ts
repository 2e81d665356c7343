import type { Client } from "discord.js";
import type { Directory } from "../counting/directory.ts";
import type { ToldRoles } from "./told-roles.ts";

/** The client's caches as counting asks them. @param told for whom they do not hold */
export function clientDirectory(client: Client, told: ToldRoles): Directory {
  return {
    channelName(_guildId, channelId) {
      const channel = client.channels.cache.get(channelId);
      return channel && "name" in channel ? channel.name : null;
    },
    categoryOf(_guildId, channelId) {
      const found = client.channels.cache.get(channelId);
      const channel = found?.isThread() ? found.parent : found;
      return channel && "parentId" in channel ? channel.parentId : null;
    },
    rolesOf(guildId, userId) {
      const member = client.guilds.cache.get(guildId)?.members.cache.get(userId);
      return member ? [...member.roles.cache.keys()] : (told.of(guildId, userId) ?? []);
    },
  };
}
