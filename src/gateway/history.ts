import {
  type Client,
  DiscordAPIError,
  type Message,
  PermissionFlagsBits,
  RESTJSONErrorCodes,
} from "discord.js";
import type { HistoryPage, HistorySource, ReadableChannel } from "../counting/history-source.ts";
import type { Snowflake } from "../snowflake.ts";
import { observeMessage } from "./messages.ts";

/** The most that Discord gives at once (API reference, "Get Channel Messages"). */
const PAGE = 100;

/** Nothing is to be read there, now or later. */
const UNREADABLE: readonly unknown[] = [
  RESTJSONErrorCodes.UnknownChannel,
  RESTJSONErrorCodes.MissingAccess,
  RESTJSONErrorCodes.MissingPermissions,
];

/**
 * The past of channels over REST. The client's own queue keeps Discord's limits.
 * @param needsRoles whether a guild's members are told apart by role: messages of the past come without roles
 */
export function clientHistory(client: Client, needsRoles: (guildId: Snowflake) => boolean): HistorySource {
  const read = async (
    guildId: Snowflake,
    channelId: Snowflake,
    position: { readonly after: Snowflake } | { readonly before: Snowflake },
  ): Promise<HistoryPage | null> => {
    const channel = client.channels.cache.get(channelId);
    if (!channel?.isTextBased() || channel.isDMBased()) return null;
    try {
      // Kept out of the cache: a cached message hides its own MESSAGE_CREATE, should that still be on its way.
      const found = await channel.messages.fetch({ limit: PAGE, cache: false, ...position });
      const messages = [...found.values()].reverse();
      if (needsRoles(guildId)) await fetchAuthors(client, guildId, messages);
      return {
        messages: messages.map(observeMessage).filter((message) => message !== null),
        size: messages.length,
        oldestId: messages.at(0)?.id ?? null,
        newestId: messages.at(-1)?.id ?? null,
        isLast: messages.length < PAGE,
      };
    } catch (thrown) {
      if (thrown instanceof DiscordAPIError && UNREADABLE.includes(thrown.code)) return null;
      throw thrown;
    }
  };
  return {
    channels(guildId) {
      const guild = client.guilds.cache.get(guildId);
      const me = guild?.members.me;
      if (!guild || !me) return [];
      return [...guild.channels.cache.values()].flatMap((channel): ReadableChannel[] => {
        if (!channel.isTextBased()) return [];
        const allowed = channel.permissionsFor(me);
        if (!allowed.has([PermissionFlagsBits.ViewChannel, PermissionFlagsBits.ReadMessageHistory]))
          return [];
        const parentId = channel.isThread() ? channel.parentId : null;
        return [{ channelId: channel.id, parentId, newestMessageId: channel.lastMessageId }];
      });
    },
    after: (guildId, channelId, after) => read(guildId, channelId, { after }),
    before: (guildId, channelId, before) => read(guildId, channelId, { before }),
  };
}

/** Makes the authors' roles known. Who left, or does not come in time, has none. */
async function fetchAuthors(client: Client, guildId: Snowflake, messages: readonly Message[]): Promise<void> {
  const members = client.guilds.cache.get(guildId)?.members;
  const unknown = new Set(messages.map(({ author }) => author.id).filter((id) => !members?.cache.has(id)));
  if (unknown.size > 0) await members?.fetch({ user: [...unknown] }).catch(() => undefined);
}
