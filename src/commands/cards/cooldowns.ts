import { LRUCache } from "lru-cache";
import { cacheTime } from "../../cache-time.ts";
import type { Clock } from "../../clock.ts";
import type { Snowflake } from "../../snowflake.ts";

const MINUTE_MS = 60_000;
/** Who was not heard of for a minute has a full bucket, and is forgotten; beyond so many, so is the longest silent. */
const MOST_BUCKETS = 10_000;

/** Cards a minute; 0: no limit. */
export interface CooldownLimits {
  readonly userPerMinute: number;
  readonly guildPerMinute: number;
}

/** Whose limit was reached, and how long until there is a card again. */
export interface Wait {
  readonly of: "user" | "guild";
  readonly waitMs: number;
}

/** How many cards users and guilds may ask for: each has a bucket of a minute's cards, which fills steadily. */
export class Cooldowns {
  readonly #users: Buckets | null;
  readonly #guilds: Buckets | null;

  constructor(clock: Clock, { userPerMinute, guildPerMinute }: CooldownLimits) {
    this.#users = userPerMinute === 0 ? null : new Buckets(clock, userPerMinute);
    this.#guilds = guildPerMinute === 0 ? null : new Buckets(clock, guildPerMinute);
  }

  /** Takes a card from both buckets, or from neither. @returns `null` when it was taken */
  take(guildId: Snowflake, userId: Snowflake): Wait | null {
    const userMs = this.#users?.waitMs(userId) ?? 0;
    if (userMs > 0) return { of: "user", waitMs: userMs };
    const guildMs = this.#guilds?.waitMs(guildId) ?? 0;
    if (guildMs > 0) return { of: "guild", waitMs: guildMs };
    this.#users?.take(userId);
    this.#guilds?.take(guildId);
    return null;
  }
}

/** A bucket as it was left: how full, and when. */
interface Left {
  readonly cards: number;
  readonly atMs: number;
}

class Buckets {
  readonly #clock: Clock;
  readonly #perMinute: number;
  readonly #left: LRUCache<Snowflake, Left>;

  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock;
    this.#perMinute = perMinute;
    this.#left = new LRUCache({ max: MOST_BUCKETS, ttl: MINUTE_MS, ...cacheTime(clock) });
  }

  /** How long until there is a whole card; 0: there is one. */
  waitMs(id: Snowflake): number {
    const missing = 1 - this.#cards(id);
    return missing <= 0 ? 0 : Math.ceil((missing * MINUTE_MS) / this.#perMinute);
  }

  take(id: Snowflake): void {
    this.#left.set(id, { cards: this.#cards(id) - 1, atMs: this.#clock.elapsedMs() });
  }

  #cards(id: Snowflake): number {
    const left = this.#left.get(id);
    if (left === undefined) return this.#perMinute;
    const come = ((this.#clock.elapsedMs() - left.atMs) * this.#perMinute) / MINUTE_MS;
    // Sums of fractions must not fall short of a card that is there.
    return Math.min(this.#perMinute, left.cards + come + 1e-9);
  }
}
