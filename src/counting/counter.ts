import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import { hourOf } from "../clock.ts";
import { GuildStatsError } from "../errors.ts";
import type { CountingMetrics } from "../metrics.ts";
import { isChannelId } from "../place-id.ts";
import type { Snowflake } from "../snowflake.ts";
import type { Store } from "../store/store.ts";
import { stateBits, UNCOUNTED_BY_DEFAULT } from "../voice-state.ts";
import { ActivitySessions } from "./activity-sessions.ts";
import { Admission } from "./admission.ts";
import { Backfill } from "./backfill.ts";
import { ClaimingObserver } from "./claiming-observer.ts";
import type { Directory } from "./directory.ts";
import { Epochs } from "./epochs.ts";
import { ErasedUsers } from "./erased-users.ts";
import { Erasures } from "./erasures.ts";
import { EventLogs } from "./event-logs.ts";
import { EventRate } from "./event-rate.ts";
import { Flusher, type FlushReport } from "./flusher.ts";
import { Gatekeeper } from "./gatekeeper.ts";
import { GuildCache } from "./guild-cache.ts";
import { GuildClaims, type GuildClaimsEvents } from "./guild-claims.ts";
import { GuildReader } from "./guild-reader.ts";
import { HandOver } from "./hand-over.ts";
import { HeldMessages } from "./held-messages.ts";
import type { HistorySource } from "./history-source.ts";
import { MessageCounter } from "./message-counter.ts";
import type {
  ActivityObservation,
  Company,
  Count,
  MessageObservation,
  VoiceObservation,
} from "./observations.ts";
import type { GuildState, LateObserver, Observer } from "./observer.ts";
import { OlderHoursLoader } from "./older-hours-loader.ts";
import { pastRules } from "./past-rules.ts";
import type { Settled } from "./pieces.ts";
import { Readmissions } from "./readmissions.ts";
import { Recovery, type RecoveryProgress } from "./recovery.ts";
import { ReplayGuards } from "./replay-guards.ts";
import { Retention } from "./retention.ts";
import { RulesInForce } from "./rules-in-force.ts";
import { SteadyTime } from "./steady-time.ts";
import { StoredCounts } from "./stored-counts.ts";
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

/**
 * Turns observations into counts, and keeps counts on their way to the store. Its observing methods are
 * synchronous: nothing awaits between the gateway and a counter.
 */
export class Counter implements LateObserver {
  readonly admission: Admission;
  /** Which guilds are this process's to count; `null`: all. */
  readonly claims: GuildClaims | null;
  /** Takes what the gateway tells. */
  readonly observer: Observer;
  /** Imports guilds' pasts. */
  readonly backfill: Backfill;
  readonly rules: RulesInForce;
  readonly stored: StoredCounts;
  readonly erasures: Erasures;
  /** Tells guilds' numbers. */
  readonly reader: GuildReader;
  readonly #store: Store;
  readonly #time: SteadyTime;
  readonly #events: EventRate;
  readonly #cacheBudgetBytes: number;
  readonly #gates: Gatekeeper;
  readonly #epochs: Epochs | null;
  readonly #retention: Retention;
  readonly #cache: GuildCache;
  readonly #queue: WriteQueue;
  readonly #flusher: Flusher;
  readonly #sessions: VoiceSessions;
  readonly #activities: ActivitySessions;
  readonly #countsActivities: boolean;
  readonly #messages: MessageCounter;
  readonly #recovery: Recovery;
  /** As last heard, so that a count that did not change is not written again. */
  readonly #memberCounts = new Map<Snowflake, number>();

