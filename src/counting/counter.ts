import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import { hourOf } from "../clock.ts";
import { GuildStatsError } from "../errors.ts";
import type { CountingMetrics } from "../metrics.ts";
import type { LongPeriod } from "../period.ts";
import { activityOf, isChannelId, type PlaceId } from "../place-id.ts";
import { type Snowflake, SnowflakeDigits, snowflakeMs } from "../snowflake.ts";
import type { ErasureMade } from "../store/changes.ts";
import type { RedPlacing, RedPlacingReport } from "../store/red-past.ts";
import type { GuildSettings, ImportedRange, OptOutBy, Purge, Purgeable, Store } from "../store/store.ts";
import { stateBits, UNCOUNTED_BY_DEFAULT } from "../voice-state.ts";
import { ActivitySessions } from "./activity-sessions.ts";
import { Admission } from "./admission.ts";
import { Backfill, type BackfillProgress, type BackfillReport, type BackfillRequest } from "./backfill.ts";
import { ClaimingObserver } from "./claiming-observer.ts";
import type { Directory } from "./directory.ts";
import { Epochs } from "./epochs.ts";
import { ErasedUsers } from "./erased-users.ts";
import { EventLogs } from "./event-logs.ts";
import { EventRate } from "./event-rate.ts";
import { Flusher, type FlushReport } from "./flusher.ts";
import { Gatekeeper } from "./gatekeeper.ts";
import { GuildCache } from "./guild-cache.ts";
import { GuildClaims, type GuildClaimsEvents } from "./guild-claims.ts";
import type { GuildRecord } from "./guild-record.ts";
import { HandOver } from "./hand-over.ts";
import { HeldMessages } from "./held-messages.ts";
import type { HistorySource } from "./history-source.ts";
import type {
  ActivityObservation,
  Company,
  Count,
  MessageObservation,
  VoiceObservation,
} from "./observations.ts";
import type { GuildState, Observer } from "./observer.ts";
import { OlderHoursLoader } from "./older-hours-loader.ts";
import { Recovery, type RecoveryProgress } from "./recovery.ts";
import { ReplayGuards } from "./replay-guards.ts";
import { Retention } from "./retention.ts";
import { NO_CHANGES } from "./session-changes.ts";
import { SteadyTime } from "./steady-time.ts";
import { usersByHash } from "./user-search.ts";
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
  /** Whether activities are counted. */
  readonly activities: boolean;
  /** Shorter activities are not counted, milliseconds. */
  readonly activityMinimumMs: number;
  readonly directory: Directory;
  readonly history: HistorySource;
  /** A guild as the gateway has told of it up to now; `null`: the bot does not see it. */
  stateOf(guildId: Snowflake): GuildState | null;
  readonly hourlyRetentionDays: number;
  readonly dailyRetentionDays: number | null;
  /** IANA zone name, for guilds that chose none. */
  readonly timeZone: string;
  /** See `Batch.changesSeen`; left out: `null`. */
  readonly changesSeen?: () => number | null;
  /** Takes in what other processes changed up to now; left out: there is none. Never rejects. */
  readonly upToDate?: () => Promise<void>;
}

export interface CounterEvents extends GuildClaimsEvents {
  flushed(report: FlushReport): void;
  failed(error: GuildStatsError): void;
  recovering(progress: RecoveryProgress): void;
}

/** An event that comes later than this after its message was made is not expected any more. */
const LATEST_EVENT_MS = 600_000;

/**
 * Turns observations into counts, and keeps counts on their way to the store. Its observing methods are
 * synchronous: nothing awaits between the gateway and a counter.
 */
