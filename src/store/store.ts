import type { CalendarDay } from "../local-day.ts";
import type { StoreMetrics } from "../metrics.ts";
import type { PlaceId } from "../place-id.ts";
import type { Snowflake } from "../snowflake.ts";
import type { StoreChanges } from "./changes.ts";
import type { GuildSettings } from "./guild-settings.ts";
import type { GuildLeases } from "./leases.ts";
import type { OptOutBy, OptOutList } from "./opt-out-list.ts";
import type {
  RedItem,
  RedPast,
  RedPlacing,
  RedPlacingReport,
  RedStaging,
  RedStagingReport,
} from "./red-past.ts";
import type { ScheduledPost } from "./scheduled-post.ts";
import type { ActivityChanges, OpenActivity, OpenVoice, SessionChanges } from "./sessions.ts";
import type { UserGuildRecords, UserRedRecords } from "./user-records.ts";

export type * from "./changes.ts";
export * from "./guild-settings.ts";
export type * from "./opt-out-list.ts";
export type * from "./sessions.ts";

/** A member as the store knows one: an id and whether Discord marks it as a bot. */
export interface StoredMember {
  readonly id: Snowflake;
  readonly bot: boolean;
}

/** A place as the store knows one: a channel, a thread or an activity. */
export interface StoredPlace {
  readonly id: PlaceId;
  /** The channel of a thread; `null` for all others. Never changes. */
  readonly parentId: Snowflake | null;
  /** The channel's name when it was last counted, under which a deleted one is still listed; `null`: not known. */
  readonly name: string | null;
  /** The newest message of the place that was counted: reading back what was missed begins behind it. */
  readonly newestMessageId: Snowflake | null;
  /** The first message of the place that was counted as it came: importing the past ends before it. */
  readonly firstMessageId: Snowflake | null;
}

/** A range of message ids of one channel, `[fromId, untilId)`. */
export interface MessageRange {
  readonly channelId: Snowflake;
  readonly fromId: Snowflake;
  readonly untilId: Snowflake;
}

/** A {@link MessageRange} that is in the counters from now on. */
export interface ImportedRange extends MessageRange {
  readonly guildId: Snowflake;
  /** The channel of a thread; `null` for all others. */
  readonly parentId: Snowflake | null;
}

/** Which messages of a guild are in the counters. */
export interface CountedMessages {
  /** When the guild was first counted as it happened, Unix milliseconds; `null`: never. */
  readonly liveSinceMs: number | null;
  /** By channel: the first and the newest message that was counted as it came, or read back. */
  readonly channels: ReadonlyMap<
    Snowflake,
    { readonly firstId: Snowflake | null; readonly newestId: Snowflake | null }
  >;
  /** The past that was imported; ranges of a channel may touch. */
  readonly imported: readonly MessageRange[];
}

/**
 * Counters in columns: row `i` is (`place[i]`, `member[i]`, `state[i]`), the first two being indices into the lists
 * that travel beside it. All columns have the same length.
 */
export interface CellRows {
  readonly place: Int32Array;
  readonly member: Int32Array;
  /** How time in voice was spent, a set of bits ({@link VOICE_STATES}), below 2^16; 0 for all else. */
  readonly state: Uint16Array;
  /** Messages, whole and not negative. */
  readonly messages: Float64Array;
  /** Time in voice or in an activity, milliseconds, whole and not negative. */
  readonly durationMs: Float64Array;
}

/** {@link CellRows} of many hours: `hour[i]` is a UTC hour index (hours since the Unix epoch). */
export interface HourRows extends CellRows {
  readonly hour: Int32Array;
}

/** Comings and goings of one hour of a guild. */
export interface PopulationRow {
  /** UTC hour index. */
  readonly hour: number;
  readonly joins: number;
  readonly leaves: number;
  /** How many members the guild had when that was last heard in this hour. */
  readonly members: number;
}

/** What was counted in one guild since the last batch. Rows hold differences, never totals. */
export interface GuildDelta {
  readonly guildId: Snowflake;
  readonly places: readonly StoredPlace[];
  readonly members: readonly StoredMember[];
  /** At most one row per (hour, place, member, state). */
  readonly rows: HourRows;
  /** Joins and leaves are differences, `members` replaces what was known; at most one row an hour. */
  readonly population: readonly PopulationRow[];
}

/**
 * The unit that is written all or not at all, and exactly once: a store remembers each writer's last
 * sequence, so that a batch whose answer was lost can be sent again under the same number.
 */
