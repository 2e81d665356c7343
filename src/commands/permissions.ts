import {
  type BaseInteraction,
  ChannelType,
  type Client,
  type Guild,
  type GuildMember,
  PermissionFlagsBits,
  Team,
  TeamMemberRole,
} from "discord.js";
import type { Snowflake } from "../snowflake.ts";

/** Whether the member may see the channel. Of one that the client does not know nobody can tell. */
export function canSee(guild: Guild, member: GuildMember, channelId: Snowflake): boolean {
  const channel = guild.channels.cache.get(channelId);
  if (channel === undefined) return false;
  const permissions = channel.permissionsFor(member);
  if (!permissions.has(PermissionFlagsBits.ViewChannel)) return false;
  // Seeing the channel is not enough to see its private threads.
  if (channel.type !== ChannelType.PrivateThread) return true;
  return permissions.has(PermissionFlagsBits.ManageThreads) || channel.members.cache.has(member.id);
}

/** The name of a channel as the member sees it; `null`: it is hidden from them, or not known. */
export function seenName(guild: Guild, member: GuildMember, channelId: Snowflake): string | null {
  return canSee(guild, member, channelId) ? (guild.channels.cache.get(channelId)?.name ?? null) : null;
}

/**
 * Whether a channel that the client does not know is hidden from the member all the same: it is gone, or is a thread that was
 * archived before the start, and who sees a thread sees its channel.
 */
export function isHiddenThread(guild: Guild, member: GuildMember, parentId: Snowflake | null): boolean {
  return parentId !== null && guild.channels.cache.has(parentId) && !canSee(guild, member, parentId);
}

/** Whether who uses the interaction manages the server. A command's default permissions can be overridden there. */
export function mayManage({ memberPermissions }: BaseInteraction<"cached">): boolean {
  return memberPermissions.has(PermissionFlagsBits.ManageGuild);
}

/**
 * Whether the user owns the bot: by option, as the application's owner, or as an administrator or developer of
 * its team. Asks Discord each time, since teams change while a bot runs.
 */
export async function isOwner(
  client: Client<true>,
  ownerIds: readonly Snowflake[],
  userId: Snowflake,
): Promise<boolean> {
  if (ownerIds.includes(userId)) return true;
  await client.application.fetch();
  return isKnownOwner(client, ownerIds, userId);
}

/** The same from what was last heard of the application: for what must be decided at once, and erases nothing. */
export function isKnownOwner(
  client: Client<true>,
  ownerIds: readonly Snowflake[],
  userId: Snowflake,
): boolean {
  if (ownerIds.includes(userId)) return true;
  const { owner } = client.application;
  if (!(owner instanceof Team)) return owner?.id === userId;
  const role = owner.members.get(userId)?.role;
  return owner.ownerId === userId || role === TeamMemberRole.Admin || role === TeamMemberRole.Developer;
}