export class Counter implements Observer {
  readonly admission: Admission;
  /** Which guilds are this process's to count; `null`: all. */
  readonly claims: GuildClaims | null;
  /** Takes what the gateway tells. */
  readonly observer: Observer;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #time: SteadyTime;
  readonly #events: EventRate;
  readonly #cacheBudgetBytes: number;
  readonly #gates: Gatekeeper;
  readonly #epochs: Epochs | null;
  readonly #handOver: HandOver;
  readonly #retention: Retention;
  readonly #cache: GuildCache;
  readonly #queue: WriteQueue;
  readonly #flusher: Flusher;
  readonly #older: OlderHoursLoader;
  readonly #sessions: VoiceSessions;
  readonly #activities: ActivitySessions;
  readonly #countsActivities: boolean;
  readonly #replays = new ReplayGuards();
  /** For the id of the message that is looked at. */
  readonly #messageId = new SnowflakeDigits();
  readonly #held = new HeldMessages();
  readonly #logs = new EventLogs();
  readonly #erased = new ErasedUsers((userId) => this.admission.hashOf(userId));
  readonly #recovery: Recovery;
  readonly #backfill: Backfill;
  /** As last heard, so that a count that did not change is not written again. */
  readonly #memberCounts = new Map<Snowflake, number>();
  /** The newest message that came, refused or not: Discord's clock, which may lead ours. */
  #newestMessageMs = 0;
  #messages = 0;
  #hits = 0;
  #loads = 0;