export interface Batch {
  /** Names one run of one process; a random UUID. */
  readonly writer: string;
  /** 1 for a writer's first batch, then one more each. */
  readonly sequence: number;
  /**
   * When the batch was cut, Unix milliseconds; becomes a new guild's `sinceMs`, and the `settledMs` of the writer's
   * open sessions: counters never hold more of their time.
   */
  readonly cutAtMs: number;
  readonly guilds: readonly GuildDelta[];
  /** `null`: the open sessions are as they were. */
  readonly sessions: SessionChanges | null;
  /** `null`: what members do is as it was. */
  readonly activities: ActivityChanges | null;
  /**
   * The range of one channel's past whose messages are in this batch and those before it; the batch then holds
   * nothing else. A range that ends where one before it ends extends that one backwards.
   */
  readonly imported: ImportedRange | null;
  /**
   * For each guild in the batch, the epoch of the lease under which it was counted; `null`: the store has no
   * {@link Store.leases}, or nobody else writes to it.
   */
  readonly epochs: ReadonlyMap<Snowflake, number> | null;
  /**
   * The last version of {@link Store.changes} that the writer had taken in when the batch was cut; `null`: nobody else
   * changes the store. Whoever was erased or opted out in another process since then is left out of the batch, for all
   * that it holds of them may be from before.
   */
  readonly changesSeen: number | null;
}

/**
 * What became of a batch. Where the writer does not hold a guild any more, its part is refused, and all else is in the
 * store: by this call, or since an earlier one.
 */
export type Applied = "applied" | "duplicate" | { readonly refused: readonly Snowflake[] };

/** What of a guild to read. */
export interface LoadRequest {
  /** Who asks; see {@link GuildSnapshot.appliedSequence}. */
  readonly writer: string;
  /** UTC hour index of the oldest counters by hour. */
  readonly fromHour: number;
  /** UTC hour index of the oldest comings and goings, of which there are few; default: `fromHour`. */
  readonly populationFromHour?: number;
  /**
   * Takes rows by hour while others are still being read: these are not in the snapshot's `hourly` any more. A store that
   * reads all at once leaves it alone. One part at a time, the next when the promise resolves, and none once the load
   * has ended; when it fails, what was taken means nothing. A part's columns may be written to until the promise resolves;
   * then they are the store's again. A store does not wait for parts to be taken: those that it has read lie in memory.
   */
  readonly take?: (part: HourPart) => Promise<void>;
}

/** Some of a guild's rows by hour, no hour in two parts. */
export interface HourPart extends Pick<GuildSnapshot, "places" | "members"> {
  readonly hourly: HourRows;
}

/** One guild's counters as they stand after batch `appliedSequence` of the asking writer. */
export interface GuildSnapshot {
  /** The asking writer's last batch that this snapshot contains; 0 when none. */
  readonly appliedSequence: number;
  /** When the guild was first written, Unix milliseconds; `null` for a guild never written. */
  readonly sinceMs: number | null;
  readonly places: readonly StoredPlace[];
  readonly members: readonly StoredMember[];
  /** Rows with `hour >= fromHour`. */
  readonly hourly: HourRows;
  /** Totals over all time, by (place, member, state). */
  readonly lifetime: CellRows;
  /** Rows with `hour >= populationFromHour`, and the newest one before it, if any; oldest first. */
  readonly population: readonly PopulationRow[];
}

/** Which hours to sum. */
export interface SumsRequest {
  /** Who asks; see {@link GuildSums.appliedSequence}. */
  readonly writer: string;
  /** UTC hour indices, `[fromHour, untilHour)`. */
  readonly fromHour: number;
  readonly untilHour: number;
  /** IANA zone name, valid: the guild's, in which its days were cut. */
  readonly timeZone: string;
}

/** One guild's counters of a range of hours, summed, after batch `appliedSequence` of the asking writer. */
export interface GuildSums {
  /** The asking writer's last batch that the sums contain; 0 when none. */
  readonly appliedSequence: number;
  /** All of the guild's. */
  readonly places: readonly StoredPlace[];
  readonly members: readonly StoredMember[];
  /**
   * By (place, member, state). Where the range cuts a day whose hours are no more, it is in proportion to the hours
   * inside the range, so a figure may be a fraction.
   */
  readonly rows: CellRows;
}

