import type { ChannelHistory } from "./channel-history.ts";
import { isThread } from "./channels.ts";
import type { Channel, User } from "./payloads.ts";
import { READ_MESSAGE_HISTORY, VIEW_CHANNEL } from "./permissions.ts";
import { RestError, type RestRequest } from "./rest-server.ts";
import { isOlder } from "./snowflake.ts";
import type { World } from "./world.ts";

/** What the bot may read over REST of channels, their threads and their messages. */
export class ChannelRoutes {
  /** Ids of channels that answer 403, whatever their permissions say. */
  readonly unreadable = new Set<string>();
  readonly #me: User;
  readonly #messages: ChannelHistory;
  readonly #guilds: ReadonlyMap<string, World>;
  readonly #place: (channelId: string) => { readonly guild: World; readonly channel: Channel };

  constructor(
    me: User,
    messages: ChannelHistory,
    guilds: ReadonlyMap<string, World>,
    place: (channelId: string) => { readonly guild: World; readonly channel: Channel },
  ) {
    this.#me = me;
    this.#messages = messages;
    this.#guilds = guilds;
    this.#place = place;
  }

  /** The answer to a GET; `undefined` when it is none of these routes. */
  answer({ path, query }: RestRequest): object | undefined {
    const [, channelId, rest] = /^\/channels\/(\d+)(?:\/(.+))?$/.exec(path) ?? [];
    if (channelId !== undefined) {
      const { guild, channel } = this.#place(channelId);
      const bits = guild.permissions(this.#me.id, channel);
      if (this.unreadable.has(channelId) || !(bits & VIEW_CHANNEL))
        throw new RestError(403, 50001, "Missing Access");
      switch (rest) {
        case undefined:
          return guild.channelPayload(channel);
        case "messages":
          return bits & READ_MESSAGE_HISTORY ? this.#messages.page(channelId, query) : [];
        case "threads/archived/public":
          return archivedThreads(guild, channel, query);
        default:
          return undefined;
      }
    }
    const [, guildId, member] = /^\/guilds\/(\d+)\/(?:threads\/active|members\/(\d+))$/.exec(path) ?? [];
    if (guildId === undefined) return undefined;
    const guild = this.#guilds.get(guildId);
    if (!guild) throw new RestError(404, 10004, "Unknown Guild");
    if (member !== undefined) {
      const found = guild.members.get(member);
      if (!found) throw new RestError(404, 10007, "Unknown Member");
      return found;
    }
    const active = guild.channels.filter(
      (channel) => isThread(channel) && !channel.thread_metadata?.archived && this.#sees(guild, channel),
    );
    return { threads: active.map((thread) => guild.channelPayload(thread)), members: [] };
  }

  #sees(guild: World, channel: Channel): boolean {
    return (guild.permissions(this.#me.id, channel) & VIEW_CHANNEL) !== 0n;
  }
}

/** Newest first. Discord pages by the time of archiving; here every thread was archived when it was made. */
function archivedThreads(guild: World, parent: Channel, query: URLSearchParams): object {
  const before = Date.parse(query.get("before") ?? "") || Number.POSITIVE_INFINITY;
  const archived = guild.channels
    .filter(
      (channel) => isThread(channel) && channel.parent_id === parent.id && channel.thread_metadata?.archived,
    )
    .sort((a, b) => (isOlder(a.id, b.id) ? 1 : -1))
    .filter((thread) => archivedAtMs(thread) < before);
  const page = archived.slice(0, Number(query.get("limit") ?? 50));
  const threads = page.map((thread) => guild.channelPayload(thread));
  return { threads, members: [], has_more: archived.length > page.length };
}

function archivedAtMs({ thread_metadata }: Channel): number {
  return Date.parse(thread_metadata?.archive_timestamp ?? "");
}