  constructor(options: CounterOptions, events: CounterEvents) {
    const { store, clock, directory } = options;
    this.#store = store;
    this.#epochs = store.leases === null ? null : new Epochs();
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
      openGuilds: () => this.#openGuilds(),
      settle: (guildId) => this.#settle(guildId),
    });
    this.#gates = new Gatekeeper(this.admission, this.#cache, directory, this.#epochs);
    this.#queue = new WriteQueue(store, clock, (...refused) => this.claims?.refused(...refused));
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
    const nowMs = (): number => this.#time.nowMs();
    const held = new HeldMessages();
    const replays = new ReplayGuards();
    const hashOf = (userId: Snowflake): string => this.admission.hashOf(userId);
    const erased = new ErasedUsers(hashOf);
    const readmissions = new Readmissions(hashOf);
    this.#messages = new MessageCounter({
      cache: this.#cache,
      gates: this.#gates,
      erased,
      held,
      replays,
      nowMs,
    });
    this.#flusher = new Flusher(this.#cache, this.#queue, clock, options.flushIntervalMs, events);
    this.#recovery = new Recovery(
      options.history,
      held,
      {
        countedMessages: (guildId) => this.#countedMessages(guildId),
        rulesOf: (guildId, fromMs) => pastRules(store, guildId, fromMs, hashOf, readmissions),
        epochOf: (guildId) => this.#epochOf(guildId),
        admitsChannel: (...channel) => this.#gates.admitsChannel(...channel),
        count: (messages) => this.#messages.countPast(messages),
      },
      {
        clock,
        withinMs: options.longestGapMs,
        messagesPerChannel: options.recoverMessagesPerChannel,
        isShared: this.#epochs !== null,
      },
      { failed: events.failed, progress: events.recovering },
    );
    this.backfill = new Backfill(
      options.history,
      {
        requireCounted: (guildId) => this.#requireCounted(guildId),
        countedMessages: (guildId) => this.#countedMessages(guildId),
        admitsChannel: (...channel) => this.#gates.admitsChannel(...channel),
        isLive: (message) => this.#messages.isLive(message),
        importPast: (messages, range) => this.#messages.importPast(messages, range),
        settle: () => this.#flusher.settle(),
      },
      clock,
    );
    const parts = {
      store,
      clock,
      nowMs,
      counter: this,
      admission: this.admission,
      cache: this.#cache,
      queue: this.#queue,
      flusher: this.#flusher,
      sessions: this.#sessions,
      activities: this.#activities,
      held,
      replays,
      erased,
      readmissions,
      logs: new EventLogs(),
      backfill: this.backfill,
      memberCounts: this.#memberCounts,
    };
    const handOver = new HandOver({ ...parts, countsActivities: options.activities });
    const { leases } = store;
    const epochs = this.#epochs;
    const { stateOf, upToDate = async () => undefined } = options;
    this.claims =
      leases &&
      epochs &&
      new GuildClaims({ ...parts, leases, epochs, writer, handOver, stateOf, upToDate }, events);
    this.observer =
      this.claims && epochs ? new ClaimingObserver({ ...parts, epochs, stateOf, claims: this.claims }) : this;
    this.rules = new RulesInForce({ ...parts, messages: this.#messages, gates: this.#gates });
    this.stored = new StoredCounts(parts);
    const { claims, rules, stored } = this;
    this.erasures = new Erasures({ ...parts, claims, rules, stored, upToDate });
    this.reader = new GuildReader({
      ...parts,
      claims,
      handOver,
      older: new OlderHoursLoader(
        clock,
        (record) => this.#queue.loadOlder(record, this.#cache),
        events.failed,
      ),
      counts: (guildId) => this.counts(guildId),
    });
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
    this.#messages.take(message);
  }

  voice(observation: VoiceObservation, company: Company, nowMs = this.#time.nowMs()): void {
    this.#events.mark();
    const { guildId, userId, channelId } = observation;
    // Whoever is not counted is company all the same.
    this.company(guildId, company, nowMs);
    const admitted = channelId === null || this.#gates.admits(guildId, userId, channelId, null);
    this.#sessions.observe(admitted ? observation : { ...observation, channelId: null }, nowMs);
  }

  company(guildId: Snowflake, company: Company, nowMs: number): void {
    this.#sessions.company(guildId, company, nowMs);
  }

  /** The whole list of who is in voice in a guild, as a GUILD_CREATE carries it. */
  reconcileVoice(
    guildId: Snowflake,
    present: readonly VoiceObservation[],
    company: Company,
    nowMs = this.#time.nowMs(),
  ): void {
    this.#sessions.reconcile(guildId, this.#admitted(guildId, present), company, nowMs);
  }

  readmitVoice(
    guildId: Snowflake,
    present: readonly VoiceObservation[],
    company: Company,
    nowMs = this.#time.nowMs(),
  ): void {
    this.#sessions.readmit(guildId, this.#admitted(guildId, present), company, nowMs);
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

  loseGuild(guildId: Snowflake, nowMs = this.#time.nowMs()): void {
    this.#sessions.lose(guildId, nowMs);
    this.#activities.lose(guildId, nowMs);
  }

  /** Nobody listens to the gateway any more: nothing is counted beyond now, however long the last flush takes. */
  loseAll(): void {
    this.claims?.loseAll();
    const nowMs = this.#time.nowMs();
    // Also where nobody is in voice: what is still unwritten of it is from before.
    const guildIds = new Set([...this.#cache.dirtyGuilds(), ...this.#openGuilds()]);
    for (const guildId of guildIds) this.loseGuild(guildId, nowMs);
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

  /** What decides a guild's sums has changed: they are made anew when they are next asked for. */
  recount(guildId: Snowflake): Promise<void> {
    return this.#queue.unload(guildId, this.#cache);
  }

  async flush(): Promise<FlushReport> {
    if (this.claims) await this.claims.decided();
    return await this.#flusher.flush();
  }

  /** The last flush; afterwards nothing is written any more. */
  async stop(): Promise<void> {
    const rested = this.#retention.stop();
    try {
      await Promise.all([this.#recovery.stop(), this.backfill.stop(), this.claims?.stop()]);
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
      messagesCounted: this.#messages.counted,
      eventsHeard: this.#events.total,
      eventsPerSecond: this.#events.perSecond(),
      voiceSessions: this.#sessions.size,
      activitySessions: this.#activities.size,
      guildsKnown: known,
      guildsLoaded: loaded,
      cacheBytes: this.#cache.byteLength,
      cacheBudgetBytes: this.#cacheBudgetBytes,
      ...this.reader.metrics(),
      dirtyRows: this.#cache.dirtyRows,
      writesWaiting: this.#queue.length,
      ...this.#flusher.metrics(),
      leases: this.claims?.metrics() ?? null,
      guildsRecovering: recovering.guilds,
      channelsRecovering: recovering.channels,
      backfillsRunning: this.backfill.running,
    };
  }

  /** @throws `STATE_INVALID` */
  #requireCounted(guildId: Snowflake): void {
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
  }

  async #countedMessages(guildId: Snowflake) {
    // What was counted before must be in the store's answer.
    if (!this.#cache.isWritten) await this.#flusher.flush();
    return await this.#store.countedMessages(guildId);
  }

  /** Whether what happens in the guild is this process's to count. */
  counts(guildId: Snowflake): boolean {
    return this.#epochs === null || this.#epochs.counts(guildId);
  }

  /** Under which epoch the guild is this process's to count; `null`: it is not. */
  #epochOf(guildId: Snowflake): number | null {
    if (this.#epochs === null) return 0;
    return this.#epochs.counts(guildId) ? (this.#epochs.of(guildId) ?? null) : null;
  }

  /** Those who may be counted where they are in voice. */
  #admitted(guildId: Snowflake, present: readonly VoiceObservation[]): readonly VoiceObservation[] {
    return present.filter(({ userId, channelId }) => this.#gates.admits(guildId, userId, channelId, null));
  }

  /** Guilds in which time goes on, or of whose open sessions the store must be told something; some several times. */
  *#openGuilds(): Generator<Snowflake, void, void> {
    yield* this.#sessions.guildIds();
    yield* this.#activities.guildIds();
  }

  #settle(guildId: Snowflake): Settled {
    const [sessions, activities] = [this.#sessions, this.#activities];
    const nowMs = this.#time.nowMs();
    sessions.settle(nowMs, guildId);
    activities.settle(nowMs, guildId);
    activities.tidy(guildId, nowMs);
    // What an earlier run left where nothing is counted now waits for nobody.
    const activitiesMs = this.#countsActivities ? activities.unseenSinceMs(guildId) : nowMs;
    const untilMs = Math.min(nowMs, sessions.unseenSinceMs(guildId), activitiesMs);
    return {
      settledMs: Number.isFinite(untilMs) ? untilMs : null,
      changes: { sessions: sessions.takeChanges(guildId), activities: activities.takeChanges(guildId) },
    };
  }
}
