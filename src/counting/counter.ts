import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import { hourOf } from "../clock.ts";
import type { GuildStatsError } from "../errors.ts";
import { isChannelId } from "../place-id.ts";
import { type Snowflake, snowflakeMs, snowflakeSerial } from "../snowflake.ts";
import type { Store } from "../store/store.ts";
import { stateBits, UNCOUNTED_BY_DEFAULT } from "../voice-state.ts";
import { Admission } from "./admission.ts";
import { Flusher, type FlushReport } from "./flusher.ts";
import { GuildCache } from "./guild-cache.ts";
import type { GuildRecord } from "./guild-record.ts";
import type { Count, MessageObservation, VoiceObservation } from "./observations.ts";
import { ReplayGuard } from "./replay-guard.ts";
import { VoiceSessions } from "./voice-sessions.ts";
import { WriteQueue } from "./write-queue.ts";

export interface CounterOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly flushIntervalMs: number;
  readonly batchRows: number;
  readonly memoryBudgetBytes: number;
  readonly enabledByDefault: boolean;
  /** A channel's present name, to be stored for the day when it is deleted; `null` when it is not known. */
  channelName(guildId: Snowflake, channelId: Snowflake): string | null;
}

export interface CounterEvents {
  flushed(report: FlushReport): void;
  failed(error: GuildStatsError): void;
}

/**
 * Turns observations into counts, and keeps counts on their way to the store. Its observing methods are
 * synchronous: nothing awaits between the gateway and a counter.
 */
export class Counter {
  readonly admission: Admission;
  readonly #clock: Clock;
  readonly #cache: GuildCache;
  readonly #queue: WriteQueue;
  readonly #flusher: Flusher;
  readonly #sessions: VoiceSessions;
  readonly #replays = new ReplayGuard();
  #messages = 0;

  constructor(options: CounterOptions, events: CounterEvents) {
    const { store, clock } = options;
    this.#clock = clock;
    this.admission = new Admission(store, options.enabledByDefault);
    this.#cache = new GuildCache(clock, {
      writer: randomUUID(),
      byteBudget: options.memoryBudgetBytes,
      batchRows: options.batchRows,
      nameOf: (guildId, placeId) => (isChannelId(placeId) ? options.channelName(guildId, placeId) : null),
      uncountedStates: (guildId) =>
        stateBits(this.admission.settingsOf(guildId).uncountedVoice ?? UNCOUNTED_BY_DEFAULT),
    });
    this.#queue = new WriteQueue(store, clock);
    this.#sessions = new VoiceSessions((count: Count) => this.#cache.count(count));
    this.#flusher = new Flusher(this.#cache, this.#queue, clock, options.flushIntervalMs, {
      beforeCut: () => this.#sessions.settle(clock.nowMs()),
      ...events,
    });
  }

  /** Reads who may be counted, then flushes periodically. */
  async start(): Promise<void> {
    await this.admission.open();
    this.#flusher.start();
  }

  /** Counts a message at the time its id was made, once however often the gateway delivers it. */
  message({ messageId, guildId, channelId, parentId, userId, bot }: MessageObservation): void {
    if (!this.#admits(guildId, userId)) return;
    const madeMs = snowflakeMs(messageId);
    if (!this.#replays.isNew(madeMs, snowflakeSerial(messageId))) return;
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
  }

  /** A member joined, moved in or left voice just now. */
  voice(observation: VoiceObservation): void {
    const { guildId, userId, channelId } = observation;
    // Leaving needs no admission: it only ends a session that had it.
    if (channelId !== null && !this.#admits(guildId, userId)) return;
    this.#sessions.observe(observation, this.#clock.nowMs());
  }

  /** The whole list of who is in a guild's voice channels, as a GUILD_CREATE carries it. */
  reconcileVoice(guildId: Snowflake, present: readonly VoiceObservation[]): void {
    const admitted = present.filter(({ userId }) => this.#admits(guildId, userId));
    this.#sessions.reconcile(guildId, admitted, this.#clock.nowMs());
  }

  /** The bot cannot see the guild any more: sessions end now, and what they counted stays. */
  leaveGuild(guildId: Snowflake): void {
    this.#sessions.end(guildId, this.#clock.nowMs());
  }

  /** The guild's numbers up to now; loads them when they are not in memory. */
  async record(guildId: Snowflake): Promise<GuildRecord> {
    this.#sessions.settle(this.#clock.nowMs(), guildId);
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
    return this.#queue.forget(userId, this.#cache, () => this.#sessions.forget(userId));
  }

  flush(): Promise<FlushReport> {
    return this.#flusher.flush();
  }

  /** The last flush; afterwards nothing is written any more. */
  stop(): Promise<void> {
    return this.#flusher.drain();
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

  #admits(guildId: Snowflake, userId: Snowflake): boolean {
    if (!this.admission.isEnabled(guildId)) return false;
    // Whoever is in memory was admitted: opting out removes them. So the keyed hash is made once, not per message.
    return this.#cache.knows(guildId, userId) || !this.admission.isOptedOut(userId);
  }
}