/** Which days to read. */
export interface DaysRequest {
  /** Who asks; see {@link GuildDays.appliedSequence}. */
  readonly writer: string;
  /** The first day of the guild's calendar. */
  readonly fromDay: CalendarDay;
  /** UTC hour index: what begins before it, from the first hour of `fromDay` on. */
  readonly untilHour: number;
  /** The first day of the comings and goings, of which there are few. */
  readonly populationFromDay: CalendarDay;
  /** IANA zone name, valid: the guild's, in which its days were cut. */
  readonly timeZone: string;
  /** As {@link LoadRequest.take} does the hours: these rows are not among the answer's any more. */
  readonly take?: (part: DayPart) => Promise<void>;
}

/** Some of a guild's rows by day. */
export type DayPart = Pick<GuildDays, "places" | "members" | "rows">;

/** {@link CellRows} of days: `day[i]` is a day of the guild's calendar, in days since 1970-01-01. */
export interface DayRows extends CellRows {
  readonly day: Int32Array;
}

/** Comings and goings of one day of a guild. */
export interface PopulationDay {
  readonly day: CalendarDay;
  readonly joins: number;
  readonly leaves: number;
  /** How many members the guild had when that was last heard on this day. */
  readonly members: number;
}

/** One guild's counters of some days, after batch `appliedSequence` of the asking writer. */
export interface GuildDays {
  /** The asking writer's last batch that the rows contain; 0 when none. */
  readonly appliedSequence: number;
  /** All of the guild's. */
  readonly places: readonly StoredPlace[];
  readonly members: readonly StoredMember[];
  /**
   * In order of their days; several rows of a day may have one (place, member, state), which then sum up. What of the
   * last day has no hours any more is in proportion to its hours before `untilHour`, rounded: what is added up must be
   * taken away to nothing one day.
   */
  readonly rows: DayRows;
  /** The days with any, in order, up to the hour `untilHour`. */
  readonly population: readonly PopulationDay[];
  /** How many members there were before `populationFromDay`; `null`: that was not heard. */
  readonly membersBefore: number | null;
}

/** An erasure that was asked for. `guildId` `null`: in all guilds. */
export interface ErasureWish {
  readonly userId: Snowflake;
  readonly guildId: Snowflake | null;
}

/** What an admin deletes of a guild: a place with its threads, members, one figure everywhere, or all counts. */
export type Purge =
  | { readonly placeId: PlaceId }
  | { readonly memberIds: readonly Snowflake[] }
  | { readonly metric: "messages" | "voice" | "activities" }
  | "all";

/** What a purge would take. */
export interface Purgeable {
  /** Counter rows that would be deleted or changed. */
  readonly rows: number;
  /** How many members have counts among them. */
  readonly members: number;
  /** Since when the guild is counted, Unix milliseconds; `null`: it is not. */
  readonly sinceMs: number | null;
}

/** What of a guild's counts to export: all time, old hours as days, and hours. */
export const EXPORT_PARTS = Object.freeze(["lifetime", "daily", "hourly"] as const);
/** One of {@link EXPORT_PARTS}. */
export type ExportPart = (typeof EXPORT_PARTS)[number];

/** Where a page of an export ended: hour or day (0 for lifetime), and the store's keys of place, member and state. */
export type ExportCursor = readonly [at: number, place: number, member: number, state: number];

/** One counter row of an export. */
export interface ExportRow {
  /** UTC hour index, or days since 1970-01-01 of the guild's calendar; 0 in the lifetime. */
  readonly at: number;
  readonly placeId: PlaceId;
  readonly parentId: Snowflake | null;
  /** As it was last stored. */
  readonly placeName: string | null;
  readonly userId: Snowflake;
  readonly bot: boolean;
  /** Bits of {@link VOICE_STATES}. */
  readonly state: number;
  readonly messages: number;
  readonly durationMs: number;
}

/** Some of the rows of an {@link ExportPart}. */
export interface ExportPage {
  readonly rows: readonly ExportRow[];
  /**
   * How often the guild's rows were moved to other keys by roll-ups and merges, or purged. Pages with the same number
   * have each count once; where it differs, some may be in two of them, or in none.
   */
  readonly rewrites: number;
  /** Where to go on; `null`: that was all of this part. */
  readonly next: ExportCursor | null;
}

/** What of the hourly and daily rows is too old to be kept. */
export interface RollUpRequest {
  /** Hours before this UTC hour index become days, as soon as a day of the guild's time zone is wholly before it. */
  readonly hourlyBefore: number;
  /** Days before this one are dropped; `null`: none. */
  readonly dailyBefore: CalendarDay | null;
  /** IANA zone name, valid; for guilds that chose none. */
  readonly timeZone: string;
  /** `next` of the slice before; `null` begins with the first guild. */
  readonly from: Snowflake | null;
}

