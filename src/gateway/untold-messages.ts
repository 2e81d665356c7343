import {
  type Client,
  Constants,
  GatewayDispatchEvents,
  type GatewayMessageCreateDispatchData,
  type GatewayThreadCreateDispatchData,
  Status,
} from "discord.js";
import type { MessageObservation } from "../counting/observations.ts";
import type { Snowflake } from "../snowflake.ts";
import { isLoggedIn } from "./logged-in.ts";
import { isSomebodys } from "./messages.ts";

/**
 * Tells of messages that come and that the client drops: because it does not know their thread yet (one that is made while the
 * client logs in is kept back, and messages in it come before it; see `updateKeptBack`), or because it has them already: a reaction came
 * first, or the host has fetched them. Of those it has told of before some are told of again.
 * @returns stops listening
 */
export function onUntoldMessages(client: Client, said: (message: MessageObservation) => void): () => void {
  const parents = new Map<Snowflake, Snowflake | null>();
  const made = ({ id, parent_id }: GatewayThreadCreateDispatchData): void => {
    if (client.ws.status !== Status.Ready) parents.set(id, parent_id ?? null);
  };
  /** The thread's channel, or `null` where it is no thread; `undefined`: the client tells of the message. */
  const parentOfUntold = (channelId: Snowflake, messageId: Snowflake): Snowflake | null | undefined => {
    const channel = client.channels.cache.get(channelId);
    if (channel === undefined) return parents.get(channelId);
    parents.delete(channelId);
    if (!channel.isTextBased() || !channel.messages.cache.has(messageId)) return undefined;
    return channel.isThread() ? channel.parentId : null;
  };
  const came = (data: GatewayMessageCreateDispatchData): void => {
    const { id, author, channel_id: channelId, guild_id: guildId, type } = data;
    // Those that are kept back come behind their thread.
    if (guildId === undefined || !isLoggedIn(client)) return;
    const parentId = parentOfUntold(channelId, id);
    if (parentId === undefined) return;
    const { webhook_id: webhookId = null, application_id: applicationId = null } = data;
    const origin = { isSystem: !NOT_SYSTEM.includes(type), authorId: author.id, webhookId, applicationId };
    if (!isSomebodys(origin, client.user.id)) return;
    said({ messageId: id, guildId, channelId, parentId, userId: author.id, bot: author.bot ?? false });
  };
  client.ws.on(GatewayDispatchEvents.ThreadCreate, made);
  client.ws.on(GatewayDispatchEvents.MessageCreate, came);
  return () => {
    client.ws.off(GatewayDispatchEvents.ThreadCreate, made);
    client.ws.off(GatewayDispatchEvents.MessageCreate, came);
  };
}

const NOT_SYSTEM: readonly number[] = Constants.NonSystemMessageTypes;
