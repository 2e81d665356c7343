import type { CalendarDay } from "../local-day.ts";
import type { StoreMetrics } from "../metrics.ts";
import type { PlaceId } from "../place-id.ts";
import type { Snowflake } from "../snowflake.ts";
import type { Applied, Batch, CountedMessages } from "./batch.ts";
import type { StoreChanges } from "./changes.ts";
import type { ExportCursor, ExportPage, ExportPart } from "./export-page.ts";
import type {
  DaysRequest,
  GuildDays,
  GuildSnapshot,
  GuildSums,
  LoadRequest,
  SumsRequest,
} from "./guild-answers.ts";
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
import type { OpenActivity, OpenVoice } from "./sessions.ts";
import type { UserGuildRecords, UserRedRecords } from "./user-records.ts";

export type * from "./batch.ts";
export type * from "./changes.ts";
export * from "./export-page.ts";
export type * from "./guild-answers.ts";
export * from "./guild-settings.ts";
export type * from "./leases.ts";
export type * from "./opt-out-list.ts";
export type * from "./rows.ts";
export type * from "./sessions.ts";

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
  /**
   * Replaces a guild's settings. {@link UNSET_SETTINGS} leave none stored.
   * @param before what they were as far as the caller knows. What is the same in both, another process may have changed
   * since, and stays as it is stored; a store of one process need not ask. Default: all are replaced
   */
  saveSettings(guildId: Snowflake, settings: GuildSettings, before?: GuildSettings): Promise<void>;
  /** The scheduled posts of all guilds. One of a kind that only a newer GuildStats knows is left out. */
  posts(): Promise<readonly ScheduledPost[]>;
  /** Adds a post, unless the guild has one with the same id, of another process or a newer version. @returns whether it was added */
  addPost(post: ScheduledPost): Promise<boolean>;
  /** Replaces the guild's post with the same id. One that was removed stays so. */
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
