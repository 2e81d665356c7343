import type { PlaceId } from "../place-id.ts";
import type { Snowflake } from "../snowflake.ts";
import type { RedPlacing, RedPlacingReport } from "../store/red-past.ts";
import type { Purge, Purgeable, Store } from "../store/store.ts";
import type { Flusher } from "./flusher.ts";
import type { GuildCache } from "./guild-cache.ts";
import type { WriteQueue } from "./write-queue.ts";

interface Parts {
  readonly store: Store;
  readonly cache: GuildCache;
  readonly queue: WriteQueue;
  readonly flusher: Flusher;
  readonly memberCounts: Map<Snowflake, number>;
}

/** Changes what was counted of a guild, all of it: whatever is in memory is stored first, and the guild is read anew then. */
export class StoredCounts {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Deletes what an admin chose of a guild; what happens from now on is counted again. */
  purge(guildId: Snowflake, what: Purge): Promise<{ readonly rows: number }> {
    const { store, memberCounts } = this.#parts;
    return this.change(guildId, () => {
      // So that the count of members is written again when it is next heard.
      if (what === "all") memberCounts.delete(guildId);
      return store.purge(guildId, what);
    });
  }

  /** What a purge of what was counted up to now would take. */
  async purgeable(guildId: Snowflake, what: Purge): Promise<Purgeable> {
    const { store, flusher } = this.#parts;
    await flusher.flush();
    return await store.purgeable(guildId, what);
  }

  /** Adds a channel's counts to another's. */
  mergePlaces(guildId: Snowflake, from: PlaceId, into: PlaceId): Promise<{ readonly rows: number }> {
    return this.change(guildId, () => this.#parts.store.mergePlaces(guildId, from, into));
  }

  /** Moves what is staged of a guild's past among its counts; see `Store.placeRed`. */
  placeRed(placing: RedPlacing): Promise<RedPlacingReport> {
    return this.change(placing.guildId, () => this.#parts.store.placeRed(placing));
  }

  /** Another process purged, merged or placed counts of a guild. */
  changedElsewhere(guildId: Snowflake): Promise<void> {
    const { queue, cache, memberCounts } = this.#parts;
    // As after an own purge: it may have gone.
    memberCounts.delete(guildId);
    return queue.unload(guildId, cache);
  }

  /** @throws `STORE_*` when something could not be written; nothing was changed then */
  change<T>(guildId: Snowflake, change: () => Promise<T>): Promise<T> {
    const { queue, cache } = this.#parts;
    return queue.change(guildId, cache, change);
  }
}
