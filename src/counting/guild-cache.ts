import type { Clock } from "../clock.ts";
import { hourOf } from "../clock.ts";
import type { LongPeriod } from "../period.ts";
import type { PlaceId } from "../place-id.ts";
import { type Snowflake, type SnowflakeDigits, snowflakeMs } from "../snowflake.ts";
import { guildsIn, withoutGuilds } from "../store/batch-guilds.ts";
import { batchWithout } from "../store/batch-without.ts";
import { rowsIn } from "../store/delta.ts";
import type { Batch, DayPart, GuildDelta, ImportedRange, Store } from "../store/store.ts";
import { Cutting } from "./cutting.ts";
import type { Epochs } from "./epochs.ts";
import { GuildRecord } from "./guild-record.ts";
import { HOT_HOURS, olderRange } from "./hot-window.ts";
import type { Count, MessageObservation } from "./observations.ts";
import { POPULATION_DAYS, POPULATION_HOURS, REACH_DAYS } from "./older-days.ts";
import type { Piece, Settled } from "./pieces.ts";
import { RecordSums } from "./record-sums.ts";
import { countOf, joinedChanges, NO_CHANGES, orNull } from "./session-changes.ts";

/** Rows taken into a window between two turns of the event loop: a millisecond or two. */
const SLICE_ROWS = 1_024;

export interface GuildCacheOptions {
  /** Names this run to the store; a random UUID. */
  readonly writer: string;
  /** How many bytes of hot windows to keep; clean guilds beyond it are dropped. */
  readonly byteBudget: number;
  /** Most rows in one batch, so that one write never blocks for long. */
  readonly batchRows: number;
  /** A channel's present name, to be stored for the day when it is deleted; `null` when it is not known. */
  nameOf(guildId: Snowflake, placeId: PlaceId): string | null;
  /** Bits of the voice states whose time is in no sum of a guild. */
  uncountedStates(guildId: Snowflake): number;
  /** IANA zone name, in which a guild's days are cut. */
  timeZone(guildId: Snowflake): string;
  /** Which guilds are this process's to write; `null`: all. */
  readonly epochs: Epochs | null;
  /** See `Batch.changesSeen`. */
  changesSeen(): number | null;
  /** Guilds in which time goes on, or of whose open sessions the store must be told something; some several times. */
  openGuilds(): Iterable<Snowflake>;
  /** Counts the time of a guild's open sessions up to now, and takes what the store must be told of them. */
  settle(guildId: Snowflake): Settled;
}

/**
 * All guilds in memory.
 *
 * Invariant: each count is in exactly one of a record's dirty set, in flight, and the store. In flight is what was cut and
 * is in `#cutting`, or in a batch in `#made`; a batch leaves that only when the store has answered for it.
 */
export class GuildCache {
  readonly #clock: Clock;
  readonly #options: GuildCacheOptions;
  readonly #records = new Map<Snowflake, GuildRecord>();
  /** Of all records. Whatever changes one says so here; a load when it has taken a part. */
  readonly #sums = new RecordSums<GuildRecord>();
  /** Those with a window, least recently queried first: a Set iterates in order of insertion. */
  readonly #loaded = new Set<GuildRecord>();
  /** The record that was looked for last; it is in `#records`. */
  #last: GuildRecord | undefined;
  readonly #dirty = new Set<GuildRecord>();
  /** Those in flight that were made, oldest first; the others come after them. */
  #made: Batch[] = [];
  readonly #cutting: Cutting;
  #sequence = 0;
  #latestHour = 0;
  /** How many cuts there were. */
  #cuts = 0;

  constructor(clock: Clock, options: GuildCacheOptions) {
    this.#clock = clock;
    this.#options = options;
    this.#cutting = new Cutting(options.batchRows, (guildId) => this.#cut(guildId));
  }

  count(count: Count): void {
    const record = this.#recordOf(count.guildId);
    record.count(count);
    this.#dirty.add(record);
    this.#sums.change(record);
  }

  /** Counts a message. @param id of the message, read */
  countMessage(message: MessageObservation, id: SnowflakeDigits): void {
    const record = this.#recordOf(message.guildId);
    if (!record.isDirty) this.#dirty.add(record);
    record.countMessage(message, id);
    this.#sums.change(record);
  }

  /** Members of a guild joined or left in this hour. @param members how many there are now */
  countMembers(guildId: Snowflake, hour: number, joins: number, leaves: number, members: number): void {
    const record = this.#recordOf(guildId);
    record.countMembers(hour, joins, leaves, members);
    this.#dirty.add(record);
    this.#sums.change(record);
  }

