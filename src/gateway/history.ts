import {
  type Client,
  DiscordAPIError,
  type GuildBasedChannel,
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
    try {
      // An archived thread may have been swept from the cache.
      const channel = client.channels.cache.get(channelId) ?? (await client.channels.fetch(channelId));
      if (!channel?.isTextBased() || channel.isDMBased() || !mayRead(channel)) return null;
      // Kept out of the cache: a cached message hides its own MESSAGE_CREATE, should that still be on its way.
      const found = await channel.messages.fetch({ limit: PAGE, cache: false, ...position });
      // Without the permission Discord gives no error, but an empty page: it must not pass for the channel's end.
      if (!mayRead(channel)) return null;
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
      if (isUnreadable(thrown)) return null;
      throw thrown;
    }
  };
  const readable = (channel: GuildBasedChannel): ReadableChannel[] => {
    if (!channel.isTextBased() || !mayRead(channel)) return [];
    const parentId = channel.isThread() ? channel.parentId : null;
    return [{ channelId: channel.id, parentId, newestMessageId: channel.lastMessageId }];
  };
  const channelsOf = (guildId: Snowflake): GuildBasedChannel[] => [
    ...(client.guilds.cache.get(guildId)?.channels.cache.values() ?? []),
  ];
  return {
    channels: (guildId) => channelsOf(guildId).flatMap(readable),
    after: (guildId, channelId, after) => read(guildId, channelId, { after }),
    before: (guildId, channelId, before) => read(guildId, channelId, { before }),
    threadParents: (guildId) =>
      channelsOf(guildId)
        .filter((channel) => "threads" in channel && mayRead(channel))
        .map(({ id }) => id),
    async archivedThreads(_guildId, parentId) {
      const parent = client.channels.cache.get(parentId);
      if (!parent || !("threads" in parent)) return null;
      const threads: ReadableChannel[] = [];
      let before: Date | undefined;
      try {
        for (let hasMore = true; hasMore; ) {
          const page = await parent.threads.fetchArchived({ limit: PAGE, ...(before ? { before } : {}) });
          threads.push(...[...page.threads.values()].flatMap(readable));
          before = page.threads.last()?.archivedAt ?? undefined;
          hasMore = page.hasMore === true && before !== undefined;
        }
      } catch (thrown) {
        if (isUnreadable(thrown)) return null;
        throw thrown;
      }
      return threads;
    },
  };
}

function mayRead(channel: GuildBasedChannel): boolean {
  const { me } = channel.guild.members;
  const needed = [PermissionFlagsBits.ViewChannel, PermissionFlagsBits.ReadMessageHistory];
  return me !== null && channel.permissionsFor(me).has(needed);
}

function isUnreadable(thrown: unknown): boolean {
  return thrown instanceof DiscordAPIError && UNREADABLE.includes(thrown.code);
}

/** Makes the authors' roles known. Who left, or does not come in time, has none. */
async function fetchAuthors(client: Client, guildId: Snowflake, messages: readonly Message[]): Promise<void> {
  const members = client.guilds.cache.get(guildId)?.members;
  // Whom a presence alone made known is cached without roles.
  const isKnown = (id: Snowflake): boolean => members?.cache.get(id)?.partial === false;
  const unknown = new Set(messages.map(({ author }) => author.id).filter((id) => !isKnown(id)));
  if (unknown.size > 0) await members?.fetch({ user: [...unknown] }).catch(() => undefined);
}
