import {
  type Client,
  Events,
  GatewayDispatchEvents,
  type GatewayGuildMemberUpdateDispatchData,
  type Guild,
  type Role,
} from "discord.js";
import type { Snowflake } from "../snowflake.ts";

interface RoleChanges {
  /** A member's roles may have changed. */
  readonly ofMember: (guild: Guild, userId: Snowflake) => void;
  /** A role is gone, and whoever had it has it no more. */
  readonly ofAll: (guild: Guild) => void;
}

/**
 * Tells of members whose roles may have changed; of some who only got another name, too. Of single members with the members
 * intent only. It is the packet and not the client's event that is asked: the client emits none while it catches up with what it
 * missed, and late ones while it logs in.
 * @returns stops listening
 */
export function onRoleChanges(client: Client, { ofMember, ofAll }: RoleChanges): () => void {
  const updated = ({ guild_id, user }: GatewayGuildMemberUpdateDispatchData): void => {
    const guild = client.guilds.cache.get(guild_id);
    if (guild) ofMember(guild, user.id);
  };
  // Of this nobody's roles are told anew.
  const deleted = ({ guild }: Role): void => ofAll(guild);
  client.ws.on(GatewayDispatchEvents.GuildMemberUpdate, updated);
  client.on(Events.GuildRoleDelete, deleted);
  return () => {
    client.ws.off(GatewayDispatchEvents.GuildMemberUpdate, updated);
    client.off(Events.GuildRoleDelete, deleted);
  };
}
