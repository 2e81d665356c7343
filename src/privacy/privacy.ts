import type { Clock } from "../clock.ts";
import type { Counter } from "../counting/counter.ts";
import { GuildStatsError, storeFailure } from "../errors.ts";
import { type ExportFile, ExportFiles } from "../exports/export-files.ts";
import { isSnowflake, type Snowflake } from "../snowflake.ts";
import type { ErasureWish, OptOutBy, Store } from "../store/store.ts";
import { type ExportNames, userPieces } from "./user-pieces.ts";

/** What an erasure removed. */
export interface Erasure {
  /** Stored counter rows that went; what was only in memory is not in this figure. */
  readonly rows: number;
}

export interface PrivacyEvents {
  /** A user was erased, in one guild or in all (`null`): what else may show them has to go. */
  forgotten(userId: Snowflake, guildId: Snowflake | null): void;
  /** It was decided anew whether a user is counted: what they do now is to be looked at again. */
  anew(userId: Snowflake): void;
  failed(error: GuildStatsError): void;
}

/** How many users are not recorded. Who they are is not known: only keyed hashes of their ids are kept. */
export interface Refusals {
  /** Of their own wish. */
  readonly self: number;
  /** Of the bot's owner's. */
  readonly owner: number;
}

/**
 * Opting out, being forgotten, and seeing what is recorded. All methods reject with `ARGUMENT_INVALID` for a malformed
 * id, or `STORE_*`.
 */
export class Privacy {
  readonly #counter: Counter;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #names: ExportNames;
  readonly #events: PrivacyEvents;

  /** @internal `GuildStats` makes it. */
  constructor(counter: Counter, store: Store, clock: Clock, names: ExportNames, events: PrivacyEvents) {
    this.#counter = counter;
    this.#store = store;
    this.#clock = clock;
    this.#names = names;
    this.#events = events;
  }

  /** Whether the user opted out. */
  isOptedOut(userId: Snowflake): boolean {
    return this.#counter.admission.isOptedOut(required(userId));
  }

  /** Whether the bot's owner keeps the user out; see {@link ignore}. */
  isIgnored(userId: Snowflake): boolean {
    return this.#counter.admission.isIgnored(required(userId));
  }

  /** How many users are not recorded. */
  get refusals(): Refusals {
    return this.#counter.admission.refusals;
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
    await this.#letIn(userId, "owner");
  }

  /** The user is recorded again from now on; an erasure that was cut off is finished first. */
  async optIn(userId: Snowflake): Promise<void> {
    await this.#letIn(userId, "self");
  }

  /**
   * Erases all that is recorded about the user; does not keep new activity from being recorded. When it fails it is
   * tried again each hour, and after a restart.
   * @param guildId in this guild only. Default: in all guilds
   */
  async forget(userId: Snowflake, guildId?: Snowflake): Promise<Erasure> {
    const where = guildId === undefined ? null : required(guildId, "guildId");
    required(userId);
    try {
      return await this.#counter.erasures.forget(userId, where);
    } finally {
      // Also after an error: nothing in memory shows the user any more, and the store's part is tried again.
      this.#events.forgotten(userId, where);
      this.#events.anew(userId);
    }
  }

  /**
   * Everything recorded about the user in all guilds, as JSON files. What is only in memory is written to the store
   * first; what waits to be read back is told as a number. It takes about a second per million rows of the guilds.
   * @param maxFileBytes what is larger is compressed, then divided into several files. Default: one file of any size
   * @throws `EXPORT_TOO_LARGE` when a file of this size does not even hold its own beginning and one row
   */
  async export(
    userId: Snowflake,
    { maxFileBytes = Number.POSITIVE_INFINITY }: { readonly maxFileBytes?: number } = {},
  ): Promise<readonly ExportFile[]> {
    required(userId);
    await this.#counter.flush();
    const { admission } = this.#counter;
    const about = {
      userId,
      createdMs: this.#clock.nowMs(),
      optedOut: { self: admission.isOptedOut(userId), owner: admission.isIgnored(userId) },
      waitingMessages: this.#counter.erasures.waiting(userId),
    };
    const name = `guildstats-${userId}`;
    using files = new ExportFiles(this.#clock, { name, extension: "json", maxFileBytes });
    const guilds = this.#store.userRecords(userId);
    const red = () => this.#store.userRedRecords(userId);
    for await (const piece of userPieces(about, guilds, red, this.#names)) await files.add(piece);
    return await files.finish();
  }

  async #letIn(userId: Snowflake, by: OptOutBy): Promise<void> {
    required(userId);
    for (const wish of await this.#store.unfinishedErasures()) {
      // Done later, it would take what is recorded from now on as well.
      if (wish.userId === userId) await this.#finish(wish);
    }
    await this.#counter.rules.optIn(userId, by);
    this.#events.anew(userId);
  }

  #finish({ userId, guildId }: ErasureWish): Promise<Erasure> {
    return this.forget(userId, guildId ?? undefined);
  }

  /** Erases those whose erasure failed before, or was cut off; never rejects. @returns how many are done now */
  async finishErasures(): Promise<number> {
    let done = 0;
    try {
      for (const wish of await this.#store.unfinishedErasures()) {
        await this.#finish(wish);
        done++;
      }
    } catch (thrown) {
      this.#events.failed(storeFailure(thrown, "an erasure could not be finished; it is tried again"));
    }
    return done;
  }
}

function required(id: Snowflake, what = "userId"): Snowflake {
  if (isSnowflake(id)) return id;
  throw new GuildStatsError("ARGUMENT_INVALID", `${what} must be a snowflake, got ${JSON.stringify(id)}`);
}
