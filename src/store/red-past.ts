import type { PlaceId } from "../place-id.ts";
import type { Snowflake } from "../snowflake.ts";

/**
 * What the Red cog counted and chose, as a store takes it: ids without a guild, users without a bot's mark. Whoever
 * opted out is not in it.
 */
export interface RedPast {
  /** When the cog began to count, Unix milliseconds. */
  readonly sinceMs: number;
  /** All of it happened before, Unix milliseconds. */
  readonly untilMs: number;
  readonly channels: readonly RedPastChannel[];
  readonly activities: readonly RedPastActivities[];
  readonly settings: readonly RedPastSettings[];
  /** Whom the cog did not record, as the store's own keyed hashes. */
  readonly optOutHashes: readonly string[];
}

/** What the cog counted in one channel or thread. */
export interface RedPastChannel {
  readonly channelId: Snowflake;
  /** At most one row a user; whoever is in `hours` is here with at least their sum. */
  readonly lifetime: readonly RedPastTotal[];
  /** At most one row an hour and user. */
  readonly hours: readonly (RedPastTotal & { readonly hour: number })[];
}

/** One user's part of a {@link RedPastChannel}. */
export interface RedPastTotal {
  readonly userId: Snowflake;
  readonly messages: number;
  readonly durationMs: number;
}

/** Lifetimes in activities in one guild; at most one row an activity and user. */
export interface RedPastActivities {
  readonly guildId: Snowflake;
  readonly totals: readonly {
    readonly userId: Snowflake;
    readonly placeId: PlaceId;
    readonly durationMs: number;
  }[];
}

/** What a guild's admins chose in the cog. */
export interface RedPastSettings {
  readonly guildId: Snowflake;
  readonly enabled: boolean | null;
  readonly ignored: {
    readonly channels: readonly Snowflake[];
    readonly categories: readonly Snowflake[];
    readonly activities: readonly string[];
  };
}

/** What is imported once: a channel's counts, a guild's activities, a guild's settings. */
export interface RedItem {
  readonly kind: "channel" | "activities" | "settings";
  /** Of the channel or guild. */
  readonly id: Snowflake;
}

/** A {@link RedItem} that a store has. Settings are placed at once; counts wait for the gateway. */
export interface StoredRedItem extends RedItem {
  /** Unix milliseconds. */
  readonly stagedMs: number;
  /** Unix milliseconds; `null` while the bot has not seen the channel or guild. */
  readonly placedMs: number | null;
}

/** All that was ever imported, and how many users wait in what is not placed yet. */
export interface RedStaging {
  readonly items: readonly StoredRedItem[];
  readonly users: number;
}

/** What staging a file did with its channels, or its guilds' activities. */
export interface RedStaged {
  readonly fresh: number;
  /** Were staged from an earlier file and not placed yet: this file's figures replace them. */
  readonly replaced: number;
  /** Are among the counts since an earlier import, and were left as they are. */
  readonly alreadyPlaced: number;
}

/** What staging a file did. */
export interface RedStagingReport {
  readonly channels: RedStaged;
  readonly activities: RedStaged;
  /** Guilds whose settings were taken over; of others they had been before. */
  readonly guildsConfigured: number;
  readonly optOuts: number;
}

/** What the gateway knows, and the file did not. */
export interface RedPlacing {
  readonly guildId: Snowflake;
  /** The guild's channels and threads; those that are not staged change nothing. */
  readonly channels: readonly RedPlace[];
  /** Who of the staged users is a bot. */
  readonly botIds: readonly Snowflake[];
  readonly nowMs: number;
}

/** A channel or thread of the guild, as the gateway tells of it. */
export interface RedPlace {
  readonly channelId: Snowflake;
  /** The channel of a thread. */
  readonly parentId: Snowflake | null;
  readonly name: string;
}

/** What of a guild was placed. */
export interface RedPlacingReport {
  readonly guildId: Snowflake;
  readonly channels: number;
  /** Whether activities were placed. */
  readonly activities: boolean;
  /** Not placed, for they were counted already: as they happened, or from the channel's history. */
  readonly leftOutMessages: number;
  /** Voice that was not placed for the same reason, milliseconds. */
  readonly leftOutMs: number;
}
