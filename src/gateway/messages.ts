import type { Message } from "discord.js";
import type { MessageObservation } from "../counting/observations.ts";
import type { Snowflake } from "../snowflake.ts";

/**
 * What a message adds to the counts; `null` for what is not counted: direct messages, system notices, webhooks
 * and this bot's own messages, among which are the cards themselves and their loading placeholders.
 */
export function observeMessage(message: Message): MessageObservation | null {
  const { author, guildId, system: isSystem, webhookId, applicationId, client } = message;
  if (
    guildId === null ||
    !isSomebodys({ isSystem, authorId: author.id, webhookId, applicationId }, client.user.id)
  )
    return null;
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

/** What tells whether a message of a guild is one that counts. */
interface Origin {
  readonly isSystem: boolean;
  readonly authorId: Snowflake;
  readonly webhookId: Snowflake | null;
  readonly applicationId: Snowflake | null;
}

/** Whether a message is somebody's: no system notice, no webhook's, and not this bot's own. @param ownId the bot's user */
export function isSomebodys(
  { isSystem, authorId, webhookId, applicationId }: Origin,
  ownId: Snowflake,
): boolean {
  if (isSystem || authorId === ownId) return false;
  // Another bot's answer to a command comes through a webhook of its application, and is that bot's message.
  return webhookId === null || webhookId === applicationId;
}
