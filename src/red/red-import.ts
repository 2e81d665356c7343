import type { Snowflake } from "../snowflake.ts";
import { contradictionsIn, type RedContradiction } from "./contradictions.ts";
import { type RedChannel, redChannelOf } from "./red-channel.ts";
import { type RedConfig, readRedConfig } from "./red-config.ts";
import { canBe, millis, newestInstantMs, type RedHourRange, recentHours } from "./red-time.ts";
import { parseSettingsJson } from "./settings-json.ts";

/** A guild's settings; `enabled` is null where no admin chose, so that {@link RedImport.enabledByDefault} holds. */
export interface RedGuild {
  readonly guildId: Snowflake;
  readonly enabled: boolean | null;
  readonly ignoredCategoryIds: readonly Snowflake[];
  readonly ignoredChannelIds: readonly Snowflake[];
  readonly ignoredActivities: readonly string[];
}

/** A member's lifetime in one activity in one guild. */
interface RedActivity {
  readonly guildId: Snowflake;
  readonly memberId: Snowflake;
  readonly name: string;
  readonly activityMs: number;
}

/** What the settings.json of the Red cog says, as plain data. */
export interface RedImport {
  /** The key of the file under which the data lay. */
  readonly identifier: string;
  /** When the cog was first loaded, Unix milliseconds; null if the file does not say. */
  readonly trackingSinceMs: number | null;
  readonly enabledByDefault: boolean;
  readonly activitiesEnabled: boolean;
  /** Who opted out, or was ignored by the bot's owner. Nothing else in the import names them. */
  readonly ignoredUserIds: readonly Snowflake[];
  /** Those of them of whom the file still held data, which was left out. */
  readonly leftOutUserIds: readonly Snowflake[];
  readonly guilds: readonly RedGuild[];
  /** The channels of all guilds together: each is to be resolved to its guild. */
  readonly channels: readonly RedChannel[];
  readonly activities: readonly RedActivity[];
  /** The newest instant in the file, Unix milliseconds: all that it counts happened until then. Null: it has none. */
  readonly newestMs: number | null;
  /**
   * The hours that the file knows whole: 30 days up to its newest instant; null when it holds none. All `hours` and
   * `voiceIntervals` lie within; what is older counts for the lifetimes only.
   */
  readonly recent: RedHourRange | null;
  /** Figures that cannot all be true. They are imported as they stand, but for impossible instants. */
  readonly contradictions: readonly RedContradiction[];
  /** Places in the file from which nothing was read, as paths in one line. */
  readonly unreadPaths: readonly string[];
}

/**
 * Reads a whole settings.json.
 * @param nowMs Unix milliseconds; later instants in the file are contradictions
 * @throws `IMPORT_INVALID` naming the broken path; nothing is returned in part
 */
export function readRedSettings(text: string, nowMs: number): RedImport {
  return redImport(readRedConfig(parseSettingsJson(text)), nowMs);
}

/** The validated file as an import; see {@link readRedSettings}. */
function redImport(config: RedConfig, nowMs: number): RedImport {
  const { global } = config;
  const ignored = new Set(global.ignored_users);
  const newestMs = newestInstantMs(config, nowMs);
  const recent = newestMs === null ? null : recentHours(newestMs);
  const since = global.first_loading_time;
  return {
    identifier: config.identifier,
    trackingSinceMs: since !== null && canBe(since, nowMs) ? millis(since) : null,
    enabledByDefault: global.default_state,
    activitiesEnabled: global.toggle_activities_stats,
    ignoredUserIds: [...ignored],
    leftOutUserIds: [...ignored].filter(holdsDataOf(config)),
    guilds: [...config.guilds].map(([guildId, guild]) => ({
      guildId,
      enabled: guild.enabled,
      ignoredCategoryIds: [...new Set(guild.ignored_categories)],
      ignoredChannelIds: [...new Set(guild.ignored_channels)],
      ignoredActivities: [...new Set(guild.ignored_activities)],
    })),
    channels: config.channels.map(({ channelId, data }) =>
      redChannelOf(channelId, data, { ignored, recent, nowMs }),
    ),
    activities: activities(config, ignored),
    newestMs,
    recent,
    contradictions: contradictionsIn(config, nowMs),
    unreadPaths: config.unreadPaths,
  };
}

function activities(config: RedConfig, ignored: ReadonlySet<Snowflake>): RedActivity[] {
  const found: RedActivity[] = [];
  for (const [guildId, members] of config.members) {
    for (const [memberId, member] of members) {
      if (ignored.has(memberId)) continue;
      for (const [name, seconds] of member.total_activities_times) {
        found.push({ guildId, memberId, name, activityMs: millis(seconds) });
      }
    }
  }
  return found;
}

function holdsDataOf(config: RedConfig): (userId: Snowflake) => boolean {
  const perChannel = config.channels.flatMap(({ data }) => [
    data.total_messages_members,
    data.messages,
    data.total_voice_members,
    data.voice,
  ]);
  const people = [...perChannel, ...config.members.values()];
  return (userId) => people.some((ids) => ids.has(userId));
}
