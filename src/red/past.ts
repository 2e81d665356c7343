import { HOUR_MS, hourOf } from "../clock.ts";
import { activityId } from "../place-id.ts";
import type { Snowflake } from "../snowflake.ts";
import type { RedPast, RedPastActivities, RedPastChannel, RedPastTotal } from "../store/red-past.ts";
import type { RedChannel } from "./red-channel.ts";
import type { RedGuild, RedImport } from "./red-import.ts";

export interface PastOptions {
  /** Unix milliseconds; for a file that does not say when it began or ended. */
  readonly nowMs: number;
  /** The store's hash of a user's id. */
  hashOf(userId: Snowflake): string;
  /** The hashes of those who opted out; nothing of them is taken over. */
  readonly optedOut: ReadonlySet<string>;
}

/** The file as a store takes it in. */
export function pastOf(imported: RedImport, { nowMs, hashOf, optedOut }: PastOptions): RedPast {
  const admitted = new Map<Snowflake, boolean>();
  const isIn = ({ userId }: { readonly userId: Snowflake }): boolean => {
    const known = admitted.get(userId) ?? !optedOut.has(hashOf(userId));
    admitted.set(userId, known);
    return known;
  };
  const untilMs = imported.newestMs === null ? nowMs : imported.newestMs + 1_000;
  const firstHourMs = imported.recent && imported.recent.fromHour * HOUR_MS;
  return {
    sinceMs: Math.min(imported.trackingSinceMs ?? firstHourMs ?? nowMs, untilMs),
    untilMs,
    channels: imported.channels.map((channel) => {
      const { channelId, lifetime, hours } = channelPast(channel);
      return { channelId, lifetime: lifetime.filter(isIn), hours: hours.filter(isIn) };
    }),
    activities: activitiesPast(imported).map(({ guildId, totals }) => ({
      guildId,
      totals: totals.filter(isIn),
    })),
    settings: settingsPast(imported),
    optOutHashes: imported.ignoredUserIds.map(hashOf),
  };
}

/** A figure by user, or by hour and user, that sums up what is added. */
class Sums<T extends RedPastTotal> {
  readonly #rows = new Map<string, T>();

  add(key: string, amount: T): void {
    const before = this.#rows.get(key);
    this.#rows.set(key, {
      ...amount,
      messages: amount.messages + (before?.messages ?? 0),
      durationMs: amount.durationMs + (before?.durationMs ?? 0),
    });
  }

  get rows(): readonly T[] {
    return [...this.#rows.values()];
  }
}

function channelPast({ channelId, members, hours, voiceIntervals }: RedChannel): RedPastChannel {
  const byHour = new Sums<RedPastTotal & { readonly hour: number }>();
  for (const { hour, memberId, messages } of hours) {
    byHour.add(`${hour} ${memberId}`, { hour, userId: memberId, messages, durationMs: 0 });
  }
  for (const { memberId, startMs, endMs } of voiceIntervals) {
    for (let fromMs = startMs; fromMs < endMs; ) {
      const hour = hourOf(fromMs);
      const toMs = Math.min(endMs, (hour + 1) * HOUR_MS);
      const durationMs = toMs - fromMs;
      byHour.add(`${hour} ${memberId}`, { hour, userId: memberId, messages: 0, durationMs });
      fromMs = toMs;
    }
  }
  const listed = new Sums<RedPastTotal>();
  for (const { hour: _, ...amount } of byHour.rows) listed.add(amount.userId, amount);
  const lifetime = new Map(
    members.map(({ memberId, messages, voiceMs }) => [
      memberId,
      { userId: memberId, messages, durationMs: voiceMs },
    ]),
  );
  // A total below what is listed one by one contradicts itself; the doctor would call it damage.
  for (const { userId, messages, durationMs } of listed.rows) {
    const total = lifetime.get(userId);
    lifetime.set(userId, {
      userId,
      messages: Math.max(messages, total?.messages ?? 0),
      durationMs: Math.max(durationMs, total?.durationMs ?? 0),
    });
  }
  return { channelId, lifetime: [...lifetime.values()], hours: byHour.rows };
}

/** Discord's activity types (developer documentation, "Activity Types"); the cog wrote down names only. */
const PLAYING = 0;
const LISTENING = 2;

function activitiesPast({ activities }: RedImport): RedPastActivities[] {
  const guilds = new Map<Snowflake, RedPastActivities["totals"][number][]>();
  for (const { guildId, memberId, name, activityMs } of activities) {
    const placeId = activityId(name === "Spotify" ? LISTENING : PLAYING, name);
    const totals = guilds.get(guildId) ?? [];
    totals.push({ userId: memberId, placeId, durationMs: activityMs });
    guilds.set(guildId, totals);
  }
  return [...guilds].map(([guildId, totals]) => ({ guildId, totals }));
}

function settingsPast({ guilds, activities, enabledByDefault }: RedImport): RedPast["settings"] {
  const unset = (guildId: Snowflake): RedGuild => ({
    guildId,
    enabled: null,
    ignoredCategoryIds: [],
    ignoredChannelIds: [],
    ignoredActivities: [],
  });
  const known = new Map(guilds.map((guild) => [guild.guildId, guild]));
  // Guilds without settings matter when the cog was off where no admin had turned it on.
  if (!enabledByDefault) {
    for (const { guildId } of activities) if (!known.has(guildId)) known.set(guildId, unset(guildId));
  }
  return [...known.values()].map(
    ({ guildId, enabled, ignoredCategoryIds, ignoredChannelIds, ignoredActivities }) => ({
      guildId,
      enabled: enabled ?? (enabledByDefault ? null : false),
      ignored: {
        channels: ignoredChannelIds,
        categories: ignoredCategoryIds,
        activities: ignoredActivities,
      },
    }),
  );
}
