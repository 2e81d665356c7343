import type { Snowflake } from "../snowflake.ts";
import type { RedImport } from "./red-import.ts";

/** What an import would bring, in figures, for the dry run. */
export interface RedSummary {
  /** Guilds with settings or activities. */
  readonly guilds: number;
  readonly channels: number;
  /** Channels whose guild the file does not tell: all of them. */
  readonly unresolvedChannels: number;
  /** Different people in channels and activities. */
  readonly members: number;
  /** Lifetime messages of those members. */
  readonly messages: number;
  /** Messages in the cog's channel totals that no imported member sent: of people erased or ignored. */
  readonly unattributedMessages: number;
  /** Lifetime voice of those members. */
  readonly voiceMs: number;
  /** Voice in the cog's channel totals that no imported member spent. */
  readonly unattributedVoiceMs: number;
  /** Rows of hour, channel and member. */
  readonly hours: number;
  /** The messages in those rows; part of `messages`. */
  readonly recentMessages: number;
  readonly voiceIntervals: number;
  /** Different activity names. */
  readonly activities: number;
  readonly activityMs: number;
  readonly ignoredUsers: number;
  /** Ignored users of whom the file holds data that is left out. */
  readonly leftOutUsers: number;
  readonly contradictions: number;
  readonly unreadPaths: number;
}

/** Counts what `imported` holds. */
export function summarise(imported: RedImport): RedSummary {
  const { channels, activities, guilds } = imported;
  const members = channels.flatMap((channel) => channel.members);
  const hours = channels.flatMap((channel) => channel.hours);
  return {
    guilds: new Set([...guilds, ...activities].map(({ guildId }) => guildId)).size,
    channels: channels.length,
    unresolvedChannels: channels.length,
    members: peopleIn(imported).size,
    messages: sum(members, ({ messages }) => messages),
    unattributedMessages: sum(channels, (channel) =>
      Math.max(0, channel.messages.all - sum(channel.members, ({ messages }) => messages)),
    ),
    voiceMs: sum(members, ({ voiceMs }) => voiceMs),
    unattributedVoiceMs: sum(channels, (channel) =>
      Math.max(0, channel.voiceMs.all - sum(channel.members, ({ voiceMs }) => voiceMs)),
    ),
    hours: hours.length,
    recentMessages: sum(hours, ({ messages }) => messages),
    voiceIntervals: sum(channels, ({ voiceIntervals }) => voiceIntervals.length),
    activities: new Set(activities.map(({ name }) => name)).size,
    activityMs: sum(activities, ({ activityMs }) => activityMs),
    ignoredUsers: imported.ignoredUserIds.length,
    leftOutUsers: imported.leftOutUserIds.length,
    contradictions: imported.contradictions.length,
    unreadPaths: imported.unreadPaths.length,
  };
}

function peopleIn({ channels, activities }: RedImport): Set<Snowflake> {
  const people = new Set(activities.map(({ memberId }) => memberId));
  for (const { members, hours, voiceIntervals } of channels) {
    for (const rows of [members, hours, voiceIntervals]) {
      for (const { memberId } of rows) people.add(memberId);
    }
  }
  return people;
}

function sum<T>(rows: readonly T[], figure: (row: T) => number): number {
  return rows.reduce((total, row) => total + figure(row), 0);
}
