import type { ByPeriod } from "../../../stats/views.ts";

/** What cards say. Functions take text that is formatted already. */
export const cards = {
  periods: {
    "24h": "Last 24 hours",
    "7d": "Last 7 days",
    "30d": "Last 30 days",
    lifetime: "All time",
  } satisfies ByPeriod<string>,
  shortPeriods: {
    "24h": "24 hours",
    "7d": "7 days",
    "30d": "30 days",
    lifetime: "All time",
  } satisfies ByPeriod<string>,
  filters: { humans: "People", bots: "Bots", both: "People and bots" },
  metrics: { messages: "Messages", voice: "Voice time" },

  server: "Server statistics",
  member: "Member statistics",
  channel: "Channel statistics",
  messagesView: "Messages",
  voiceView: "Voice time",
  topMembers: { messages: "Top members by messages", voice: "Top members by voice time" },
  topChannels: { messages: "Top channels by messages", voice: "Top channels by voice time" },

  topMembersPanel: { messages: "Most active in text", voice: "Most active in voice" },
  topChannelsPanel: { messages: "Top text channels", voice: "Top voice channels" },
  ranking: "Ranking",
  rankingContinued: "Ranking, continued",
  contributors: {
    humans: { one: "member", other: "members" },
    bots: { one: "bot", other: "bots" },
    both: { one: "account", other: "accounts" },
  },

  rankLabel: "Rank",
  rank: (place: string, of: string): string => `#${place} of ${of}`,
  noRank: "none",
  empty: {
    messages: "No messages yet. They count from now on.",
    voice: "No voice time yet. Join a voice channel.",
  },
  emptyInPeriod: { messages: "No messages in this period.", voice: "No voice time in this period." },

  chart: "Last 30 days",
  chartMessages: "Messages",
  chartHours: "Hours in voice",
  chartZone: (zone: string): string => `${zone} time`,
  chartEmpty: "Nothing happened in these 30 days.",

  trackedFor: (days: string): string => `Counting for ${days}`,
  notTracked: "Counting starts now",
  days: { one: "day", other: "days" },

  unknownMember: "Unknown member",
  unknownChannel: "Deleted channel",
  bot: "bot",
  departed: "left",

  altListed: (title: string, entries: string): string => `${title}: ${entries}.`,
  altFigure: (label: string, value: string): string => `${label}: ${value}`,
};
