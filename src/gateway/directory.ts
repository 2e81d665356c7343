import type { Client } from "discord.js";
import type { Directory } from "../counting/directory.ts";
import type { ToldRoles } from "./told-roles.ts";

/** The client's caches as counting asks them. @param told what goes before them: they may be older, or know nobody */
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
      const guild = client.guilds.cache.get(guildId);
      // Nobody has a role that was deleted.
      return (
        told.of(guildId, userId)?.filter((roleId) => guild?.roles.cache.has(roleId)) ?? [
          ...(guild?.members.cache.get(userId)?.roles.cache.keys() ?? []),
        ]
      );
    },
  };
}
