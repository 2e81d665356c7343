import { HOUR_MS, hourOf } from "../src/clock.ts";
import type { Snowflake } from "../src/snowflake.ts";
import { highest } from "../src/stats/ranking.ts";
import type { ByMetric, Metric, RankedEntry } from "../src/stats/views.ts";
import type { ChannelDocument } from "./cog-document.ts";
import { NOW_MS } from "./reference-guild.ts";

const HOURS = { "24h": 24, "7d": 168, "30d": 720, lifetime: Number.POSITIVE_INFINITY } as const;
const LISTED = 5;

/** A message (amount 1) or a session (milliseconds), as an item of a list. */
export interface Doing {
  readonly channelId: Snowflake;
  readonly userId: Snowflake;
  readonly fromMs: number;
  readonly amount: number;
}

export type Documents = ReadonlyMap<Snowflake, ChannelDocument>;

/** Every message of the last hours; of all time, one item a channel and member. */
export function messagesIn(documents: Documents, hours: number): Doing[] {
  if (hours !== Number.POSITIVE_INFINITY) return within(documents, "messages", ...lastHours(hours));
  return Array.from(documents, ([channelId, { totalMembers }]) =>
    Object.entries(totalMembers).map(([userId, amount]) => ({ channelId, userId, fromMs: 0, amount })),
  ).flat();
}

/** Every session of the last hours, cut to them; of all time, one item a channel and member. */
export function voiceIn(documents: Documents, hours: number): Doing[] {
  if (hours !== Number.POSITIVE_INFINITY) return within(documents, "voice", ...lastHours(hours));
  return Array.from(documents, ([channelId, { totalVoiceMembers }]) =>
    Object.entries(totalVoiceMembers).map(([userId, amount]) => ({ channelId, userId, fromMs: 0, amount })),
  ).flat();
}

function lastHours(hours: number): [fromHour: number, untilHour: number] {
  const head = hourOf(NOW_MS);
  return [head - hours + 1, head + 1];
}

/** A list of what happened in the hours `[fromHour, untilHour)`. */
export function within(documents: Documents, metric: Metric, fromHour: number, untilHour: number): Doing[] {
  const [fromMs, untilMs] = [fromHour * HOUR_MS, untilHour * HOUR_MS];
  const list: Doing[] = [];
  for (const [channelId, { messages, voice }] of documents) {
    if (metric === "messages") {
      for (const [userId, times] of Object.entries(messages))
        for (const seconds of times) {
          if (seconds * 1_000 >= fromMs && seconds * 1_000 < untilMs)
            list.push({ channelId, userId, fromMs: seconds * 1_000, amount: 1 });
        }
    } else {
      for (const [userId, sessions] of Object.entries(voice))
        for (const [startMs, endMs] of sessions) {
          const sinceMs = Math.max(startMs, fromMs);
          const amount = Math.min(endMs, untilMs) - sinceMs;
          if (amount > 0) list.push({ channelId, userId, fromMs: sinceMs, amount });
        }
    }
  }
  return list;
}

/** The first of a ranking by member or by channel. */
export function mostCommon(
  list: readonly Doing[],
  key: "userId" | "channelId",
  total: number,
): RankedEntry[] {
  const sums = new Map<Snowflake, number>();
  for (const doing of list) sums.set(doing[key], (sums.get(doing[key]) ?? 0) + doing.amount);
  const ids = [...sums.keys()];
  return highest({ ids, scores: Float64Array.from(ids, (id) => sums.get(id) ?? 0) }, LISTED, total);
}

export function sum(list: readonly Doing[]): number {
  return list.reduce((total, { amount }) => total + amount, 0);
}

export function bothMetrics<T>(of: (metric: Metric) => T): ByMetric<T> {
  return { messages: of("messages"), voice: of("voice") };
}

export function mapPeriods<T>(
  of: (hours: number, period: keyof typeof HOURS) => T,
): Readonly<Record<keyof typeof HOURS, T>> {
  return {
    "24h": of(HOURS["24h"], "24h"),
    "7d": of(HOURS["7d"], "7d"),
    "30d": of(HOURS["30d"], "30d"),
    lifetime: of(HOURS.lifetime, "lifetime"),
  };
}
