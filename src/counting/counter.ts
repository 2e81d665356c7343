import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import { hourOf } from "../clock.ts";
import type { GuildStatsError } from "../errors.ts";
import { isChannelId, type PlaceId } from "../place-id.ts";
import { type Snowflake, snowflakeMs, snowflakeSerial } from "../snowflake.ts";
import type { GuildSettings, OptOutBy, Purge, Store } from "../store/store.ts";
import { stateBits, UNCOUNTED_BY_DEFAULT } from "../voice-state.ts";
import { Admission } from "./admission.ts";
import type { Directory } from "./directory.ts";
import { Flusher, type FlushReport } from "./flusher.ts";
import { GuildCache } from "./guild-cache.ts";
import type { GuildRecord } from "./guild-record.ts";
import { HeldMessages } from "./held-messages.ts";
import type { HistorySource } from "./history-source.ts";
import type { Company, Count, MessageObservation, VoiceObservation } from "./observations.ts";
import { Recovery, type RecoveryProgress } from "./recovery.ts";
import { ReplayGuard } from "./replay-guard.ts";
import { Retention } from "./retention.ts";
import { SteadyTime } from "./steady-time.ts";
import { VoiceSessions } from "./voice-sessions.ts";
import { WriteQueue } from "./write-queue.ts";

export interface CounterOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly flushIntervalMs: number;
  readonly batchRows: number;
  readonly memoryBudgetBytes: number;
  readonly enabledByDefault: boolean;
  /** A longer time without the gateway is not bridged, milliseconds. */
  readonly longestGapMs: number;
  /** Most messages of one channel to read back after the bot was away. */
  readonly recoverMessagesPerChannel: number;
  readonly directory: Directory;
  readonly history: HistorySource;
  readonly hourlyRetentionDays: number;
  readonly dailyRetentionDays: number | null;
  /** IANA zone name, for guilds that chose none. */
  readonly timeZone: string;
}

export interface CounterEvents {
  flushed(report: FlushReport): void;
  failed(error: GuildStatsError): void;
  recovering(progress: RecoveryProgress): void;
}

/**
 * Turns observations into counts, and keeps counts on their way to the store. Its observing methods are
 * synchronous: nothing awaits between the gateway and a counter.
 */
export class Counter {
  readonly admission: Admission;
  readonly #store: Store;
  readonly #time: SteadyTime;
  readonly #directory: Directory;
  readonly #retention: Retention;
  readonly #cache: GuildCache;
  readonly #queue: WriteQueue;
  readonly #flusher: Flusher;
  readonly #sessions: VoiceSessions;
  readonly #replays = new ReplayGuard();
  readonly #held = new HeldMessages();
  readonly #recovery: Recovery;
  /** As last heard, so that a count that did not change is not written again. */
  readonly #memberCounts = new Map<Snowflake, number>();
  /** The newest message that came, refused or not: Discord's clock, which may lead ours. */
  #newestMessageMs = 0;
  #messages = 0;

