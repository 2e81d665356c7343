import { HOUR_MS, hourOf } from "../clock.ts";
import type { Snowflake } from "../snowflake.ts";
import type { RedChannelData } from "./red-schema.ts";
import { canBe, millis, type RedHourRange } from "./red-time.ts";

/**
 * The cog's own totals of a channel. People who were erased or are ignored are still in them, so that they may exceed
 * the members' sum.
 */
interface RedTotals {
  readonly all: number;
  readonly humans: number;
  readonly bots: number;
}

/** A member's lifetime in a channel. The file does not say whether a member is a bot. */
interface RedChannelMember {
  readonly memberId: Snowflake;
  readonly messages: number;
  readonly voiceMs: number;
}

/** Messages of a member in one UTC hour (since the Unix epoch); already part of the lifetime. */
interface RedHour {
  readonly hour: number;
  readonly memberId: Snowflake;
  readonly messages: number;
}

/** A stay in voice, [startMs, endMs); already part of the lifetime. Only early versions of the cog kept any. */
interface RedVoiceInterval {
  readonly memberId: Snowflake;
  readonly startMs: number;
  readonly endMs: number;
}

/** All that is known of a channel. The file does not say to which guild it belongs, nor of what kind it is. */
export interface RedChannel {
  readonly channelId: Snowflake;
  readonly messages: RedTotals;
  readonly voiceMs: RedTotals;
  readonly members: readonly RedChannelMember[];
  readonly hours: readonly RedHour[];
  readonly voiceIntervals: readonly RedVoiceInterval[];
}

/** What is read of every channel alike. */
export interface RedChannelBounds {
  /** Whose data is left out. */
  readonly ignored: ReadonlySet<Snowflake>;
  /** The hours that the file knows whole. */
  readonly recent: RedHourRange | null;
  /** Unix milliseconds; later instants are left out. */
  readonly nowMs: number;
}

/** One channel of the file, in GuildStats' units. */
export function redChannelOf(
  channelId: Snowflake,
  data: RedChannelData,
  bounds: RedChannelBounds,
): RedChannel {
  return {
    channelId,
    messages: {
      all: data.total_messages,
      humans: data.total_humans_messages,
      bots: data.total_bots_messages,
    },
    voiceMs: {
      all: millis(data.total_voice),
      humans: millis(data.total_humans_voice),
      bots: millis(data.total_bots_voice),
    },
    members: lifetimes(data, bounds),
    hours: hours(data, bounds),
    voiceIntervals: voiceIntervals(data, bounds),
  };
}

function lifetimes(data: RedChannelData, { ignored }: RedChannelBounds): RedChannelMember[] {
  const memberIds = new Set([...data.total_messages_members.keys(), ...data.total_voice_members.keys()]);
  return [...memberIds]
    .filter((memberId) => !ignored.has(memberId))
    .map((memberId) => ({
      memberId,
      messages: data.total_messages_members.get(memberId) ?? 0,
      voiceMs: millis(data.total_voice_members.get(memberId) ?? 0),
    }));
}

function hours(data: RedChannelData, { ignored, recent, nowMs }: RedChannelBounds): RedHour[] {
  const found: RedHour[] = [];
  for (const [memberId, instants] of data.messages) {
    if (recent === null || ignored.has(memberId)) continue;
    const byHour = new Map<number, number>();
    for (const instant of instants) {
      const hour = hourOf(millis(instant));
      if (hour < recent.fromHour || !canBe(instant, nowMs)) continue;
      byHour.set(hour, (byHour.get(hour) ?? 0) + 1);
    }
    for (const [hour, messages] of byHour) found.push({ hour, memberId, messages });
  }
  return found;
}

function voiceIntervals(
  data: RedChannelData,
  { ignored, recent, nowMs }: RedChannelBounds,
): RedVoiceInterval[] {
  const found: RedVoiceInterval[] = [];
  for (const [memberId, stays] of data.voice) {
    if (recent === null || ignored.has(memberId)) continue;
    for (const [start, end] of stays) {
      if (!canBe(start, nowMs) || !canBe(end, nowMs)) continue;
      const startMs = Math.max(millis(start), recent.fromHour * HOUR_MS);
      if (startMs < millis(end)) found.push({ memberId, startMs, endMs: millis(end) });
    }
  }
  return found;
}
