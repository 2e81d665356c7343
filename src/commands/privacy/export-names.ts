import { type Client, PermissionFlagsBits } from "discord.js";
import type { ExportNames } from "../../privacy/user-pieces.ts";
import { canSee } from "../permissions.ts";

/** Names from the client's caches: of channels those that the user can see, or that everybody can. */
export function clientExportNames(client: Client): ExportNames {
  return {
    guild: (guildId) => client.guilds.cache.get(guildId)?.name ?? null,
    channel(guildId, channelId, userId) {
      const guild = client.guilds.cache.get(guildId);
      const channel = guild?.channels.cache.get(channelId);
      if (!guild || !channel) return null;
      const member = guild.members.cache.get(userId);
      const mayKnow = member
        ? canSee(guild, member, channelId)
        : !channel.isThread() &&
          channel.permissionsFor(guild.roles.everyone).has(PermissionFlagsBits.ViewChannel);
      return mayKnow ? channel.name : null;
    },
  };
}
