import type { Member, Message, User } from "./payloads.ts";
import { snowflake } from "./snowflake.ts";

export type MessageOptions = Partial<Message> & {
  /** Default: now. The message's id carries it. */
  readonly atMs?: number;
  /** Set for what a webhook sends; with `application_id`, for a bot's answer to an interaction. */
  readonly webhook_id?: string;
  readonly application_id?: string;
  /** Discord's number: 0 ordinary, 7 "joined the server", 19 reply, 20 a command's answer. */
  readonly type?: number;
};

export function makeMessage(
  guildId: string,
  channelId: string,
  author: User,
  member: Member | undefined,
  { atMs = Date.now(), ...fields }: MessageOptions,
): Message {
  return {
    ...{
      type: 0,
      timestamp: new Date(atMs).toISOString(),
      edited_timestamp: null,
      tts: false,
      pinned: false,
    },
    ...{ mention_everyone: false, mentions: [], mention_roles: [], embeds: [] },
    ...(member && !fields.webhook_id ? { member: { ...member, user: undefined } } : {}),
    id: snowflake(atMs),
    channel_id: channelId,
    guild_id: guildId,
    author,
    content: "",
    flags: 0,
    attachments: [],
    components: [],
    ...fields,
  };
}
