import { isDeepStrictEqual } from "node:util";
import type { User } from "./payloads.ts";

/** The intent bit that an event needs (Discord's gateway documentation, "List of intents"). */
const INTENT_OF: Readonly<Record<string, number>> = {
  GUILD_CREATE: 1 << 0,
  GUILD_DELETE: 1 << 0,
  GUILD_ROLE_CREATE: 1 << 0,
  CHANNEL_CREATE: 1 << 0,
  CHANNEL_UPDATE: 1 << 0,
  CHANNEL_DELETE: 1 << 0,
  THREAD_CREATE: 1 << 0,
  THREAD_UPDATE: 1 << 0,
  THREAD_DELETE: 1 << 0,
  GUILD_MEMBER_ADD: 1 << 1,
  GUILD_MEMBER_UPDATE: 1 << 1,
  GUILD_MEMBER_REMOVE: 1 << 1,
  VOICE_STATE_UPDATE: 1 << 7,
  PRESENCE_UPDATE: 1 << 8,
  MESSAGE_CREATE: 1 << 9,
  MESSAGE_UPDATE: 1 << 9,
  MESSAGE_DELETE: 1 << 9,
};
export const GUILD_MEMBERS = 1 << 1;
export const VOICE_STATES = 1 << 7;
export const PRESENCES = 1 << 8;
const MESSAGE_CONTENT = 1 << 15;
/** Intents from here on do not exist. */
export const UNKNOWN_INTENTS = 1 << 26;

/** Whether a session with these intents gets an event. */
export function letsThrough(intents: number, event: string): boolean {
  const needed = INTENT_OF[event];
  return needed === undefined || (intents & needed) !== 0;
}

/** What a session gets to see of a message: without the privileged intent, not what others than the bot write. */
export function visible(intents: number, body: object, me: User): object {
  if (intents & MESSAGE_CONTENT || !("content" in body)) return body;
  if ("author" in body && isDeepStrictEqual(body.author, me)) return body;
  return { ...body, content: "", embeds: [], attachments: [], components: [] };
}
