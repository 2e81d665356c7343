/** Every way in which GuildStats refuses or fails, as a stable code that programs may branch on. */
export type GuildStatsErrorCode =
  | "OPTION_INVALID" // an option is unknown, of the wrong type or out of its bounds
  | "INTENT_MISSING" // the client lacks a gateway intent; `details.option` names what is off without it, else nothing can be counted
  | "STATE_INVALID" // start() twice, or on a client that another one listens to; a call before start() or after stop()
  | "ARGUMENT_INVALID" // a query or privacy call got a malformed snowflake, period or filter
  | "IMPORT_INVALID" // a file to import is not what it should be; `details.path` names the broken place
  | "IMPORT_UNPLACED" // imported counts of a guild could not be placed yet; they wait on, nothing is lost
  | "STORE_UNWRITABLE" // the database file or its folder cannot be created or written
  | "STORE_UNREACHABLE" // the database server does not answer, or the line to it was cut
  | "STORE_DENIED" // the database server refuses the user, the password, or what the user may not do
  | "STORE_CORRUPT" // the file is not a readable database
  | "STORE_FOREIGN" // the file is a database, but another program's
  | "STORE_NEWER" // the schema was written by a newer GuildStats
  | "STORE_LOCKED" // another process holds the database
  | "STORE_FULL" // no space left where the database lives
  | "STORE_CLOSED" // a call after close()
  | "STORE_HALF_COPIED" // a copy into the database was begun and not ended: finish it, or drop the database
  | "STORE_DRIVER_MISSING" // the package that speaks to the database is not installed
  | "STORE_FAILED" // any other failure of the database
  | "COPY_REFUSED" // nothing is copied: the target holds something else, or is the source itself
  | "COPY_CHANGED" // the source was written while it was copied
  | "COPY_DIFFERS" // what was copied does not add up to what the source holds
  | "RENDER_FAILED" // a card could not be drawn
  | "RENDER_BUSY" // too many cards wait to be drawn; nothing is wrong, and asking again helps
  | "ANSWER_LOST" // Discord took no answer to an interaction: too late, or its message, its channel or the bot itself is gone
  | "POST_FAILED" // a scheduled card could not be posted; it is tried again, `details` say which: `guildId`, `channelId`, `id`
  | "REGISTRATION_FAILED" // Discord refused the command registration
  | "RECOVERY_INCOMPLETE" // missed messages of some channels could not be read back
  | "BACKFILL_RUNNING" // the guild's past is being imported already
  | "BACKFILL_INCOMPLETE" // a channel's past could not be imported, or not to its end
  | "MEMBERS_UNKNOWN" // Discord did not say who is still a member of a guild
  | "EXPORT_TOO_LARGE" // a part of an export does not fit one file of the allowed size
  | "UNEXPECTED"; // anything else that was caught behind a listener or an answer

/** An error with a {@link GuildStatsErrorCode}; `details` holds plain values fit for a log line. */
export class GuildStatsError extends Error {
  override readonly name = "GuildStatsError";
  readonly code: GuildStatsErrorCode;
  /** Plain values that say more, such as `option` or `guildId`; which ones depends on the code. */
  readonly details: Readonly<Record<string, unknown>>;

  /** Also for a store of your own, which rejects with the codes `STORE_*`. @param options `cause`: what was thrown below */
  constructor(
    code: GuildStatsErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** Whatever was thrown, as an Error whose message can be logged. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/**
 * What kept something from being read from the store or written to it: as it was thrown when it has a code, else
 * `STORE_FAILED`.
 * @param what what became of it, a sentence without its end
 */
export function storeFailure(thrown: unknown, what: string): GuildStatsError {
  if (thrown instanceof GuildStatsError) return thrown;
  const cause = asError(thrown);
  return new GuildStatsError("STORE_FAILED", `${what}: ${cause.message}`, { cause });
}