/** What one slice of a roll-up did. */
export interface RollUpSlice {
  /** Rows that were summed or dropped. */
  readonly rows: number;
  /** The guild to go on with; `null`: nothing is left to do. */
  readonly next: Snowflake | null;
}

/**
 * Where counters live. All methods reject with a coded `GuildStatsError` (`STORE_*`) and leave the store as it
 * was when they do. Calls may be made concurrently; a store orders its own writes.
 */
export interface Store {
  /** Which process counts a guild, where several share the store; `null`: no other process can. */
  readonly leases: GuildLeases | null;
  /** How this process learns what others change; `null`: there are no others. */
  readonly changes: StoreChanges | null;
  /**
   * Opens and migrates, under a lock against other processes.
   * @throws `STORE_UNWRITABLE`, `STORE_CORRUPT`, `STORE_FOREIGN`, `STORE_NEWER`, `STORE_LOCKED`
   */
  open(): Promise<void>;
  /**
   * Adds a batch to hourly rows and lifetime totals, or does nothing when it was applied before. With {@link leases}, a
   * guild whose epoch is not the batch's is left out, also by its open sessions.
   */
  apply(batch: Batch): Promise<Applied>;
  /** Reads one guild; yields to the event loop between slices. An unknown guild gives empty columns. */
  load(guildId: Snowflake, request: LoadRequest): Promise<GuildSnapshot>;
  /** Sums a range of hours of one guild, off the event loop; one moment's. An unknown guild gives empty columns. */
  sums(guildId: Snowflake, request: SumsRequest): Promise<GuildSums>;
  /** Reads a guild's counters by day, off the event loop; one moment's. An unknown guild gives empty columns. */
  days(guildId: Snowflake, request: DaysRequest): Promise<GuildDays>;
  /** Which messages of a guild are counted, for reading back others. */
  countedMessages(guildId: Snowflake): Promise<CountedMessages>;
  /**
   * Until when it was decided anew who or what is counted, Unix milliseconds; 0: never. What was written before was
   * counted or refused as the rules were then, and is never read back.
   */
  rulesSinceMs(): Promise<number>;
  /** Moves {@link rulesSinceMs} on; a lower value than before changes nothing. */
  setRulesSinceMs(sinceMs: number): Promise<void>;
  /** The members who were in voice when earlier writers were last heard of. */
  openVoice(): Promise<readonly OpenVoice[]>;
  /** What members did when earlier writers were last heard of, or until shortly before. */
  openActivities(): Promise<readonly OpenActivity[]>;
  /** The settings of every guild that has any. */
  settings(): Promise<ReadonlyMap<Snowflake, GuildSettings>>;
  /** Replaces a guild's settings. {@link UNSET_SETTINGS} leave none stored. */
  saveSettings(guildId: Snowflake, settings: GuildSettings): Promise<void>;
  /** The scheduled posts of all guilds. One of a kind that only a newer GuildStats knows is left out. */
  posts(): Promise<readonly ScheduledPost[]>;
  /** Adds a post, or replaces the guild's post with the same id. */
  savePost(post: ScheduledPost): Promise<void>;
  /** Removes a guild's post. Idempotent. */
  removePost(guildId: Snowflake, id: number): Promise<void>;
  /**
   * Deletes every row about a user in every guild, and scrubs the freed space and the write-ahead log, so that
   * the id is not left in the file. Idempotent. Until it is done the wish is kept: {@link unfinishedErasures}.
   * @param guildId in this guild only; what is staged of an import stays then, and the id where another guild has it
   * @returns how many counter rows went
   */
  forget(userId: Snowflake, guildId?: Snowflake): Promise<{ readonly rows: number }>;
  /**
   * The erasures that were asked for, or came with an opt-out, and did not end; call {@link forget} for each. The store
   * keeps such a wish under a keyed hash, so it looks for the users among all that it has.
   */
  unfinishedErasures(): Promise<readonly ErasureWish[]>;
  /**
   * All that is recorded about a user, a guild at a time, each of one moment; reading is off the event loop. Nothing
   * keeps an erasure or a batch from coming between two guilds.
   */
  userRecords(userId: Snowflake): AsyncIterable<UserGuildRecords>;
  /** What is staged about a user of an import from the Red cog, by item. */
  userRedRecords(userId: Snowflake): Promise<readonly UserRedRecords[]>;
  /** Every guild of which anything is stored, with when the bot left it, Unix milliseconds; `null`: it did not. */
  guilds(): Promise<ReadonlyMap<Snowflake, number | null>>;
  /**
   * Says of guilds that the bot left them, or with `null` that it is in them. One that was left before stays left since
   * then; one of which nothing is stored is passed over.
   */
  markLeft(guildIds: readonly Snowflake[], leftMs: number | null): Promise<void>;
  /**
   * Deletes all that is stored of a guild: counts, names, settings, scheduled posts, open sessions, and what is known to
   * be its part of an import. Its members' ids are scrubbed as {@link forget} does it. Idempotent.
   * @returns how many counter rows went
   */
  eraseGuild(guildId: Snowflake): Promise<{ readonly rows: number }>;
  /**
   * Adds a deleted channel's counts to another's, and makes its threads the other's; of the old place nothing is
   * left but how far its messages were read. Likewise for activities.
   * @returns how many counter rows were moved
   * @throws `ARGUMENT_INVALID` when either was never counted, both are one, one is a channel and the other an
   * activity, or a channel with threads would go into a thread
   */
  mergePlaces(guildId: Snowflake, from: PlaceId, into: PlaceId): Promise<{ readonly rows: number }>;
  /**
   * Deletes counts of one guild, by hour, by day and over all time, with `"all"` also its joins and leaves. Members
   * without any count left go too. Settings and scheduled posts stay, open voice sessions, and how far messages were read.
   * Idempotent.
   * @returns how many counter rows were deleted or changed
   */
  purge(guildId: Snowflake, what: Purge): Promise<{ readonly rows: number }>;
  /** What the same purge would take now. */
  purgeable(guildId: Snowflake, what: Purge): Promise<Purgeable>;
  /** Everyone who has counts in a guild, in no order. */
  memberIds(guildId: Snowflake): Promise<readonly Snowflake[]>;
  /**
   * Sums the oldest day of one guild's hourly rows into daily rows, or drops its oldest daily rows: one short slice,
   * whole or not at all. Lifetime totals stay as they are. Without anything to do nothing is written.
   */
  rollUp(request: RollUpRequest): Promise<RollUpSlice>;
  /** Who is not to be recorded. */
  optOuts(): Promise<OptOutList>;
  /** Adds a hash, and with it the wish that the user be erased: both or neither. */
  addOptOut(hash: string, by: OptOutBy): Promise<void>;
  /** Takes {@link addOptOut} back, by whom it was asked for. Idempotent. */
  removeOptOut(hash: string, by: OptOutBy): Promise<void>;
  /**
   * Takes in what the Red cog counted, all or nothing: settings and opt-outs at once, counts to be placed later. An
   * item that was placed before stays as it is, one that waits is replaced; so twice is the same as once.
   */
  stageRed(past: RedPast, nowMs: number): Promise<RedStagingReport>;
  /** What was ever imported from the Red cog, and what of it still waits. */
  redStaging(): Promise<RedStaging>;
  /** Of whom counts wait in one item; nobody when it is placed. */
  redUsers(item: RedItem): Promise<readonly Snowflake[]>;
  /**
   * Adds what is staged of a guild to its hourly rows and lifetime totals, and removes it from what is staged: whole
   * and once, also when it is asked for again. What was counted already is left out.
   */
  placeRed(placing: RedPlacing): Promise<RedPlacingReport>;
  /** Removes what was staged before an instant and never placed. @param beforeMs Unix milliseconds */
  dropRed(beforeMs: number): Promise<void>;
  /**
   * The counts of a guild that are stored, in a fixed order (by hour or day first), read off the event loop. Each row
   * is as it is when its page is read: of what is written between two pages the later ones have what belongs behind the
   * cursor, and nothing that was erased or purged. An unknown guild has no rows.
   * @param after `next` of the page before; `null` begins
   * @param limit most rows of the page, at least 1
   */
  exportPage(
    guildId: Snowflake,
    part: ExportPart,
    after: ExportCursor | null,
    limit: number,
  ): Promise<ExportPage>;
  /** What it holds, told at once and without waiting for anything; `null` while it is not open. */
  metrics(): StoreMetrics | null;
  /** Finishes what runs, then releases the file. Idempotent. */
  close(): Promise<void>;
}
