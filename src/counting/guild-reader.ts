import type { LongPeriod } from "../period.ts";
import type { Snowflake } from "../snowflake.ts";
import type { StoredPlace } from "../store/store.ts";
import type { ActivitySessions } from "./activity-sessions.ts";
import type { GuildCache } from "./guild-cache.ts";
import type { GuildClaims } from "./guild-claims.ts";
import type { GuildRecord } from "./guild-record.ts";
import type { HandOver } from "./hand-over.ts";
import type { OlderHoursLoader } from "./older-hours-loader.ts";
import type { VoiceSessions } from "./voice-sessions.ts";
import type { WriteQueue } from "./write-queue.ts";

interface Parts {
  readonly cache: GuildCache;
  readonly queue: WriteQueue;
  readonly older: OlderHoursLoader;
  readonly sessions: VoiceSessions;
  readonly activities: ActivitySessions;
  readonly handOver: HandOver;
  /** `null`: all guilds are this process's to count. */
  readonly claims: GuildClaims | null;
  /** Whether what happens in the guild is this process's to count. */
  counts(guildId: Snowflake): boolean;
  /** Now, as the counter's clock has it, Unix milliseconds. */
  nowMs(): number;
}

/** Gives guilds' numbers up to now, to be asked about: from memory, or loaded first. */
export class GuildReader {
  readonly #parts: Parts;
  #hits = 0;
  #loads = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The guild's numbers up to now; loads them when they are not in memory. */
  async record(guildId: Snowflake): Promise<GuildRecord> {
    const { cache, queue, sessions, activities, handOver, claims, counts } = this.#parts;
    if (!counts(guildId)) {
      await claims?.decided();
      if (!counts(guildId)) return await handOver.read(guildId);
    }
    const nowMs = this.#parts.nowMs();
    sessions.settle(nowMs, guildId);
    activities.settle(nowMs, guildId);
    const loaded = cache.loaded(guildId);
    if (loaded !== null) {
      this.#hits++;
      return loaded;
    }
    this.#loads++;
    return await queue.load(guildId, cache);
  }

  /**
   * The same, with the hours before the window if the store tells them soon: without them nothing is known of the 30
   * days before the last 30. A store that fails is reported, and does not fail this.
   */
  async recordToCompare(guildId: Snowflake): Promise<GuildRecord> {
    const record = await this.record(guildId);
    const asked = this.#parts.older.ask(record);
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
    const { queue, cache } = this.#parts;
    await queue.loadDays(await this.record(guildId), period, cache);
    return await this.record(guildId);
  }

  /** What was counted since the record was asked for is part of its numbers from now on. */
  catchUp(record: GuildRecord): void {
    this.#parts.cache.catchUp(record);
  }

  /** Whether a record has all days of a long period, cut in the guild's time zone. */
  knowsDays(record: GuildRecord, period: LongPeriod): boolean {
    return this.#parts.cache.knowsDays(record, period);
  }

  /** A channel as it was last stored; `null` when it never was, or the guild is not loaded. */
  storedChannel(guildId: Snowflake, channelId: Snowflake): Pick<StoredPlace, "name" | "parentId"> | null {
    const places = this.#parts.cache.loaded(guildId)?.places;
    const place = places?.find(channelId);
    return places === undefined || place === undefined ? null : places.describe(place);
  }

  /** Figures of the moment: how often a guild was in memory when it was asked for, and how often it was not. */
  metrics(): { readonly cacheHits: number; readonly cacheLoads: number } {
    return { cacheHits: this.#hits, cacheLoads: this.#loads };
  }
}
