import { HOUR_MS, hourOf } from "../clock.ts";
import { DISCORD_EPOCH_MS } from "../snowflake.ts";
import type { RedConfig } from "./red-config.ts";

/** How long the cog keeps arrival times and intervals. */
const KEPT_MS = 30 * 24 * HOUR_MS;

/** A range of UTC hours (since the Unix epoch), [fromHour, toHour). */
export interface RedHourRange {
  readonly fromHour: number;
  readonly toHour: number;
}

/** The cog counts in seconds, GuildStats in milliseconds. */
export function millis(seconds: number): number {
  return seconds * 1000;
}

/** Whether something on Discord can have happened then; other instants come from a clock set wrong, or another unit. */
export function canBe(seconds: number, nowMs: number): boolean {
  return millis(seconds) >= DISCORD_EPOCH_MS && millis(seconds) <= nowMs;
}

/**
 * The newest instant in the file, Unix milliseconds; null when there is none. The file does not say when it was saved,
 * but the bot saves every minute.
 */
export function newestInstantMs(config: RedConfig, nowMs: number): number | null {
  let newest = -1;
  for (const { data } of config.channels) {
    for (const instants of [
      ...data.messages.values(),
      ...[...data.voice.values()].map((all) => all.flat()),
    ]) {
      for (const instant of instants) if (instant > newest && canBe(instant, nowMs)) newest = instant;
    }
  }
  return newest < 0 ? null : millis(newest);
}

/** The hours of which the file still holds all: 30 days back from its newest instant, in whole hours. */
export function recentHours(newestMs: number): RedHourRange {
  return { fromHour: Math.ceil((newestMs - KEPT_MS) / HOUR_MS), toHour: hourOf(newestMs) + 1 };
}
