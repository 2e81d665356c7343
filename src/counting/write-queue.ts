import PQueue from "p-queue";
import type { Clock } from "../clock.ts";
import type { LongPeriod } from "../period.ts";
import type { Snowflake } from "../snowflake.ts";
import type { Batch, Store } from "../store/store.ts";
import type { GuildCache } from "./guild-cache.ts";
import type { GuildRecord } from "./guild-record.ts";

/**
 * The one line in which everything waits that moves counts between memory and store. A load that ran beside a
 * write could miss a batch or see it twice; an erasure that ran beside one could be undone by it.
 */
export class WriteQueue {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #tasks = new PQueue({ concurrency: 1 });
  readonly #loading = new Map<Snowflake, Promise<GuildRecord>>();
  readonly #refused: (guildIds: readonly Snowflake[], batch: Batch) => void;

  /** @param refused the store has the batch, but for these guilds, which another process counts; called in line */
  constructor(store: Store, clock: Clock, refused: (guildIds: readonly Snowflake[], batch: Batch) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#refused = refused;
  }

  /** Tasks that wait or run. */
  get length(): number {
    return this.#tasks.size + this.#tasks.pending;
  }

  /** Writes the oldest batch in flight; gives its rows, or `null` when there is none. */
  writeOldest(cache: GuildCache): Promise<number | null> {
    return this.#tasks.add(() => this.#writeOldest(cache));
  }

  /** Loads a guild ahead of waiting writes, for someone is looking at a deferred answer; joins a load under way. */
  load(guildId: Snowflake, cache: GuildCache): Promise<GuildRecord> {
    const loaded = cache.loaded(guildId);
    if (loaded) return Promise.resolve(loaded);
    let loading = this.#loading.get(guildId);
    if (loading === undefined) {
      loading = this.#tasks
        .add(() => cache.load(guildId, this.#store), { priority: 1 })
        .finally(() => this.#loading.delete(guildId));
      this.#loading.set(guildId, loading);
    }
    return loading;
  }

  /** Has a loaded record know the hours before its window; like a {@link load}, ahead of waiting writes. */
  loadOlder(record: GuildRecord, cache: GuildCache): Promise<void> {
    return this.#tasks.add(() => cache.loadOlder(record, this.#store), { priority: 1 });
  }

  /** Has a loaded record know the days before its window, as {@link loadOlder} does the hours. */
  loadDays(record: GuildRecord, period: LongPeriod, cache: GuildCache): Promise<void> {
    return this.#tasks.add(() => cache.loadDays(record, period, this.#store), { priority: 1 });
  }

  /** Drops a guild's window, after a load that is under way. */
  unload(guildId: Snowflake, cache: GuildCache): Promise<void> {
    return this.#tasks.add(() => cache.unload(guildId));
  }

  /** Does something in memory as one step of the line, beside no load and no write. */
  step<T>(task: () => Promise<T>): Promise<T> {
    return this.#tasks.add(task);
  }

  /**
   * Erases a user from memory, from the batches in flight and from the store, as one step of the line.
   * @param guildId in this guild only; `null`: in all
   * @param fromMemory erases them from memory at once; what it then writes is in the store before the erasure is
   */
  forget(
    userId: Snowflake,
    guildId: Snowflake | null,
    fromMemory: () => Promise<void>,
  ): Promise<{ readonly rows: number }> {
    return this.#tasks.add(async () => {
      await fromMemory();
      return await this.#store.forget(userId, guildId ?? undefined);
    });
  }

  /**
   * Changes what is stored of a guild, as one step of the line. Whatever was counted before it is written first:
   * a batch that came after a purge would bring back what went. Then the guild is read anew.
   * @throws `STORE_*` when something could not be written; nothing was changed then
   */
  change<T>(guildId: Snowflake, cache: GuildCache, change: () => Promise<T>): Promise<T> {
    return this.#tasks.add(async () => {
      cache.cut();
      while ((await this.#writeOldest(cache)) !== null);
      try {
        return await change();
      } finally {
        // Also after an error: whether the store was changed before it is not known.
        cache.unload(guildId);
      }
    });
  }

  async #writeOldest(cache: GuildCache): Promise<number | null> {
    // Looked up here and not by the caller: an erasure that was ahead in the line replaces batches.
    const batch = cache.oldest;
    if (batch === undefined) return null;
    // A batch may just have been made: cutting a busy guild, and the first slice of writing it, are a turn each.
    await this.#clock.turn();
    const answer = await this.#store.apply(batch);
    cache.settled(batch);
    if (typeof answer === "object") this.#refused(answer.refused, batch);
    // A turn between batches keeps gateway events and answers flowing through a long flush.
    await this.#clock.turn();
    return batch.guilds.reduce((rows, delta) => rows + delta.rows.hour.length, 0);
  }
}
