import { ChannelType, type Guild, type GuildMember, type User } from "discord.js";
import type { Names, Subject } from "../cards/card.ts";
import type { Clock } from "../clock.ts";
import { isSnowflake, type Snowflake } from "../snowflake.ts";
import type { View } from "../stats/views.ts";

/** How long to wait for names that are not cached; a card with an unknown name is better than a late one. */
const NAMES_TIMEOUT_MS = 2_000;
/** How a guild's banner is asked for: behind a card's header it lies small and soft. */
export const BANNER = { extension: "png", forceStatic: true, size: 1_024 } as const;
const AVATAR = { extension: "png", forceStatic: true, size: 128 } as const;

/**
 * Resolves the names of everyone and everything on a view, in one request for all members not cached.
 * @param isVisible whether who asks may see a channel that exists
 * @param deletedName the stored name of a channel that is gone; `null` when there is none, or it is not to be shown
 */
export async function namesFor(
  clock: Clock,
  guild: Guild,
  view: View,
  isVisible: (channelId: Snowflake) => boolean,
  deletedName: (channelId: Snowflake) => string | null,
): Promise<Names> {
  const memberIds = new Set(membersOn(view));
  const { members, isComplete } = await fetchMembers(guild, [...memberIds]);
  const absent = [...memberIds].filter((id) => !members.has(id));
  const users = new Map<Snowflake, User>();
  const asked = absent.map(async (id) => {
    const user = await guild.client.users.fetch(id).catch(() => null);
    if (user) users.set(id, user);
  });
  await inTime(clock, asked);
  const channel = (id: Snowflake): Subject => channelSubject(guild, id, isVisible, deletedName);
  return {
    guild: { id: guild.id, name: guild.name, imageUrl: guild.iconURL(AVATAR), kind: "guild", colour: null },
    member: (id) => memberSubject(id, members.get(id), users.get(id), isComplete),
    channel,
    role: (id) => roleSubject(guild, id),
    category: channel,
  };
}

/** Asks Discord for channels that the client does not have. What it does not tell in time stays unknown. */
export async function fetchChannels(clock: Clock, guild: Guild, ids: readonly Snowflake[]): Promise<void> {
  // Without an id discord.js would ask for all channels, and an interaction may come without its channel.
  const missing = ids.filter((id) => isSnowflake(id) && !guild.channels.cache.has(id));
  await inTime(
    clock,
    missing.map((id) => guild.channels.fetch(id).catch(() => null)),
  );
}

/** A request waits as long as Discord's rate limits want it to, which may be minutes; a card does not. */
async function inTime(clock: Clock, asked: readonly Promise<unknown>[]): Promise<void> {
  if (asked.length === 0) return;
  await new Promise<void>((resolve) => {
    const timer = clock.after(NAMES_TIMEOUT_MS, resolve);
    void Promise.all(asked).then(() => {
      timer.cancel();
      resolve();
    });
  });
}

function membersOn(view: View): Snowflake[] {
  const idsOf = (entries: readonly { readonly id: Snowflake }[]): Snowflake[] => entries.map(({ id }) => id);
  switch (view.kind) {
    case "server":
    case "channel":
    case "role":
    case "category":
      return idsOf([...view.topMembers.messages, ...view.topMembers.voice]);
    case "messages":
    case "voice":
    case "activities":
    case "activity":
      return idsOf(view.topMembers);
    case "member":
      return [view.memberId, ...idsOf([...view.neighbours.messages, ...view.neighbours.voice])];
    case "member-activities":
      return [view.memberId];
    case "top":
      return view.of === "members" ? idsOf([...view.entries, ...view.around]) : [];
    case "compare":
      return view.of === "members" ? idsOf(view.sides) : [];
    case "growth":
    case "rhythm":
      return [];
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
    return { id, name: member.displayName, imageUrl, kind: member.user.bot ? "bot" : "member", colour: null };
  }
  const kind = isComplete ? "departed" : user?.bot ? "bot" : "member";
  return { id, name: user?.displayName ?? "", imageUrl: user?.avatarURL(AVATAR) ?? null, kind, colour: null };
}

function channelSubject(
  guild: Guild,
  id: Snowflake,
  isVisible: (channelId: Snowflake) => boolean,
  deletedName: (channelId: Snowflake) => string | null,
): Subject {
  const channel = guild.channels.cache.get(id);
  const name = channel ? isVisible(id) && channel.name : deletedName(id);
  return {
    id,
    name: name || "",
    imageUrl: null,
    kind: channel ? channelKind(channel.type) : "gone-channel",
    colour: null,
  };
}

function channelKind(type: ChannelType): Subject["kind"] {
  switch (type) {
    case ChannelType.GuildVoice:
    case ChannelType.GuildStageVoice:
      return "voice";
    case ChannelType.GuildForum:
    case ChannelType.GuildMedia:
      return "forum";
    case ChannelType.PublicThread:
    case ChannelType.PrivateThread:
    case ChannelType.AnnouncementThread:
      return "thread";
    case ChannelType.GuildCategory:
      return "category";
    default:
      return "text";
  }
}

function roleSubject(guild: Guild, id: Snowflake): Subject {
  const role = guild.roles.cache.get(id);
  // Discord's colour 0 is none.
  const colour = role?.colors.primaryColor || null;
  return { id, name: role?.name ?? "", imageUrl: role?.iconURL(AVATAR) ?? null, kind: "role", colour };
}
