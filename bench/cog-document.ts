import type { Snowflake } from "../src/snowflake.ts";

/** How long the old cog kept times. */
const KEPT_MS = 30 * 86_400_000;

/** What the old cog kept of one channel, as one JSON value: totals, and each message's and session's times. */
export interface ChannelDocument {
  readonly totalMembers: Record<Snowflake, number>;
  /** Unix seconds of each message, by member. */
  readonly messages: Record<Snowflake, number[]>;
  readonly totalVoiceMembers: Record<Snowflake, number>;
  /** `[from, until)` of each session, Unix milliseconds, by member. */
  readonly voice: Record<Snowflake, [fromMs: number, untilMs: number][]>;
}

export function emptyDocument(): ChannelDocument {
  return { totalMembers: {}, messages: {}, totalVoiceMembers: {}, voice: {} };
}

export function addMessage(document: ChannelDocument, userId: Snowflake, atMs: number): void {
  document.totalMembers[userId] = (document.totalMembers[userId] ?? 0) + 1;
  const times = document.messages[userId] ?? [];
  document.messages[userId] = times;
  times.push(Math.floor(atMs / 1_000));
}

export function addSession(
  document: ChannelDocument,
  userId: Snowflake,
  fromMs: number,
  untilMs: number,
): void {
  document.totalVoiceMembers[userId] = (document.totalVoiceMembers[userId] ?? 0) + untilMs - fromMs;
  const sessions = document.voice[userId] ?? [];
  document.voice[userId] = sessions;
  sessions.push([fromMs, untilMs]);
}

/** Adds what happened since the last save. */
export function merge(document: ChannelDocument, since: ChannelDocument): void {
  for (const [userId, count] of Object.entries(since.totalMembers))
    document.totalMembers[userId] = (document.totalMembers[userId] ?? 0) + count;
  for (const [userId, times] of Object.entries(since.messages))
    document.messages[userId] = [...(document.messages[userId] ?? []), ...times];
  for (const [userId, durationMs] of Object.entries(since.totalVoiceMembers))
    document.totalVoiceMembers[userId] = (document.totalVoiceMembers[userId] ?? 0) + durationMs;
  for (const [userId, sessions] of Object.entries(since.voice))
    document.voice[userId] = [...(document.voice[userId] ?? []), ...sessions];
}

/** Drops times that are too old for any period. */
export function cleanUp({ messages, voice }: ChannelDocument, nowMs: number): void {
  const sinceMs = nowMs - KEPT_MS - 3_600_000;
  for (const [userId, times] of Object.entries(messages))
    messages[userId] = times.filter((seconds) => seconds * 1_000 >= sinceMs);
  for (const [userId, sessions] of Object.entries(voice))
    voice[userId] = sessions.filter(([, untilMs]) => untilMs >= sinceMs);
}
