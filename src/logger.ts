import type { GuildStatsError } from "./errors.ts";

/** Fields of a log line. `event` is always among them: a stable name that dashboards and alarms may ask for. */
export type LogFields = Readonly<Record<string, unknown>> & { readonly event: LogEvent };

/**
 * What GuildStats logs. No line below `warn` holds a user's id, and none holds what anyone wrote.
 *
 * - `info`: `started`, `stopped` (`rowsWritten`), `commands_registered` (`written`), `recovered` (progress of a guild),
 *   `red_placed` (a report), `user_erased`, `guild_erased` (`guildId`, `rows`: the bot had left it)
 *   `post_removed` (`guildId`, `channelId`, `id`, `what`: the channel or message that was deleted, and the scheduled card with it)
 *   `changes_heard` (after a failure, what other processes change is heard of again)
 *   (`connected`: the standalone bot has logged in, `guilds`, `file`)
 *   `guilds_handed_over` (`guilds`: how many)
 * - `debug`: `guild_taken` (`guildId`), `flushed` (`rows`, `batches`, `durationMs`), `post_made` (`guildId`, `channelId`, `id`, `lateMs`: a scheduled
 *   card was posted or brought up to date)
 * - `warn`: `guilds_fenced` (`guildIds`: another process took them, and some counts of this one were not written yet)
 * - `warn` or `error`: `failure` (`code`, and the error as `err`)
 */
export type LogEvent =
  | "started"
  | "stopped"
  | "connected"
  | "commands_registered"
  | "recovered"
  | "red_placed"
  | "user_erased"
  | "guild_erased"
  | "guild_taken"
  | "guilds_handed_over"
  | "guilds_fenced"
  | "changes_heard"
  | "flushed"
  | "post_made"
  | "post_removed"
  | "failure";

/** Takes a line: its fields, and what it says in words. */
export type Log = (fields: LogFields, message: string) => void;

/** Where GuildStats says what it does; a pino logger fits as it is. */
export interface Logger {
  info: Log;
  warn: Log;
  error: Log;
  /** Left out, these lines go nowhere. */
  debug?: Log | undefined;
}

/** The default: says nothing. */
export const silentLogger: Logger = Object.freeze({
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
});

/** The same logger, which neither throws nor rejects: nothing else is to fail for a line that could not be written. */
export function harmless(logger: Logger): Logger {
  const at =
    (level: keyof Logger): Log =>
    (...line) => {
      try {
        const answer: unknown = logger[level]?.(...line);
        if (answer instanceof Promise) answer.catch(() => undefined);
      } catch {
        // Where it would be said has just failed.
      }
    };
  return { info: at("info"), warn: at("warn"), error: at("error"), debug: at("debug") };
}

/** Something is missing, and all else goes on; every other failure is an error. */
const WARNINGS: readonly GuildStatsError["code"][] = [
  "ANSWER_LOST",
  "INTENT_MISSING",
  "IMPORT_UNPLACED",
  "POST_FAILED",
  "RECOVERY_INCOMPLETE",
  "BACKFILL_INCOMPLETE",
  "MEMBERS_UNKNOWN",
];

/** One line about a failure, under the key that pino serialises errors by. */
export function logFailure(logger: Logger, error: GuildStatsError): void {
  const level = WARNINGS.includes(error.code) ? "warn" : "error";
  logger[level]({ event: "failure", code: error.code, err: error }, error.message);
}
