import type { Message } from "discord.js";
import type { MessageObservation } from "../counting/observations.ts";

/**
 * What a message adds to the counts; `null` for what is not counted: direct messages, system notices, webhooks
 * and this bot's own messages, among which are the cards themselves and their loading placeholders.
 */
export function observeMessage(message: Message): MessageObservation | null {
  const { author, guildId } = message;
  if (guildId === null || message.system || author.id === message.client.user.id) return null;
  // Another bot's answer to a command comes through a webhook of its application, and is that bot's message.
  if (message.webhookId !== null && message.webhookId !== message.applicationId) return null;
  const { channel } = message;
  const parentId = channel?.isThread() ? channel.parentId : null;
  return {
    messageId: message.id,
    guildId,
    channelId: message.channelId,
    parentId,
    userId: author.id,
    bot: author.bot,
  };
}
