/** The people who asked not to be recorded, as keyed hashes only. */
export interface OptOutList {
  /** 32 secret bytes, made once per store, with which user ids are hashed (HMAC-SHA-256). */
  readonly key: Uint8Array;
  /** 64 lower-case hex digits each: of those who asked, and of those whom the bot's owner ignores. */
  readonly hashes: readonly string[];
  readonly ignored: readonly string[];
}

/** Who keeps a user out: the user, or the bot's owner. Either is enough. */
export type OptOutBy = "self" | "owner";
