import type { Clock } from "../clock.ts";
import { type GuildStatsError, storeFailure } from "../errors.ts";
import type { Snowflake } from "../snowflake.ts";
import type { Store } from "../store/store.ts";

/** What of the gateway decides about guilds that are gone. */
export interface GuildPresence {
  /**
   * Whether the bot is certainly not in the guild: an outage, a shard that is starting, and a shard of another process
   * leave that open. Only asked once all shards are ready.
   */
  isGone(guildId: Snowflake): boolean;
}

export interface LeftGuildEvents {
  /** All of a guild was erased. @param rows stored counter rows that went */
  erased(guildId: Snowflake, rows: number): void;
  failed(error: GuildStatsError): void;
}

const DAY_MS = 86_400_000;

/**
 * Erases guilds that the bot has left, after a time of grace that is counted from the leaving, over restarts too. A bot
 * that comes back in time finds all as it was.
 */
export class LeftGuilds {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #graceMs: number;
  readonly #presence: GuildPresence;
  readonly #erase: (guildId: Snowflake, isGone: () => boolean) => Promise<{ readonly rows: number } | null>;
  readonly #events: LeftGuildEvents;
  /** When the bot left, Unix milliseconds. */
  readonly #leftMs = new Map<Snowflake, number>();
  #isReady = false;
  #running: Promise<void> = Promise.resolve();

  /** @param erase see `Erasures.eraseGuild` */
  constructor(
    store: Store,
    clock: Clock,
    graceDays: number,
    presence: GuildPresence,
    erase: (guildId: Snowflake, isGone: () => boolean) => Promise<{ readonly rows: number } | null>,
    events: LeftGuildEvents,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#graceMs = graceDays * DAY_MS;
    this.#presence = presence;
    this.#erase = erase;
    this.#events = events;
  }

  /** Reads which guilds were left before. */
  async open(): Promise<void> {
    for (const [guildId, leftMs] of await this.#store.guilds())
      if (leftMs !== null) this.#leftMs.set(guildId, leftMs);
  }

  /** The gateway tells of a guild: the bot is in it. */
  arrived(guildId: Snowflake): void {
    if (this.#leftMs.delete(guildId)) this.#then(() => this.#store.markLeft([guildId], null));
  }

  /** The bot left the guild, or was thrown out; an outage is none of that. */
  left(guildId: Snowflake): void {
    const nowMs = this.#clock.nowMs();
    this.#leftMs.set(guildId, nowMs);
    this.#then(() => this.#store.markLeft([guildId], nowMs));
    if (this.#graceMs === 0) void this.sweep();
  }

  /** Another process erased the guild: nothing of it is left to erase. */
  erasedElsewhere(guildId: Snowflake): void {
    this.#leftMs.delete(guildId);
  }

  /** All shards have told of all guilds: one that is stored and was not among them was left while the bot was away. */
  ready(): void {
    this.#then(async () => {
      const nowMs = this.#clock.nowMs();
      const missing = [...(await this.#store.guilds())].flatMap(([guildId, leftMs]) =>
        leftMs === null && this.#presence.isGone(guildId) ? [guildId] : [],
      );
      if (missing.length > 0) await this.#store.markLeft(missing, nowMs);
      for (const guildId of missing) this.#leftMs.set(guildId, nowMs);
      this.#isReady = true;
    });
    void this.sweep();
  }

  /** Erases what is due; resolves when that is done. To be called each hour or so. */
  sweep(): Promise<void> {
    this.#then(async () => {
      if (!this.#isReady) return;
      for (const [guildId, leftMs] of [...this.#leftMs]) {
        if (this.#clock.nowMs() - leftMs < this.#graceMs) continue;
        const isGone = (): boolean => this.#leftMs.has(guildId) && this.#presence.isGone(guildId);
        const erased = isGone() ? await this.#erase(guildId, isGone) : null;
        if (erased === null) continue;
        this.#leftMs.delete(guildId);
        this.#events.erased(guildId, erased.rows);
      }
    });
    return this.#running;
  }

  /** Resolves when nothing is under way. */
  settled(): Promise<void> {
    return this.#running;
  }

  /** One step after another: what a guild's coming and going says must reach the store in that order. */
  #then(step: () => Promise<void>): void {
    this.#running = this.#running.then(step).catch((thrown) => {
      this.#events.failed(storeFailure(thrown, "a guild that was left could not be noted or erased"));
    });
  }
}
