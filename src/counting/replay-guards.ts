import type { Snowflake, SnowflakeDigits } from "../snowflake.ts";
import { ReplayGuard } from "./replay-guard.ts";

/** A guild alone: as many of its latest messages as a resumed session might repeat. A power of two. */
const OF_ONE_GUILD = 256;

/**
 * Recognises messages that are delivered again; see {@link ReplayGuard}. One knows those of all guilds. A guild of which
 * counts were dropped has another from then on: what was seen of it before may have to be counted once more.
 */
export class ReplayGuards {
  readonly #common = new ReplayGuard();
  /** `null` until a message is asked about. */
  readonly #own = new Map<Snowflake, ReplayGuard | null>();

  knows(guildId: Snowflake, id: SnowflakeDigits): boolean {
    return this.#guardOf(guildId).knows(id);
  }

  /** Whether this message is new; asking makes it known. */
  isNew(guildId: Snowflake, id: SnowflakeDigits): boolean {
    return this.#guardOf(guildId).isNew(id);
  }

  /** Nothing that was seen of the guild is known any more. */
  forget(guildId: Snowflake): void {
    this.#own.set(guildId, null);
  }

  #guardOf(guildId: Snowflake): ReplayGuard {
    if (this.#own.size === 0 || !this.#own.has(guildId)) return this.#common;
    const own = this.#own.get(guildId) ?? new ReplayGuard(OF_ONE_GUILD);
    this.#own.set(guildId, own);
    return own;
  }
}