  constructor(options: CounterOptions, events: CounterEvents) {
    const { store, clock, directory } = options;
    this.#store = store;
    this.#epochs = store.leases === null ? null : new Epochs();
    this.#clock = clock;
    this.#events = new EventRate(clock);
    this.#cacheBudgetBytes = options.memoryBudgetBytes;
    this.#retention = new Retention(store, clock, options, events.failed);
    this.admission = new Admission(store, options.enabledByDefault);
    const writer = randomUUID();
    this.#cache = new GuildCache(clock, {
      writer,
      byteBudget: options.memoryBudgetBytes,
      batchRows: options.batchRows,
      nameOf: (guildId, placeId) => (isChannelId(placeId) ? directory.channelName(guildId, placeId) : null),
      uncountedStates: (guildId) =>
        stateBits(this.admission.settingsOf(guildId).uncountedVoice ?? UNCOUNTED_BY_DEFAULT),
      timeZone: (guildId) => this.admission.settingsOf(guildId).timeZone ?? options.timeZone,
      epochs: this.#epochs,
      changesSeen: options.changesSeen ?? (() => null),
    });
    this.#gates = new Gatekeeper(this.admission, this.#cache, directory, this.#epochs);
    this.#queue = new WriteQueue(store, clock, (...refused) => this.claims?.refused(...refused));
    this.#older = new OlderHoursLoader(
      clock,
      (record) => this.#queue.loadOlder(record, this.#cache),
      events.failed,
    );
    this.#sessions = new VoiceSessions((count: Count) => this.#cache.count(count), options.longestGapMs);
    this.#countsActivities = options.activities;
    this.#activities = new ActivitySessions((count: Count) => this.#cache.count(count), {
      minimumMs: options.activityMinimumMs,
      longestGapMs: options.longestGapMs,
    });
    this.#time = new SteadyTime(clock, (beforeMs, afterMs) => {
      this.#sessions.step(beforeMs, afterMs);
      this.#activities.step(beforeMs, afterMs);
    });
    this.#recovery = new Recovery(
      options.history,
      this.#held,
      {
        countedMessages: (guildId) => this.#countedMessages(guildId),
        isCounted: (guildId) => this.counts(guildId),
        admitsChannel: (...channel) => this.#gates.admitsChannel(...channel),
        count: (messages) => this.#countPast(messages),
      },
      {
        clock,
        withinMs: options.longestGapMs,
        messagesPerChannel: options.recoverMessagesPerChannel,
        isShared: this.#epochs !== null,
      },
      { failed: events.failed, progress: events.recovering },
    );
    this.#backfill = new Backfill(
      options.history,
      {
        countedMessages: async (guildId) => (await this.#countedMessages(guildId)).counted,
        admitsChannel: (...channel) => this.#gates.admitsChannel(...channel),
        isLive: ({ messageId, guildId }) =>
          this.#messageId.read(messageId) && this.#replays.knows(guildId, this.#messageId),
        importPast: (messages, range) => this.#importPast(messages, range),
        settle: () => this.#flusher.settle(),
      },
      clock,
    );
    this.#flusher = new Flusher(this.#cache, this.#queue, clock, options.flushIntervalMs, {
      cut: () => this.#cut(),
      ...events,
    });
    const nowMs = (): number => this.#time.nowMs();
    this.#handOver = new HandOver({
      clock,
      nowMs,
      cache: this.#cache,
      queue: this.#queue,
      flusher: this.#flusher,
      sessions: this.#sessions,
      activities: this.#activities,
      held: this.#held,
      backfill: this.#backfill,
      replays: this.#replays,
      memberCounts: this.#memberCounts,
      countsActivities: options.activities,
    });
    const { leases } = store;
    const { stateOf } = options;
    const shared = {
      counter: this,
      nowMs,
      stateOf,
      clock,
      handOver: this.#handOver,
      writer,
      logs: this.#logs,
      upToDate: options.upToDate ?? (async () => undefined),
    };
    const epochs = this.#epochs;
    this.claims = leases && epochs && new GuildClaims({ ...shared, leases, epochs }, events);
    this.observer =
      this.claims && epochs ? new ClaimingObserver({ ...shared, epochs, claims: this.claims }) : this;
  }

  /** Reads who may be counted, who was in voice and who did what; then flushes periodically, and makes days of old hours. */
  async start(): Promise<void> {
    await this.admission.open();
    this.#activities.notBefore(await this.#store.rulesSinceMs());
    if (this.claims) await this.claims.start();
    else {
      this.#sessions.restore(await this.#store.openVoice());
      this.#activities.restore(await this.#store.openActivities());
      if (!this.#countsActivities) this.#activities.endAll(this.#time.nowMs());
    }
    this.#flusher.start();
    this.#retention.start();
  }

  message(message: MessageObservation): void {
    this.#events.mark();
    const id = this.#messageId;
    if (!id.read(message.messageId)) return;
    const madeMs = id.ms;
    if (madeMs > this.#newestMessageMs) this.#newestMessageMs = madeMs;
    if (!this.#gates.admitsMessage(message) || this.#erased.covers(message, madeMs)) return;
    if (this.#held.isIdle) this.#countMessage(message, id);
    else this.#countPast(this.#held.take(message));
  }

  voice(observation: VoiceObservation, company: Company, nowMs = this.#time.nowMs()): void {
    this.#events.mark();
    const { guildId, userId, channelId } = observation;
    // Whoever is not counted is company all the same.
    this.#sessions.company(guildId, company, nowMs);
    const admitted = channelId === null || this.#gates.admits(guildId, userId, channelId, null);
    this.#sessions.observe(admitted ? observation : { ...observation, channelId: null }, nowMs);
  }

  reconcileVoice(
    guildId: Snowflake,
    present: readonly VoiceObservation[],
    company: Company,
    nowMs = this.#time.nowMs(),
  ): void {
    const admitted = present.filter(({ userId, channelId }) =>
      this.#gates.admits(guildId, userId, channelId, null),
    );
    this.#sessions.reconcile(guildId, admitted, company, nowMs);
  }

  activities(observation: ActivityObservation, nowMs?: number): void {
    this.#events.mark();
    if (this.#activities.isKnown(observation)) return;
    this.#activities.observe(this.#gates.admitted(observation), nowMs ?? this.#time.nowMs());
  }

  readmitActivities(observation: ActivityObservation, nowMs = this.#time.nowMs()): void {
    const activities = observation.activities.map((activity) => ({ ...activity, startMs: null }));
    this.#activities.observe(this.#gates.admitted({ ...observation, activities }), nowMs);
  }

  /** The whole list of what a guild's members do, as a GUILD_CREATE carries it. */
  reconcileActivities(
    guildId: Snowflake,
    present: readonly ActivityObservation[],
    nowMs = this.#time.nowMs(),
  ): void {
    const admitted = present.map((observation) => this.#gates.admitted(observation));
    this.#activities.reconcile(guildId, admitted, nowMs);
  }

  memberChange(guildId: Snowflake, change: 1 | -1, members: number, nowMs = this.#time.nowMs()): void {
    this.#events.mark();
    if (!this.admission.isEnabled(guildId)) return;
    this.#memberCounts.set(guildId, members);
    const hour = hourOf(nowMs);
    this.#cache.countMembers(guildId, hour, change === 1 ? 1 : 0, change === 1 ? 0 : 1, members);
  }

  memberCount(guildId: Snowflake, members: number, nowMs = this.#time.nowMs()): void {
    if (!this.admission.isEnabled(guildId) || this.#memberCounts.get(guildId) === members) return;
    this.#memberCounts.set(guildId, members);
    this.#cache.countMembers(guildId, hourOf(nowMs), 0, 0, members);
  }

  arrived({ guildId, voices, company, members, activities }: GuildState, nowMs = this.#time.nowMs()): void {
    this.reconcileVoice(guildId, voices, company, nowMs);
    this.recoverGuild(guildId);
    this.memberCount(guildId, members, nowMs);
    if (activities !== null) this.reconcileActivities(guildId, activities, nowMs);
  }

  /** Messages may have been missed in a guild. */
  recoverGuild(guildId: Snowflake): void {
    if (this.admission.isEnabled(guildId)) this.#recovery.begin(guildId);
  }

  /** Imports a guild's past; see {@link Backfill}. @throws `STATE_INVALID` for a guild that is turned off */
  async backfill(
    request: BackfillRequest,
    onProgress?: (progress: BackfillProgress) => void,
    signal?: AbortSignal,
  ): Promise<BackfillReport> {
    const { guildId } = request;
    if (!this.admission.isEnabled(guildId)) {
      throw new GuildStatsError("STATE_INVALID", "nothing is counted in this guild: it is turned off", {
        details: { guildId },
      });
    }
    if (!this.counts(guildId)) {
      throw new GuildStatsError("STATE_INVALID", "another process counts this guild at the moment", {
        details: { guildId },
      });
    }
    return await this.#backfill.run(request, onProgress, signal);
  }

  /** How far the import of a guild's past is; `null` when none runs. */
  backfillProgress(guildId: Snowflake): BackfillProgress | null {
    return this.#backfill.progressOf(guildId);
  }

  /** Calls off the import of a guild's past. @returns whether there was one */
  cancelBackfill(guildId: Snowflake): boolean {
    return this.#backfill.cancel(guildId);
  }

  /** How many channels an import would read. */
  backfillChannels(request: BackfillRequest): number {
    return this.#backfill.countChannels(request);
  }

  loseGuild(guildId: Snowflake, nowMs = this.#time.nowMs()): void {
    this.#sessions.lose(guildId, nowMs);
    this.#activities.lose(guildId, nowMs);
  }

  /** Nobody listens to the gateway any more: nothing is counted beyond now, however long the last flush takes. */
  loseAll(): void {
    const nowMs = this.#time.nowMs();
    this.#sessions.loseAll(nowMs);
    this.#activities.loseAll(nowMs);
  }

  regainGuild(guildId: Snowflake): void {
    this.#sessions.regain(guildId);
    this.#activities.regain(guildId);
  }

  leaveGuild(guildId: Snowflake): void {
    const nowMs = this.#time.nowMs();
    this.#sessions.end(guildId, nowMs);
    this.#activities.end(guildId, nowMs);
  }

  /** Changes what an admin chose; what was refused until now stays uncounted, also when the past is read back. */
  async saveSettings(guildId: Snowflake, change: Partial<GuildSettings>): Promise<GuildSettings> {
    await this.#markRules();
    const settings = await this.admission.saveSettings(guildId, change);
    this.readmit(guildId);
    return settings;
  }

  /** Settings of the guild changed: what they keep out ends, and what they kept out until now stays uncounted. */
  readmit(guildId: Snowflake): void {
    const nowMs = this.#time.nowMs();
    this.#activities.notBefore(nowMs);
    this.#activities.retain(
      guildId,
      (userId, activityId) =>
        this.#gates.admits(guildId, userId, null, null) &&
        this.#gates.admitsActivity(guildId, activityOf(activityId)?.name ?? ""),
      nowMs,
    );
  }

  /** The user is recorded again from now on. */
  async optIn(userId: Snowflake, by: OptOutBy = "self"): Promise<void> {
    await this.#markRules();
    await this.admission.optIn(userId, by);
    this.#activities.notBefore(this.#time.nowMs());
  }

  /** What decides a guild's sums has changed: they are made anew when they are next asked for. */
  recount(guildId: Snowflake): Promise<void> {
    return this.#queue.unload(guildId, this.#cache);
  }

  /** The guild's numbers up to now; loads them when they are not in memory. */
  async record(guildId: Snowflake): Promise<GuildRecord> {
    if (!this.counts(guildId)) {
      await this.claims?.decided();
      if (!this.counts(guildId)) return await this.#handOver.read(guildId);
    }
    const nowMs = this.#time.nowMs();
    this.#sessions.settle(nowMs, guildId);
    this.#activities.settle(nowMs, guildId);
    const loaded = this.#cache.loaded(guildId);
    if (loaded !== null) {
      this.#hits++;
      return loaded;
    }
    this.#loads++;
    return await this.#queue.load(guildId, this.#cache);
  }

  /**
   * The same, with the hours before the window if the store tells them soon: without them nothing is known of the 30
   * days before the last 30. A store that fails is reported, and does not fail this.
   */
  async recordToCompare(guildId: Snowflake): Promise<GuildRecord> {
    const record = await this.record(guildId);
    const asked = this.#older.ask(record);
    if (asked === null) return record;
    await asked;
    // Meanwhile it may have been unloaded, or dropped, and a new one counts on.
    return await this.record(guildId);
  }

  /**
   * The guild's numbers up to now with the days of a long period, which it needs to be told; not if an hour begins while
   * they are read, or the record is unloaded: see {@link knowsDays}.
   * @throws `STORE_*` when they cannot be read
   */
  async recordWithDays(guildId: Snowflake, period: LongPeriod): Promise<GuildRecord> {
    await this.#queue.loadDays(await this.record(guildId), period, this.#cache);
    return await this.record(guildId);
  }

  /** What was counted since the record was asked for is part of its numbers from now on. */
  catchUp(record: GuildRecord): void {
    this.#cache.catchUp(record);
  }

  /** Whether a record has all days of a long period, cut in the guild's time zone. */
  knowsDays(record: GuildRecord, period: LongPeriod): boolean {
    return this.#cache.knowsDays(record, period);
  }

  /** The name under which a channel was last stored; `null` when it never was, or the guild is not loaded. */
  storedName(guildId: Snowflake, channelId: Snowflake): string | null {
    const places = this.#cache.loaded(guildId)?.places;
    const place = places?.find(channelId);
    return places === undefined || place === undefined ? null : places.nameOf(place);
  }

  /**
   * Erases a user everywhere but from the opt-out list. What happened until now does not come back: not from Discord,
   * which tells when an activity began, and not from a past that is being read or is read back after a crash.
   * @param guildId in this guild only; `null`: in all
   */
  async forget(userId: Snowflake, guildId: Snowflake | null = null): Promise<{ readonly rows: number }> {
    return await this.#queue.forget(userId, guildId, async () => {
      this.#forgetHere(userId, guildId);
      this.#erased.add(this.admission.hashOf(userId), guildId, this.#latestMs());
      // Not when it was asked for: what was said since then is unwritten, and would be read back after a crash.
      await this.#markRules();
    });
  }

  /**
   * Other processes erased users: nothing of them stays in memory, as after {@link forget}. They are known by hash, and
   * looked for among all who are here, some microseconds each.
   * @returns who was found
   */
  async takeErasures(
    erasures: readonly ErasureMade[],
  ): Promise<readonly { readonly userId: Snowflake; readonly guildId: Snowflake | null }[]> {
    // None may be loaded while they are looked for.
    return await this.#queue.step(async () => {
      for (const { hash, guildId } of erasures) this.#erased.add(hash, guildId, this.#latestMs());
      const hashes = new Set(erasures.map(({ hash }) => hash));
      const hashOf = (userId: Snowflake): string => this.admission.hashOf(userId);
      const users = await usersByHash(this.#userIds(), hashes, hashOf, this.#clock);
      return erasures.flatMap(({ hash, guildId }) => {
        const userId = users.get(hash);
        if (userId === undefined) return [];
        this.#forgetHere(userId, guildId);
        return [{ userId, guildId }];
      });
    });
  }

  /** Another process erased all of a guild, or, `null`, it is not known what was erased: nothing of it stays in memory. */
  async takeGuildErased(guildId: Snowflake | null): Promise<void> {
    await this.#queue.step(async () => {
      if (guildId === null) this.#erased.addEveryone(this.#latestMs());
      this.#logs.beginAnew(guildId, this.#time.nowMs());
      for (const id of guildId === null ? this.#sessions.guildIds : [guildId]) this.leaveGuild(id);
      if (guildId === null) {
        this.#activities.endAll(this.#time.nowMs());
        this.#memberCounts.clear();
      } else {
        this.#backfill.cancel(guildId);
        this.#held.forgetGuild(guildId);
        this.#memberCounts.delete(guildId);
      }
      this.#cache.forgetGuild(guildId);
    });
  }

  /** How many messages of a user are in memory alone, since their channels' gaps are being read back. */
  waiting(userId: Snowflake): number {
    return this.#held.countOf(userId) + this.#logs.countOf(userId);
  }

  /**
   * Erases all of a guild that the bot has left, its settings included.
   * @param isGone asked when it is its turn
   * @returns `null` when the bot was back by then, or another process counts the guild: nothing was erased
   */
  async eraseGuild(guildId: Snowflake, isGone: () => boolean): Promise<{ readonly rows: number } | null> {
    if (this.claims && !(await this.claims.take(guildId))) return null;
    const erased = await this.#change(guildId, async () => {
      if (!isGone()) return null;
      this.#backfill.cancel(guildId);
      this.#held.forgetGuild(guildId);
      const answer = await this.#store.eraseGuild(guildId);
      this.#memberCounts.delete(guildId);
      this.admission.dropSettings(guildId);
      return answer;
    });
    if (erased === null) return null;
    this.#cache.drop(guildId);
    this.claims?.erased(guildId);
    return erased;
  }

  /** Deletes what an admin chose of a guild; what happens from now on is counted again. */
  purge(guildId: Snowflake, what: Purge): Promise<{ readonly rows: number }> {
    return this.#change(guildId, () => {
      // So that the count of members is written again when it is next heard.
      if (what === "all") this.#memberCounts.delete(guildId);
      return this.#store.purge(guildId, what);
    });
  }

  /** What a purge of what was counted up to now would take. */
  async purgeable(guildId: Snowflake, what: Purge): Promise<Purgeable> {
    await this.#flusher.flush();
    return await this.#store.purgeable(guildId, what);
  }

  /** Adds a channel's counts to another's. */
  mergePlaces(guildId: Snowflake, from: PlaceId, into: PlaceId): Promise<{ readonly rows: number }> {
    return this.#change(guildId, () => this.#store.mergePlaces(guildId, from, into));
  }

  /** Moves what is staged of a guild's past among its counts; see `Store.placeRed`. */
  placeRed(placing: RedPlacing): Promise<RedPlacingReport> {
    return this.#change(placing.guildId, () => this.#store.placeRed(placing));
  }

  async flush(): Promise<FlushReport> {
    if (this.claims) await this.claims.decided();
    return await this.#flusher.flush();
  }

  /** The last flush; afterwards nothing is written any more. */
  async stop(): Promise<void> {
    const rested = this.#retention.stop();
    try {
      await Promise.all([this.#recovery.stop(), this.#backfill.stop(), this.claims?.stop()]);
      await this.#flusher.drain();
    } finally {
      await this.claims?.end();
      await rested;
    }
  }

  /** Figures of the moment, for logs and dashboards. */
  metrics(): CountingMetrics {
    const { known, loaded } = this.#cache.guilds;
    const recovering = this.#recovery.underWay;
    return {
      messagesCounted: this.#messages,
      eventsHeard: this.#events.total,
      eventsPerSecond: this.#events.perSecond(),
      voiceSessions: this.#sessions.size,
      activitySessions: this.#activities.size,
      guildsKnown: known,
      guildsLoaded: loaded,
      cacheBytes: this.#cache.byteLength,
      cacheBudgetBytes: this.#cacheBudgetBytes,
      cacheHits: this.#hits,
      cacheLoads: this.#loads,
      dirtyRows: this.#cache.dirtyRows,
      writesWaiting: this.#queue.length,
      ...this.#flusher.metrics(),
      leases: this.claims?.metrics() ?? null,
      guildsRecovering: recovering.guilds,
      channelsRecovering: recovering.channels,
      backfillsRunning: this.#backfill.running,
    };
  }

  /** What came until now was decided by the rules that were in force. */
  async #markRules(): Promise<void> {
    await this.#store.setRulesSinceMs(this.#latestMs() + 1);
  }

  /** Now, or when the newest message came: everything that was heard of is from before. Unix milliseconds. */
  #latestMs(): number {
    return Math.max(this.#time.nowMs(), this.#newestMessageMs, this.#logs.newestMessageMs);
  }

  #forgetHere(userId: Snowflake, guildId: Snowflake | null): void {
    this.#cache.forget(userId, guildId);
    this.#sessions.forget(userId, guildId);
    this.#activities.forget(userId, guildId);
    this.#activities.notBefore(this.#time.nowMs());
    this.#held.forget(userId, guildId);
    this.#logs.forget(userId, guildId, this.#time.nowMs());
  }

  /** Everyone of whom anything is in memory; some several times. */
  *#userIds(): Generator<Snowflake, void, void> {
    yield* this.#cache.userIds();
    yield* this.#sessions.userIds();
    yield* this.#activities.userIds();
    yield* this.#held.userIds();
    yield* this.#logs.userIds();
  }

  /** Counts messages that waited, or were read back. @returns how many were counted */
  #countPast(messages: readonly MessageObservation[]): number {
    const id = this.#messageId;
    let counted = 0;
    for (const message of messages) {
      // Asked again of those that waited: an author may have opted out meanwhile.
      if (!id.read(message.messageId) || !this.#gates.admitsMessage(message)) continue;
      if (!this.#erased.covers(message, id.ms) && this.#countMessage(message, id)) counted++;
    }
    return counted;
  }

  /** @returns whether it was new */
  #countMessage(message: MessageObservation, id: SnowflakeDigits): boolean {
    if (!this.#replays.isNew(message.guildId, id)) return false;
    this.#messages++;
    this.#cache.countMessage(message, id);
    return true;
  }

  /** @returns how many messages may be counted, and were */
  #importPast(messages: readonly MessageObservation[], range: ImportedRange): number {
    const admitted = messages.filter(
      (message) =>
        this.#gates.admitsMessage(message) && !this.#erased.covers(message, snowflakeMs(message.messageId)),
    );
    const recentMs = this.#time.nowMs() - LATEST_EVENT_MS;
    const id = this.#messageId;
    // The event of a recent one may still be on its way.
    for (const { messageId, guildId } of messages)
      if (id.read(messageId) && id.ms > recentMs) this.#replays.isNew(guildId, id);
    this.#cache.importPast(admitted.map(countOf), range);
    return admitted.length;
  }

  async #countedMessages(guildId: Snowflake) {
    // What was counted before must be in the store's answer.
    if (!this.#cache.isWritten) await this.#flusher.flush();
    const [counted, rulesSinceMs] = await Promise.all([
      this.#store.countedMessages(guildId),
      this.#store.rulesSinceMs(),
    ]);
    return { counted, rulesSinceMs };
  }

  /** Whether what happens in the guild is this process's to count. */
  counts(guildId: Snowflake): boolean {
    return this.#epochs === null || this.#epochs.counts(guildId);
  }

  #cut(): void {
    const nowMs = this.#time.nowMs();
    this.#sessions.settle(nowMs);
    this.#activities.settle(nowMs);
    this.#activities.tidy(nowMs);
    this.#cache.cut(nowMs, {
      sessions: this.#sessions.takeChanges() ?? NO_CHANGES.sessions,
      activities: this.#activities.takeChanges() ?? NO_CHANGES.activities,
    });
  }

  #change<T>(guildId: Snowflake, change: () => Promise<T>): Promise<T> {
    return this.#queue.change(guildId, this.#cache, () => this.#cut(), change);
  }
}

function countOf({ messageId, guildId, channelId, parentId, userId, bot }: MessageObservation): Count {
  return {
    guildId,
    placeId: channelId,
    parentId,
    userId,
    bot,
    hour: hourOf(snowflakeMs(messageId)),
    state: 0,
    messages: 1,
    durationMs: 0,
  };
}
