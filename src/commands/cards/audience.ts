import {
  ChannelType,
  type Guild,
  type GuildBasedChannel,
  OverwriteType,
  PermissionFlagsBits,
} from "discord.js";
import type { Snowflake } from "../../snowflake.ts";
import { canSee, mayManage } from "../permissions.ts";
import type { Answerable } from "../replies.ts";
import { isOpenToAll, type Viewing, type ViewingRules, type Word } from "./open-to.ts";

/** Who sees an answer, as far as it decides what may be in it. */
export interface Audience {
  /** Whether all of them may see the channel, or hear of it if it is gone. */
  sees(channelId: Snowflake): boolean;
  /** Whether they hear of channels that are gone: who could see these cannot be told any more. */
  readonly knowsGone: boolean;
}

/**
 * Who sees an answer: a private one the user alone, a public one everyone who may see the channel in which it stands.
 * Permissions are read as they are at the first look at each channel: an audience is for one answer.
 */
export function audienceOf(interaction: Answerable, isPrivate: boolean): Audience {
  const { guild, member, channelId } = interaction;
  const isSeenHere = isPrivate ? () => true : seenFrom(guild, channelId);
  const sees = (id: Snowflake): boolean => canSee(guild, member, id) && isSeenHere(id);
  return audience(guild, channelId, isPrivate && mayManage(interaction), sees);
}

/** Everyone who may see a channel, as readers of what is posted there. */
export function readersOf(guild: Guild, channelId: Snowflake): Audience {
  return audience(guild, channelId, false, seenFrom(guild, channelId));
}

function audience(
  guild: Guild,
  hereId: Snowflake,
  knowsGone: boolean,
  mayAllSee: (channelId: Snowflake) => boolean,
): Audience {
  const seen = new Map<Snowflake, boolean>();
  return {
    knowsGone,
    sees(channelId) {
      // Where somebody uses a command, they see the channel, also a private thread whose members are not known.
      if (channelId === hereId) return true;
      // Not kept: what the client does not know may be looked up for this very answer.
      if (!guild.channels.cache.has(channelId)) return knowsGone;
      const sees = seen.get(channelId) ?? mayAllSee(channelId);
      seen.set(channelId, sees);
      return sees;
    },
  };
}

/** Whether everyone who may see a channel may see another one. */
function seenFrom(guild: Guild, hereId: Snowflake): (channelId: Snowflake) => boolean {
  const rules = rulesOf(guild);
  const here = viewingOf(guild.channels.cache.get(hereId));
  return (channelId) => {
    const channel = guild.channels.cache.get(channelId);
    // Who is in a private thread is not known of everyone.
    if (channel?.type === ChannelType.PrivateThread) return false;
    const there = viewingOf(channel);
    return here !== null && there !== null && isOpenToAll(rules, here, there);
  };
}

function rulesOf(guild: Guild): ViewingRules {
  const { everyone } = guild.roles;
  const views = (permissions: typeof everyone.permissions): boolean =>
    permissions.has(PermissionFlagsBits.ViewChannel);
  // A text option "__proto__" makes discord.js take Object.prototype for a role, which has no permissions to read.
  const isRole = ({ permissions }: { readonly permissions?: unknown }): boolean => permissions !== undefined;
  return {
    everyone: { id: everyone.id, views: views(everyone.permissions) },
    roles: guild.roles.cache
      .filter(isRole)
      .filter(
        ({ id, permissions, tags }) =>
          id !== everyone.id &&
          !permissions.has(PermissionFlagsBits.Administrator) &&
          // Of one bot alone.
          tags?.botId === undefined,
      )
      .map(({ id, permissions }) => ({ id, views: views(permissions) })),
  };
}

/** A thread is seen by whoever sees its channel. @returns `null` for what is not known */
function viewingOf(channel: GuildBasedChannel | undefined): Viewing | null {
  const place = channel?.isThread() ? channel.parent : channel;
  if (!place || place.isThread()) return null;
  const roles = new Map<Snowflake, Word>();
  const members = new Map<Snowflake, Word>();
  for (const { id, type, allow, deny } of place.permissionOverwrites.cache.values()) {
    const words = type === OverwriteType.Member ? members : roles;
    // Who owns the guild sees all.
    if (type === OverwriteType.Member && id === place.guild.ownerId) continue;
    if (allow.has(PermissionFlagsBits.ViewChannel, false)) words.set(id, "allow");
    else if (deny.has(PermissionFlagsBits.ViewChannel, false)) words.set(id, "deny");
  }
  return { roles, members };
}
