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
import { isSomebodys } from "./messages.ts";

/**
 * Tells of messages that the client drops because it does not know their thread yet: one that is made while the client logs in
 * is kept back, and messages in it come before it (see `VoiceOrder`).
 * @returns stops listening
 */
export function onUntoldThreads(client: Client, said: (message: MessageObservation) => void): () => void {
  const parents = new Map<Snowflake, Snowflake | null>();
  const made = ({ id, parent_id }: GatewayThreadCreateDispatchData): void => {
    if (client.ws.status !== Status.Ready) parents.set(id, parent_id ?? null);
  };
  const came = (data: GatewayMessageCreateDispatchData): void => {
    const { id, author, channel_id: channelId, guild_id: guildId, type } = data;
    // Those that are kept back come behind their thread.
    if (parents.size === 0 || client.ws.status !== Status.Ready) return;
    const parentId = parents.get(channelId);
    if (parentId === undefined || guildId === undefined) return;
    if (client.channels.cache.has(channelId)) {
      parents.delete(channelId);
      return;
    }
    const { webhook_id: webhookId = null, application_id: applicationId = null } = data;
    const origin = { isSystem: !NOT_SYSTEM.includes(type), authorId: author.id, webhookId, applicationId };
    if (!client.isReady() || !isSomebodys(origin, client.user.id)) return;
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
