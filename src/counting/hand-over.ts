import type { Clock } from "../clock.ts";
import type { Snowflake } from "../snowflake.ts";
import type { OpenSessions } from "../store/leases.ts";
import type { ActivitySessions } from "./activity-sessions.ts";
import type { Backfill } from "./backfill.ts";
import type { Flusher } from "./flusher.ts";
import type { GuildCache } from "./guild-cache.ts";
import type { GuildRecord } from "./guild-record.ts";
import type { HeldMessages } from "./held-messages.ts";
import type { ReplayGuards } from "./replay-guards.ts";
import type { VoiceSessions } from "./voice-sessions.ts";
import type { WriteQueue } from "./write-queue.ts";

/** How long what was read of a guild that another process counts answers questions. That one writes every 30 s, or so. */
const READ_AGAIN_MS = 5_000;

/** What of a counter has guilds in it. */
interface Parts {
  readonly cache: GuildCache;
  readonly queue: WriteQueue;
  readonly flusher: Flusher;
  readonly sessions: VoiceSessions;
  readonly activities: ActivitySessions;
  readonly held: HeldMessages;
  readonly backfill: Backfill;
  readonly replays: ReplayGuards;
  readonly memberCounts: Map<Snowflake, number>;
  readonly clock: Clock;
  readonly countsActivities: boolean;
  nowMs(): number;
}

/** Guilds come from other processes and go to them: what of one is in memory begins and ends here, as a whole. */
export class HandOver {
  readonly #parts: Parts;

  /** Since when the windows of guilds that others count are read anew, in elapsed milliseconds, and when the old ones are gone. */
  readonly #readings = new Map<Snowflake, { readonly sinceMs: number; readonly unloaded: Promise<void> }>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * A guild is this process's to count from now on: its open sessions wait to be found again.
   * @param isSeen whether all that happened since then was seen here, and is told next
   */
  take(guildId: Snowflake, { voice, activities }: OpenSessions, isSeen: boolean): void {
    // What was read while it was another's to count misses what that one wrote since.
    if (this.#readings.delete(guildId)) void this.#parts.queue.unload(guildId, this.#parts.cache);
    this.#parts.sessions.restore(voice, isSeen);
    this.#parts.activities.restore(activities, isSeen);
    if (!this.#parts.countsActivities) this.#parts.activities.end(guildId, this.#parts.nowMs());
  }

  /** All that was heard of the guild before it was taken has been told. */
  caughtUp(guildId: Snowflake): void {
    this.#parts.held.doubt(guildId);
  }

  /** Nothing of the guild is counted here beyond now; what was is still to be written. */
  end(guildId: Snowflake, nowMs: number): void {
    const { sessions, activities, held, backfill } = this.#parts;
    sessions.lose(guildId, nowMs);
    activities.lose(guildId, nowMs);
    // Those that wait were not counted: whoever counts on reads them back.
    held.forgetGuild(guildId);
    backfill.cancel(guildId);
  }

  /** Writes all that was counted. @throws the store's coded error; nothing is lost */
  async write(): Promise<void> {
    await this.#parts.flusher.flush();
  }

  /** All of the guilds is written, and nothing of them stays in memory. */
  async leave(guildIds: readonly Snowflake[]): Promise<void> {
    for (const guildId of guildIds) this.#dropSessions(guildId);
    await this.#parts.queue.step(async () => {
      for (const guildId of guildIds) this.#parts.cache.forgetGuild(guildId);
    });
  }

  /** Another process counts the guild: what is not written is that one's to count. Never run beside a `load`. */
  lose(guildId: Snowflake): void {
    this.#dropSessions(guildId);
    this.#parts.held.forgetGuild(guildId);
    this.#parts.backfill.cancel(guildId);
    this.#parts.replays.forget(guildId);
    this.#parts.cache.forgetGuild(guildId);
  }

  /** The numbers of a guild that another process counts: as they are stored, some seconds old at most. */
  async read(guildId: Snowflake): Promise<GuildRecord> {
    const { queue, cache, clock } = this.#parts;
    const nowMs = clock.elapsedMs();
    let reading = this.#readings.get(guildId);
    if (reading === undefined || nowMs - reading.sinceMs >= READ_AGAIN_MS) {
      reading = { sinceMs: nowMs, unloaded: queue.unload(guildId, cache) };
      this.#readings.set(guildId, reading);
    }
    // Also of whoever asks while the old one is still there.
    await reading.unloaded;
    return await queue.load(guildId, cache);
  }

  #dropSessions(guildId: Snowflake): void {
    this.#parts.sessions.drop(guildId);
    this.#parts.activities.drop(guildId);
    this.#parts.memberCounts.delete(guildId);
  }
}