  constructor(options: CounterOptions, events: CounterEvents) {
    const { store, clock, directory } = options;
    this.#store = store;
    this.#directory = directory;
    this.#retention = new Retention(store, clock, options, events.failed);
    this.admission = new Admission(store, options.enabledByDefault);
    this.#cache = new GuildCache(clock, {
      writer: randomUUID(),
      byteBudget: options.memoryBudgetBytes,
      batchRows: options.batchRows,
      nameOf: (guildId, placeId) => (isChannelId(placeId) ? directory.channelName(guildId, placeId) : null),
      uncountedStates: (guildId) =>
        stateBits(this.admission.settingsOf(guildId).uncountedVoice ?? UNCOUNTED_BY_DEFAULT),
    });
    this.#queue = new WriteQueue(store, clock);
    this.#sessions = new VoiceSessions((count: Count) => this.#cache.count(count), options.longestGapMs);
    this.#time = new SteadyTime(clock, (beforeMs, afterMs) => this.#sessions.step(beforeMs, afterMs));
    this.#recovery = new Recovery(
      options.history,
      this.#held,
      {
        countedMessages: (guildId) => this.#countedMessages(guildId),
        admitsChannel: (...channel) => this.#admitsChannel(...channel),
        count: (messages) => this.#countPast(messages),
      },
      { clock, withinMs: options.longestGapMs, messagesPerChannel: options.recoverMessagesPerChannel },
      { failed: events.failed, progress: events.recovering },
    );
    this.#flusher = new Flusher(this.#cache, this.#queue, clock, options.flushIntervalMs, {
      cut: () => this.#cut(),
      ...events,
    });
  }

  /** Reads who may be counted and who was in voice, then flushes periodically, and makes days of old hours. */
  async start(): Promise<void> {
    await this.admission.open();
    this.#sessions.restore(await this.#store.openVoice());
    this.#flusher.start();
    this.#retention.start();
  }

  /** Counts a message at the time its id was made, once however often the gateway delivers it. */
  message(message: MessageObservation): void {
    const madeMs = snowflakeMs(message.messageId);
    if (madeMs > this.#newestMessageMs) this.#newestMessageMs = madeMs;
    if (!this.#admitsMessage(message)) return;
    if (this.#held.isIdle) this.#countMessage(message, madeMs);
    else this.#countPast(this.#held.take(message));
  }

  /**
   * A member joined, moved in or left voice just now, or changed how the time there is spent.
   * @param company of the channels that were left or entered
   */
  voice(observation: VoiceObservation, company: Company): void {
    const { guildId, userId, channelId } = observation;
    const nowMs = this.#time.nowMs();
    // Whoever is not counted is company all the same.
    this.#sessions.company(guildId, company, nowMs);
    const admitted = channelId === null || this.#admits(guildId, userId, channelId, null);
    this.#sessions.observe(admitted ? observation : { ...observation, channelId: null }, nowMs);
  }

  /**
   * The whole list of who is in a guild's voice channels: as a GUILD_CREATE carries it, or because it was decided
   * anew who is counted.
   */
  reconcileVoice(guildId: Snowflake, present: readonly VoiceObservation[], company: Company): void {
    const admitted = present.filter(({ userId, channelId }) =>
      this.#admits(guildId, userId, channelId, null),
    );
    this.#sessions.reconcile(guildId, admitted, company, this.#time.nowMs());
  }

  /** A member joined (`change` 1) or left (-1). @param members how many the guild has now */
  memberChange(guildId: Snowflake, change: 1 | -1, members: number): void {
    if (!this.admission.isEnabled(guildId)) return;
    this.#memberCounts.set(guildId, members);
    const hour = hourOf(this.#time.nowMs());
    this.#cache.countMembers(guildId, hour, change === 1 ? 1 : 0, change === 1 ? 0 : 1, members);
  }

  /** How many members a guild has; what changed it, if anything did, happened unseen. */
  memberCount(guildId: Snowflake, members: number): void {
    if (!this.admission.isEnabled(guildId) || this.#memberCounts.get(guildId) === members) return;
    this.#memberCounts.set(guildId, members);
    this.#cache.countMembers(guildId, hourOf(this.#time.nowMs()), 0, 0, members);
  }

  /** The gateway tells of a guild anew, after a start or a session that was lost: messages may have been missed. */
  recoverGuild(guildId: Snowflake): void {
    if (this.admission.isEnabled(guildId)) this.#recovery.begin(guildId);
  }

  /** The gateway does not tell of the guild any more; what happens there is unseen until it comes back. */
  loseGuild(guildId: Snowflake): void {
    this.#sessions.lose(guildId, this.#time.nowMs());
  }

  /** The gateway tells of the guild again, and has told all that was missed. */
  regainGuild(guildId: Snowflake): void {
    this.#sessions.regain(guildId);
  }

  /** The bot cannot see the guild any more: sessions end now, and what they counted stays. */
  leaveGuild(guildId: Snowflake): void {
    this.#sessions.end(guildId, this.#time.nowMs());
  }

  /** Changes what an admin chose; what was refused until now stays uncounted, also when the past is read back. */
  async saveSettings(guildId: Snowflake, change: Partial<GuildSettings>): Promise<GuildSettings> {
    await this.#markRules();
    return await this.admission.saveSettings(guildId, change);
  }

  /** The user is recorded again from now on. */
  async optIn(userId: Snowflake, by: OptOutBy = "self"): Promise<void> {
    await this.#markRules();
    await this.admission.optIn(userId, by);
  }

  /** What decides a guild's sums has changed: they are made anew when they are next asked for. */
  recount(guildId: Snowflake): Promise<void> {
    return this.#queue.unload(guildId, this.#cache);
  }

  /** The guild's numbers up to now; loads them when they are not in memory. */
  async record(guildId: Snowflake): Promise<GuildRecord> {
    this.#sessions.settle(this.#time.nowMs(), guildId);
    return this.#cache.loaded(guildId) ?? (await this.#queue.load(guildId, this.#cache));
  }

  /** The name under which a channel was last stored; `null` when it never was, or the guild is not loaded. */
  storedName(guildId: Snowflake, channelId: Snowflake): string | null {
    const places = this.#cache.loaded(guildId)?.places;
    const place = places?.find(channelId);
    return places === undefined || place === undefined ? null : places.nameOf(place);
  }

  /** Erases a user everywhere but from the opt-out list. */
  forget(userId: Snowflake): Promise<{ readonly rows: number }> {
    return this.#queue.forget(userId, this.#cache, () => {
      this.#sessions.forget(userId);
      this.#held.forget(userId);
    });
  }

  /** Deletes what an admin chose of a guild; what happens from now on is counted again. */
  purge(guildId: Snowflake, what: Purge): Promise<{ readonly rows: number }> {
    return this.#change(guildId, () => {
      // So that the count of members is written again when it is next heard.
      if (what === "all") this.#memberCounts.delete(guildId);
      return this.#store.purge(guildId, what);
    });
  }

  /** Adds a channel's counts to another's. */
  mergePlaces(guildId: Snowflake, from: PlaceId, into: PlaceId): Promise<{ readonly rows: number }> {
    return this.#change(guildId, () => this.#store.mergePlaces(guildId, from, into));
  }

  flush(): Promise<FlushReport> {
    return this.#flusher.flush();
  }

  /** The last flush; afterwards nothing is written any more. */
  async stop(): Promise<void> {
    const rested = this.#retention.stop();
    try {
      await this.#recovery.stop();
      await this.#flusher.drain();
    } finally {
      await rested;
    }
  }

  /** Figures of the moment, for logs and dashboards. */
  metrics(): {
    readonly messagesCounted: number;
    readonly voiceSessions: number;
    readonly guildsKnown: number;
    readonly guildsLoaded: number;
    readonly cacheBytes: number;
    readonly dirtyRows: number;
    readonly consecutiveFlushFailures: number;
  } {
    const { known, loaded } = this.#cache.guilds;
    return {
      messagesCounted: this.#messages,
      voiceSessions: this.#sessions.size,
      guildsKnown: known,
      guildsLoaded: loaded,
      cacheBytes: this.#cache.byteLength,
      dirtyRows: this.#cache.dirtyRows,
      consecutiveFlushFailures: this.#flusher.failures,
    };
  }

  /** What came until now was decided by the rules that were in force. */
  async #markRules(): Promise<void> {
    await this.#store.setRulesSinceMs(Math.max(this.#time.nowMs(), this.#newestMessageMs) + 1);
  }

  /** Counts messages that waited, or were read back. @returns how many were counted */
  #countPast(messages: readonly MessageObservation[]): number {
    let counted = 0;
    for (const message of messages) {
      // Asked again of those that waited: an author may have opted out meanwhile.
      if (!this.#admitsMessage(message)) continue;
      if (this.#countMessage(message, snowflakeMs(message.messageId))) counted++;
    }
    return counted;
  }

  #admitsMessage({ guildId, userId, channelId, parentId }: MessageObservation): boolean {
    return this.#admits(guildId, userId, channelId, parentId);
  }

  /** @returns whether it was new */
  #countMessage(message: MessageObservation, madeMs: number): boolean {
    const { messageId, guildId, channelId, parentId, userId, bot } = message;
    if (!this.#replays.isNew(madeMs, snowflakeSerial(messageId))) return false;
    this.#messages++;
    this.#cache.count({
      guildId,
      placeId: channelId,
      parentId,
      userId,
      bot,
      hour: hourOf(madeMs),
      state: 0,
      messages: 1,
      durationMs: 0,
      messageId,
    });
    return true;
  }

  async #countedMessages(guildId: Snowflake) {
    // What was counted before must be in the store's answer.
    if (this.#cache.dirtyRows > 0) await this.#flusher.flush();
    const [counted, rulesSinceMs] = await Promise.all([
      this.#store.countedMessages(guildId),
      this.#store.rulesSinceMs(),
    ]);
    return { counted, rulesSinceMs };
  }

  #cut(): void {
    const nowMs = this.#time.nowMs();
    this.#sessions.settle(nowMs);
    this.#cache.cut(nowMs, this.#sessions.takeChanges());
  }

  #change<T>(guildId: Snowflake, change: () => Promise<T>): Promise<T> {
    return this.#queue.change(guildId, this.#cache, () => this.#cut(), change);
  }

  #admits(
    guildId: Snowflake,
    userId: Snowflake,
    channelId: Snowflake | null,
    parentId: Snowflake | null,
  ): boolean {
    if (!this.admission.isEnabled(guildId)) return false;
    // Whoever is in memory was admitted: opting out removes them. So the keyed hash is made once, not per message.
    if (!this.#cache.knows(guildId, userId) && this.admission.isRefused(userId)) return false;
    const rules = this.admission.rulesOf(guildId);
    if (rules === null) return true;
    if (channelId !== null && !this.#admitsChannel(guildId, channelId, parentId)) return false;
    return !rules.ignoresRoles(() => this.#directory.rolesOf(guildId, userId));
  }

  #admitsChannel(guildId: Snowflake, channelId: Snowflake, parentId: Snowflake | null): boolean {
    if (!this.admission.isEnabled(guildId)) return false;
    const rules = this.admission.rulesOf(guildId);
    if (rules === null) return true;
    return (
      !rules.ignoresChannel(channelId, parentId) &&
      !rules.ignoresCategory(() => this.#directory.categoryOf(guildId, channelId))
    );
  }
}
