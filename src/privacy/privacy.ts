import type { Counter } from "../counting/counter.ts";
import { GuildStatsError } from "../errors.ts";
import { isSnowflake, type Snowflake } from "../snowflake.ts";

/** What an erasure removed. */
export interface Erasure {
  /** Stored counter rows that went; what was only in memory is not in this figure. */
  readonly rows: number;
}

/** Opting out, and being forgotten. All methods reject with `ARGUMENT_INVALID` for a malformed id, or `STORE_*`. */
export class Privacy {
  readonly #counter: Counter;
  readonly #forgotten: (userId: Snowflake) => void;

  /** @param forgotten called when a user was erased, to drop what else may show them */
  constructor(counter: Counter, forgotten: (userId: Snowflake) => void) {
    this.#counter = counter;
    this.#forgotten = forgotten;
  }

  isOptedOut(userId: Snowflake): boolean {
    return this.#counter.admission.isOptedOut(required(userId));
  }

  /** From now on nothing about the user is recorded, in any guild; and everything recorded so far is erased. */
  async optOut(userId: Snowflake): Promise<Erasure> {
    // First closed, then emptied: the other way round, a message between the two would stay.
    await this.#counter.admission.optOut(required(userId));
    return await this.forget(userId);
  }

  /** The user is recorded again from now on. */
  async optIn(userId: Snowflake): Promise<void> {
    await this.#counter.optIn(required(userId));
  }

  /** Erases all that is recorded about the user, in all guilds; does not keep new activity from being recorded. */
  async forget(userId: Snowflake): Promise<Erasure> {
    const erasure = await this.#counter.forget(required(userId));
    this.#forgotten(userId);
    return erasure;
  }
}

function required(userId: Snowflake): Snowflake {
  if (isSnowflake(userId)) return userId;
  throw new GuildStatsError("ARGUMENT_INVALID", `userId must be a snowflake, got ${JSON.stringify(userId)}`);
}
