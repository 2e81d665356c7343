import type { Counter } from "../counting/counter.ts";
import { GuildStatsError } from "../errors.ts";
import { isSnowflake, type Snowflake } from "../snowflake.ts";

/** What an erasure removed. */
export interface Erasure {
  /** Stored counter rows that went; what was only in memory is not in this figure. */
  readonly rows: number;
}

export interface PrivacyEvents {
  /** A user was erased: what else may show them has to go. */
  forgotten(userId: Snowflake): void;
  /** It was decided anew whether a user is counted: what they do now is to be looked at again. */
  anew(userId: Snowflake): void;
}

/** Opting out, and being forgotten. All methods reject with `ARGUMENT_INVALID` for a malformed id, or `STORE_*`. */
export class Privacy {
  readonly #counter: Counter;
  readonly #events: PrivacyEvents;

  constructor(counter: Counter, events: PrivacyEvents) {
    this.#counter = counter;
    this.#events = events;
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

  /**
   * The bot's owner keeps a user out of all records, and erases what there is. The user cannot take it back by opting
   * in.
   */
  async ignore(userId: Snowflake): Promise<Erasure> {
    await this.#counter.admission.optOut(required(userId), "owner");
    return await this.forget(userId);
  }

  /** Takes {@link ignore} back; a user who opted out stays out. */
  async unignore(userId: Snowflake): Promise<void> {
    await this.#counter.optIn(required(userId), "owner");
    this.#events.anew(userId);
  }

  /** The user is recorded again from now on. */
  async optIn(userId: Snowflake): Promise<void> {
    await this.#counter.optIn(required(userId));
    this.#events.anew(userId);
  }

  /** Erases all that is recorded about the user, in all guilds; does not keep new activity from being recorded. */
  async forget(userId: Snowflake): Promise<Erasure> {
    const erasure = await this.#counter.forget(required(userId));
    this.#events.forgotten(userId);
    this.#events.anew(userId);
    return erasure;
  }
}

function required(userId: Snowflake): Snowflake {
  if (isSnowflake(userId)) return userId;
  throw new GuildStatsError("ARGUMENT_INVALID", `userId must be a snowflake, got ${JSON.stringify(userId)}`);
}
