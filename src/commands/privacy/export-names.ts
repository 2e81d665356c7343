import type { Client } from "discord.js";
import type { ExportNames } from "../../privacy/user-pieces.ts";
import { seenName } from "../permissions.ts";

/** Names from the client's caches: of channels those that the user can see. */
export function clientExportNames(client: Client): ExportNames {
  return {
    guild: (guildId) => client.guilds.cache.get(guildId)?.name ?? null,
    async channels(guildId, userId) {
      const guild = client.guilds.cache.get(guildId);
      // Without the intent for members nobody tells the client who left: Discord is asked.
      const member = await guild?.members.fetch({ user: userId, force: true }).catch(() => null);
      return guild && member ? (channelId) => seenName(guild, member, channelId) : () => null;
    },
  };
}
