import { ChannelType, type Guild, type GuildMember, type User } from "discord.js";
import type { Names, Subject } from "../cards/card.ts";
import type { Snowflake } from "../snowflake.ts";
import type { View } from "../stats/views.ts";

/** How long to wait for names that are not cached; a card with an unknown name is better than a late one. */
const NAMES_TIMEOUT_MS = 2_000;
const AVATAR = { extension: "png", forceStatic: true, size: 128 } as const;

/**
 * Resolves the names of everyone and everything on a view, in one request for all members not cached.
 * @param deletedName the stored name of a channel that is gone; `null` when there is none, or it is not to be shown
 */
export async function namesFor(
  guild: Guild,
  view: View,
  deletedName: (channelId: Snowflake) => string | null,
): Promise<Names> {
  const memberIds = new Set(membersOn(view));
  const { members, isComplete } = await fetchMembers(guild, [...memberIds]);
  const absent = [...memberIds].filter((id) => !members.has(id));
  const users = new Map<Snowflake, User>();
  await Promise.all(
    absent.map(async (id) => {
      const user = await guild.client.users.fetch(id).catch(() => null);
      if (user) users.set(id, user);
    }),
  );
  return {
    guild: { id: guild.id, name: guild.name, imageUrl: guild.iconURL(AVATAR), kind: "guild" },
    member: (id) => memberSubject(id, members.get(id), users.get(id), isComplete),
    channel: (id) => channelSubject(guild, id, deletedName),
  };
}

function membersOn(view: View): Snowflake[] {
  switch (view.kind) {
    case "server":
    case "channel":
      return [...view.topMembers.messages, ...view.topMembers.voice].map(({ id }) => id);
    case "messages":
    case "voice":
      return view.topMembers.map(({ id }) => id);
    case "member":
      return [view.memberId];
    case "top":
      return view.of === "members" ? view.entries.map(({ id }) => id) : [];
    default:
      return view satisfies never;
  }
}

/** @returns the members found, and whether all others are known to have left: no answer in time tells nothing */
async function fetchMembers(
  guild: Guild,
  ids: readonly Snowflake[],
): Promise<{ readonly members: ReadonlyMap<Snowflake, GuildMember>; readonly isComplete: boolean }> {
  const missing = ids.filter((id) => !guild.members.cache.has(id));
  const answer = missing.length === 0 ? true : guild.members.fetch({ user: missing, time: NAMES_TIMEOUT_MS });
  const isComplete = await Promise.resolve(answer).then(
    () => true,
    () => false,
  );
  const members = new Map<Snowflake, GuildMember>();
  for (const id of ids) {
    const member = guild.members.cache.get(id);
    if (member) members.set(id, member);
  }
  return { members, isComplete };
}

function memberSubject(
  id: Snowflake,
  member: GuildMember | undefined,
  user: User | undefined,
  isComplete: boolean,
): Subject {
  if (member) {
    const imageUrl = member.avatarURL(AVATAR) ?? member.user.avatarURL(AVATAR);
    return { id, name: member.displayName, imageUrl, kind: member.user.bot ? "bot" : "member" };
  }
  const kind = isComplete ? "departed" : user?.bot ? "bot" : "member";
  return { id, name: user?.displayName ?? "", imageUrl: user?.avatarURL(AVATAR) ?? null, kind };
}

function channelSubject(
  guild: Guild,
  id: Snowflake,
  deletedName: (channelId: Snowflake) => string | null,
): Subject {
  const channel = guild.channels.cache.get(id);
  if (!channel) return { id, name: deletedName(id) ?? "", imageUrl: null, kind: "gone-channel" };
  const voice = channel.type === ChannelType.GuildVoice || channel.type === ChannelType.GuildStageVoice;
  return { id, name: channel.name, imageUrl: null, kind: voice ? "voice" : "text" };
}
