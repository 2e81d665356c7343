import {
  type Client,
  Events,
  GatewayDispatchEvents,
  type GatewayGuildMemberUpdateDispatchData,
  type GuildMember,
  type PartialGuildMember,
  Status,
} from "discord.js";
import type { Snowflake } from "../snowflake.ts";

type Named = readonly [guildId: Snowflake, userId: Snowflake];

/**
 * Tells of members whose roles may have changed; of some who only got another name, too. With the members intent only.
 * @returns stops listening
 */
export function onRoleChanges(client: Client, changed: (member: GuildMember) => void): () => void {
  /** Until a shard has told all that was missed, the client takes changes in and emits nothing (discord.js 14.28). */
  const untold = new Map<number, Named[]>();
  const came = (data: GatewayGuildMemberUpdateDispatchData, shardId: number): void => {
    if (client.ws.shards.get(shardId)?.status === Status.Ready) return;
    const named = untold.get(shardId) ?? [];
    named.push([data.guild_id, data.user.id]);
    untold.set(shardId, named);
  };
  const caughtUp = (shardId: number): void => {
    for (const [guildId, userId] of untold.get(shardId) ?? []) {
      const member = client.guilds.cache.get(guildId)?.members.cache.get(userId);
      if (member) changed(member);
    }
    untold.delete(shardId);
  };
  const updated = (before: GuildMember | PartialGuildMember, after: GuildMember): void => {
    if (!before.roles.cache.equals(after.roles.cache)) changed(after);
  };
  // A change makes known whom the client did not have. So does a presence, which does not tell of roles.
  const available = (member: GuildMember | PartialGuildMember): void => {
    if (!member.partial) changed(member);
  };
  client.ws.on(GatewayDispatchEvents.GuildMemberUpdate, came);
  client.on(Events.ShardResume, caughtUp);
  client.on(Events.ShardReady, caughtUp);
  client.on(Events.GuildMemberUpdate, updated);
  client.on(Events.GuildMemberAvailable, available);
  return () => {
    client.ws.off(GatewayDispatchEvents.GuildMemberUpdate, came);
    client.off(Events.ShardResume, caughtUp);
    client.off(Events.ShardReady, caughtUp);
    client.off(Events.GuildMemberUpdate, updated);
    client.off(Events.GuildMemberAvailable, available);
  };
}