  /** What is in memory of a guild, if anything is. */
  find(guildId: Snowflake): GuildRecord | undefined {
    if (this.#last?.guildId === guildId) return this.#last;
    const record = this.#records.get(guildId);
    if (record) this.#last = record;
    return record;
  }

  /** Guilds of which something was counted that is not cut yet. */
  *dirtyGuilds(): Generator<Snowflake, void, void> {
    for (const { guildId } of this.#dirty) yield guildId;
  }

  /** The oldest batch that waits for the store's answer; `undefined` when nothing is in flight. */
  get oldest(): Batch | undefined {
    if (this.#made.length === 0) this.#send(this.#cutting.next());
    return this.#made[0];
  }

  /** Whether all that was counted is in the store. */
  get isWritten(): boolean {
    return this.#dirty.size === 0 && this.#isLanded;
  }

  /** Rows that a flush would write, those in flight included. */
  get dirtyRows(): number {
    let rows = this.#sums.dirtyRows + this.#cutting.rows;
    for (const { guilds } of this.#made) for (const delta of guilds) rows += rowsIn(delta);
    return rows;
  }

  /** Has all that is counted up to now put into batches, behind those that are made; see {@link oldest}. */
  cut(): void {
    this.#cuts++;
    this.#cutting.add(this.dirtyGuilds());
    this.#cutting.add(this.#options.openGuilds());
  }

  /** Moves all of a guild in flight. */
  #cut(guildId: Snowflake): readonly Piece[] {
    const { batchRows } = this.#options;
    const settled = this.#options.settle(guildId);
    const record = countOf(settled.changes) > 0 ? this.#recordOf(guildId) : this.find(guildId);
    if (record === undefined) return [];
    const pieces = record.take(batchRows, settled, (placeId) => this.#options.nameOf(guildId, placeId));
    record.latestCut = this.#cuts;
    this.#dirty.delete(record);
    this.#sums.change(record);
    return pieces;
  }

  /**
   * Counts messages of the past as one batch, with the range that they fill: all of it is stored, or nothing.
   * @param counts of one guild, without message ids: none of them is a channel's newest, or its first
   */
  importPast(counts: readonly Count[], imported: ImportedRange): void {
    const { guildId, fromId } = imported;
    const past = new GuildRecord(guildId, this.#clock.nowMs());
    for (const count of counts) past.count(count);
    // One batch whatever its size: a page of messages is few rows.
    const nameOf = (placeId: PlaceId) => this.#options.nameOf(guildId, placeId);
    const pieces = past.take(Math.max(1, counts.length), { settledMs: null, changes: NO_CHANGES }, nameOf);
    const record = this.#records.get(guildId);
    if (record) {
      record.sinceMs = Math.min(record.sinceMs, snowflakeMs(fromId));
      for (const { delta } of pieces) record.addToWindow(delta);
      this.#sums.change(record);
    }
    this.#send(pieces, imported);
  }

  /** Whether all is in the store that was to be cut. */
  get #isLanded(): boolean {
    return this.#made.length === 0 && this.#cutting.isDone;
  }

  /** Makes a batch, unless there is nothing to put into it. */
  #send(pieces: readonly Piece[], imported: ImportedRange | null = null): void {
    if (pieces.length === 0 && imported === null) return;
    const { writer, epochs } = this.#options;
    const { sessions, activities } = joinedChanges(pieces.map(({ changes }) => changes));
    const batch = {
      writer,
      sequence: ++this.#sequence,
      cutAtMs: this.#clock.nowMs(),
      guilds: pieces.map(({ delta }) => delta).filter((delta) => rowsIn(delta) > 0),
      settledMs: new Map(
        pieces.flatMap(({ delta, settledMs }) => (settledMs === null ? [] : [[delta.guildId, settledMs]])),
      ),
      sessions: orNull(sessions),
      activities: orNull(activities),
      imported,
      changesSeen: this.#options.changesSeen(),
    };
    this.#made.push({ ...batch, epochs: epochs?.among(guildsIn(batch)) ?? null });
  }

  /** Has all that was cut be in batches. */
  #sendBegun(): void {
    for (let pieces = this.#cutting.nextBegun(); pieces.length > 0; pieces = this.#cutting.nextBegun())
      this.#send(pieces);
  }

  /** Takes what was counted into the windows that are in memory, in slices. */
  async bringUpToDate(): Promise<void> {
    for (const record of [...this.#loaded]) {
      if (!record.isBehind) continue;
      for (let isMore = true; isMore; await this.#clock.turn()) {
        isMore = record.bringUpToDate(SLICE_ROWS);
        this.#sums.change(record);
      }
    }
  }

  /** Takes what was counted in one guild into its window, at once. */
  catchUp(record: GuildRecord): void {
    record.bringUpToDate();
    this.#sums.change(record);
  }

  /** The store has this batch. */
  settled(batch: Batch): void {
    this.#made = this.#made.filter(({ sequence }) => sequence !== batch.sequence);
    if (!this.#isLanded) return;
    this.#dropIdle();
    this.#fit();
  }

  /** The guild with its hot window; loads it when needed. Never run beside an `apply`, an `unload` or a `forget`. */
  async load(guildId: Snowflake, store: Store): Promise<GuildRecord> {
    const loaded = this.loaded(guildId);
    if (loaded !== null) return loaded;
    const currentHour = this.#currentHour();
    const record = this.#recordOf(guildId);
    const uncounted = this.#options.uncountedStates(guildId);
    const loading = record.beginLoad(currentHour, uncounted, () => this.#clock.turn());
    const snapshot = await store.load(guildId, {
      writer: this.#options.writer,
      fromHour: currentHour - HOT_HOURS,
      populationFromHour: currentHour - POPULATION_HOURS,
      take: async (part) => {
        await loading.take(part);
        this.#sums.change(record);
      },
    });
    await record.load(loading, snapshot, () => this.#inFlightAfter(snapshot.appliedSequence, guildId));
    record.hot?.advance(this.#currentHour());
    for (const { imported } of this.#made) {
      if (imported?.guildId === guildId)
        record.sinceMs = Math.min(record.sinceMs, snowflakeMs(imported.fromId));
    }
    this.#touch(record);
    this.#fit(record);
    return record;
  }

  /** Has a record's window know the hours before it. Never run beside an `apply`, an `unload` or a `forget`. */
  async loadOlder(record: GuildRecord, store: Store): Promise<void> {
    const { guildId, hot } = record;
    if (hot === null) return;
    const range = olderRange(hot.head);
    const { writer, timeZone } = this.#options;
    const sums = await store.sums(guildId, { writer, ...range, timeZone: timeZone(guildId) });
    const missing = (): GuildDelta[] => this.#inFlightAfter(sums.appliedSequence, guildId);
    await record.takeOlder(sums, range, missing, () => this.#clock.turn());
    this.#sums.change(record);
    this.#fit(record);
  }

  /** Has a record's window know the days before it. Never run beside an `apply`, an `unload` or a `forget`. */
  async loadDays(record: GuildRecord, period: LongPeriod, store: Store): Promise<void> {
    const { guildId, hot } = record;
    if (hot === null || this.knowsDays(record, period)) return;
    const { writer } = this.#options;
    // The longer ones are of use to both.
    const reachDays = Math.max(REACH_DAYS[period], hot.days?.reachDays ?? 0);
    const timeZone = this.#options.timeZone(guildId);
    const days = hot.emptyDays(timeZone, reachDays);
    const { fromDay, untilHour, today } = days;
    const populationFromDay = today - POPULATION_DAYS + 1;
    const loading = record.beginDays(days, () => this.#clock.turn());
    const take = (part: DayPart): Promise<void> => loading.take(part);
    const request = { writer, fromDay, untilHour, populationFromDay, timeZone, take };
    const stored = await store.days(guildId, request);
    await record.takeDays(loading, stored, () => this.#inFlightAfter(stored.appliedSequence, guildId));
    this.#sums.change(record);
    this.#fit(record);
  }

  /** Whether a record's window knows the days of a period, in the guild's time zone. */
  knowsDays({ guildId, hot }: GuildRecord, period: LongPeriod): boolean {
    const days = hot?.days ?? null;
    if (days === null || days.reachDays < REACH_DAYS[period]) return false;
    return days.timeZone === this.#options.timeZone(guildId);
  }

  /** The guild's record when its hot window is in memory, brought to the current hour; else `null`. */
  loaded(guildId: Snowflake): GuildRecord | null {
    const record = this.#records.get(guildId);
    if (!record?.hot) return null;
    this.catchUp(record);
    record.hot.advance(this.#currentHour());
    this.#touch(record);
    return record;
  }

  /**
   * Removes a user from every record and from the batches in flight, or from those of one guild. The store is the
   * caller's to clean.
   */
  forget(userId: Snowflake, guildId: Snowflake | null): void {
    const isMeant = (id: Snowflake): boolean => guildId === null || id === guildId;
    for (const record of this.#records.values()) {
      if (!isMeant(record.guildId)) continue;
      record.forget(userId);
      this.#unloaded(record);
    }
    this.#sendBegun();
    this.#made = this.#made.map((batch) =>
      batchWithout(batch, (id, ofGuildId) => id === userId && isMeant(ofGuildId)),
    );
  }

  /** Everyone in memory, batches in flight included, guild by guild; some several times. */
  *userIds(): Generator<Snowflake, void, void> {
    for (const { members } of [...this.#records.values()]) yield* members.ids;
    this.#sendBegun();
    for (const { guilds, sessions, activities } of this.#made) {
      for (const { members } of guilds) for (const { id } of members) yield id;
      for (const changes of [sessions, activities])
        for (const { userId } of changes?.opened ?? []) yield userId;
    }
  }

  /** Removes all of a guild, or of all (`null`), uncounted. The store is the caller's to clean. Never run beside a `load`. */
  forgetGuild(guildId: Snowflake | null): void {
    const isMeant = (id: Snowflake): boolean => guildId === null || id === guildId;
    for (const record of [...this.#records.values()]) {
      if (!isMeant(record.guildId)) continue;
      this.#dirty.delete(record);
      this.#delete(record);
    }
    this.#sendBegun();
    this.#made = this.#made.map((batch) =>
      withoutGuilds(batch, guildId === null ? guildsIn(batch) : new Set([guildId])),
    );
  }

  /** Drops a guild's hot window: what decides its sums, or what is stored, has changed. Never run beside a `load`. */
  unload(guildId: Snowflake): void {
    const record = this.#records.get(guildId);
    record?.unload(this.#clock.nowMs());
    if (record) this.#unloaded(record);
  }

  /** Drops what is known of a guild whose counts are all gone, unless it is counted again. Never run beside a `load`. */
  drop(guildId: Snowflake): void {
    const record = this.#records.get(guildId);
    if (record?.isDirty === false) this.#delete(record);
  }

  get guilds(): { readonly known: number; readonly loaded: number } {
    return { known: this.#records.size, loaded: this.#loaded.size };
  }

  get byteLength(): number {
    return this.#sums.byteLength;
  }

  /** A guild's differences that an answer as of batch `appliedSequence` does not hold, and are not dirty any more. */
  #inFlightAfter(appliedSequence: number, guildId: Snowflake): GuildDelta[] {
    const made = this.#made
      .filter(({ sequence }) => sequence > appliedSequence)
      .flatMap(({ guilds }) => guilds.filter((delta) => delta.guildId === guildId));
    return [...made, ...this.#cutting.piecesOf(guildId).map(({ delta }) => delta)];
  }

  /** Never goes back: a host's clock that is set back must not bring old hours back into the windows. */
  #currentHour(): number {
    this.#latestHour = Math.max(this.#latestHour, hourOf(this.#clock.nowMs()));
    return this.#latestHour;
  }

  #recordOf(guildId: Snowflake): GuildRecord {
    let record = this.find(guildId);
    if (record === undefined) {
      record = new GuildRecord(guildId, this.#clock.nowMs());
      this.#records.set(guildId, record);
      this.#sums.add(record);
    }
    return record;
  }

  #touch(record: GuildRecord): void {
    this.#loaded.delete(record);
    this.#loaded.add(record);
    this.#sums.change(record);
  }

  /** The record may have lost its window. */
  #unloaded(record: GuildRecord): void {
    if (!record.hot) this.#loaded.delete(record);
    this.#sums.change(record);
  }

  #delete(record: GuildRecord): void {
    this.#records.delete(record.guildId);
    this.#loaded.delete(record);
    this.#sums.remove(record);
    this.#last = undefined;
  }

  /** Drops clean records without a window: they only cost memory. */
  #dropIdle(): void {
    for (const record of this.#records.values()) {
      // What was counted in just now is likely to be counted in again, by the same members.
      if (record.latestCut !== this.#cuts && !record.hot && !record.isDirty) this.#delete(record);
    }
  }

  /** Drops windows beyond the budget, the least recently queried first. */
  #fit(keep?: GuildRecord): void {
    const { byteBudget } = this.#options;
    // Long periods are asked for seldom: what only they need goes first.
    for (const record of this.#loaded) {
      if (this.#sums.byteLength <= byteBudget) return;
      if (record === keep || !record.hot?.days) continue;
      record.hot.forgetDays();
      this.#sums.change(record);
    }
    for (const record of this.#loaded) {
      if (this.#sums.byteLength <= byteBudget) return;
      if (record !== keep && !record.isDirty) this.#delete(record);
    }
  }
}
