import { IANAZone } from "luxon";
import { z } from "zod";
import { type Clock, systemClock } from "./clock.ts";
import type { BackfillRequest } from "./counting/backfill.ts";
import { GuildStatsError } from "./errors.ts";
import { LANGUAGES, spokenAs } from "./i18n/languages.ts";
import { type Logger, silentLogger } from "./logger.ts";
import { PERIODS } from "./period.ts";
import { isSnowflake, type Snowflake } from "./snowflake.ts";
import type { GuildSettings, Store } from "./store/store.ts";
import { THEME_NAMES } from "./theme-name.ts";
import { VISIBILITIES } from "./visibility.ts";
import { VOICE_STATE_NAMES } from "./voice-state.ts";

function implementing<T>(what: string, methods: readonly (keyof T & string)[]): z.ZodType<T> {
  return z.custom<T>(
    (value) =>
      typeof value === "object" &&
      value !== null &&
      methods.every((method) => typeof Reflect.get(value, method) === "function"),
    { error: `must be ${what}` },
  );
}

const wholeNumber = (min: number, max: number) => z.int().min(min).max(max);
const MIB = 1024 * 1024;
const timeZone = z.string().refine((zone) => IANAZone.isValidZone(zone), "must be an IANA time zone");
const locale = z
  .string()
  .refine(
    (tag) => spokenAs(tag) !== null,
    `must be the tag of a language spoken here (${LANGUAGES.join(", ")})`,
  )
  .nullable();
const theme = z.enum(THEME_NAMES);
const accent = z.union([wholeNumber(0, 0xffffff), z.literal("icon"), z.null()], {
  error: `must be a whole number from 0 to ${0xffffff}, "icon" or null`,
});

const snowflakes = z.array(z.string().refine(isSnowflake, "must be a snowflake")).max(1_000);

const guildSettings = z.strictObject({
  guildId: z.string().refine(isSnowflake, "must be a snowflake"),
  enabled: z.boolean().nullish(),
  timeZone: timeZone.nullish(),
  locale: locale.optional(),
  theme: theme.nullish(),
  accent: accent.optional(),
  uncountedVoice: z.array(z.enum(VOICE_STATE_NAMES)).nullish(),
  defaultPeriod: z.enum(PERIODS).nullish(),
  visibility: z.enum(VISIBILITIES).nullish(),
  commandChannels: snowflakes.max(50).optional(),
  privateByDefault: z.boolean().nullish(),
  ignored: z
    .strictObject({
      channels: snowflakes,
      categories: snowflakes,
      roles: snowflakes,
      activities: z.array(z.string().min(1).max(128)).max(1_000),
    })
    .optional(),
});

const instant = z.int().min(0).nullable();
const backfill = z
  .strictObject({
    guildId: z.string().refine(isSnowflake, "must be a snowflake"),
    channelId: z.string().refine(isSnowflake, "must be a snowflake").nullable(),
    sinceMs: instant,
    untilMs: instant,
  })
  .refine(({ sinceMs, untilMs }) => sinceMs === null || untilMs === null || sinceMs < untilMs, {
    path: ["untilMs"],
    error: "must be later than sinceMs",
  });

const fields = z.strictObject({
  /** Where counts are kept, e.g. `sqlite("guildstats.db")`. Required. */
  store: implementing<Store>('a store, such as sqlite("guildstats.db")', ["open", "apply", "load", "close"]),
  /** Where time comes from. Default: the host's clock. */
  clock: implementing<Clock>("a Clock", ["nowMs", "elapsedMs", "after", "turn"]).default(systemClock),
  /** Milliseconds between flushes, 1,000 to 600,000. Default 30,000. A crash loses at most this much. */
  flushIntervalMs: wholeNumber(1_000, 600_000).default(30_000),
  /**
   * Rows in one write, 10 to 5,000. Default 400; a larger batch blocks the event loop for longer. One channel's
   * messages, and one member's time, are never cut in two, even if they are more.
   */
  batchRows: wholeNumber(10, 5_000).default(400),
  /** Bytes of guild data to keep in memory, 1 MiB to 64 GiB. Default 256 MiB. */
  memoryBudgetBytes: wholeNumber(MIB, 65_536 * MIB).default(256 * MIB),
  /**
   * After the bot was away for at most this long, voice that went on is counted and missed messages are read back,
   * 0 to 604,800,000 ms (7 days). Default 86,400,000 (24 h); 0 turns both off.
   */
  recoverWithinMs: wholeNumber(0, 7 * 86_400_000).default(86_400_000),
  /** Most messages of one channel to read back after the bot was away, 0 to 100,000. Default 2,000. */
  recoverMessagesPerChannel: wholeNumber(0, 100_000).default(2_000),
  /**
   * Days for which counts are kept by hour, 32 to 3,650; then they are summed by day, in the guild's time zone.
   * Totals never change by that. Default 400.
   */
  hourlyRetentionDays: wholeNumber(32, 3_650).default(400),
  /** Days for which counts are kept by day, 400 to 36,500 and not below `hourlyRetentionDays`; `null`, the default: for good. */
  dailyRetentionDays: wholeNumber(400, 36_500).nullable().default(null),
  /**
   * Whether time in activities (games, music, streams) is counted, by name. Default `false`. Needs the presence
   * intent, which is privileged: without it there is a warning, and activities are not counted.
   */
  activities: z.boolean().default(false),
  /** Shorter activities are not counted, 0 to 86,400,000 ms (a day). Default 600,000 (10 minutes). */
  activityMinimumMs: wholeNumber(0, 86_400_000).default(600_000),
  /** Drawn cards to keep, 0 to 100. Default 100; 0 turns the image cache off. */
  imageCacheEntries: wholeNumber(0, 100).default(100),
  /** Bytes of drawn cards to keep, 1 MiB to 1 GiB. Default 32 MiB. */
  imageCacheBytes: wholeNumber(MIB, 1_024 * MIB).default(32 * MIB),
  /** Milliseconds for which a drawn card may be shown again, 1,000 to 3,600,000. Default 300,000. */
  imageCacheTtlMs: wholeNumber(1_000, 3_600_000).default(300_000),
  /** Milliseconds to wait for an avatar or icon before a fallback is drawn, 100 to 10,000. Default 2,000. */
  imageFetchTimeoutMs: wholeNumber(100, 10_000).default(2_000),
  /** Hosts that avatars and icons may come from. Default: Discord's two. At most 20. */
  imageHosts: z.array(z.string().min(1)).max(20).default(["cdn.discordapp.com", "media.discordapp.net"]),
  /** IANA time zone in which days are cut where a guild chose none. Default `"UTC"`. */
  timeZone: timeZone.default("UTC"),
  /**
   * BCP 47 tag of the language of public answers where a guild chose none. Default `null`: the server's own in Discord.
   * Answers that one person alone sees are in that person's language.
   */
  locale: locale.default(null),
  /** Cards' theme where a guild chose none: `"dark"`, `"light"` or `"contrast"`. Default `"dark"`. */
  theme: theme.default("dark"),
  /**
   * Cards' accent colour where a guild chose none, 0 to 0xFFFFFF, `"icon"` for the main colour of the guild's icon, or
   * `null` for the theme's. Default `null`.
   */
  accent: accent.default(null),
  /**
   * Cards that a user may ask for in a minute, 0 to 600, and a guild's users together, 0 to 6,000; presses count as well,
   * a minute's cards may come at once, and 0 is no limit. Defaults 30 and 300. The bot's owners and those who manage the
   * server are not limited.
   */
  cooldowns: z
    .strictObject({
      userPerMinute: wholeNumber(0, 600).default(30),
      guildPerMinute: wholeNumber(0, 6_000).default(300),
    })
    .prefault({}),
  /** Register the slash commands on start, if they changed. Default `true`; `false`: see `GuildStats.commands`. */
  registerCommands: z.boolean().default(true),
  /** Users who may use the owner commands beside the application's owner or team; at most 100. */
  ownerIds: z.array(z.string().refine(isSnowflake, "must be a snowflake")).max(100).default([]),
  /** Whether guilds are counted that no admin has enabled or disabled. Default `true`. */
  enabledByDefault: z.boolean().default(true),
  /**
   * Days after which all that is stored of a guild is erased once the bot has left it, 0 to 365; a bot that comes back
   * earlier finds it as it was. Default 30; 0: at once.
   */
  leftGuildGraceDays: wholeNumber(0, 365).default(30),
  /** On SIGTERM and SIGINT, write what is left and then let the signal take its course. Default `true`. */
  drainOnSignals: z.boolean().default(true),
  /** Takes log lines of fields and a message, as pino does. Default: silent. */
  logger: implementing<Logger>("a logger with info, warn and error", ["info", "warn", "error"]).default(
    silentLogger,
  ),
});

// A day that is dropped as soon as it is made would be no day.
const schema = fields.refine(
  ({ hourlyRetentionDays, dailyRetentionDays }) =>
    dailyRetentionDays === null || dailyRetentionDays >= hourlyRetentionDays,
  { path: ["dailyRetentionDays"], error: "must be at least hourlyRetentionDays" },
);

/** What a bot developer may pass; everything but `store` has a default. */
export type GuildStatsOptions = z.input<typeof schema>;
/** All options, resolved and frozen. */
export type ResolvedOptions = Readonly<z.output<typeof schema>>;

/**
 * Fills in defaults and checks bounds.
 * @throws `OPTION_INVALID` naming the option, its bound and the value received
 */
export function resolveOptions(options: unknown): ResolvedOptions {
  const result = schema.safeParse(options);
  if (result.success) return Object.freeze(result.data);
  const { name, message } = explain(result.error, options, Object.keys(fields.shape));
  throw new GuildStatsError("OPTION_INVALID", `option ${message}`, { details: { option: name } });
}

/** @throws `ARGUMENT_INVALID` naming the setting, its bound and the value received */
export function requireGuildSettings(guildId: Snowflake, change: Partial<GuildSettings>): void {
  requireArguments(guildSettings, { ...change, guildId });
}

/** @throws `ARGUMENT_INVALID` naming the argument, its bound and the value received */
export function requireBackfill(request: BackfillRequest): void {
  requireArguments(backfill, request);
}

function requireArguments(shape: typeof guildSettings | typeof backfill, given: object): void {
  const result = shape.safeParse(given);
  if (result.success) return;
  const { name, message } = explain(result.error, given, Object.keys(shape.shape));
  throw new GuildStatsError("ARGUMENT_INVALID", message, { details: { setting: name } });
}

function explain(
  error: z.ZodError,
  given: unknown,
  known: readonly string[],
): { name: string; message: string } {
  const [issue] = error.issues;
  if (issue?.code === "unrecognized_keys") {
    const name = [...issue.path, issue.keys.join(", ")].join(".");
    const others = issue.path.length === 0 ? `; known are ${known.join(", ")}` : "";
    return { name, message: `${name} is unknown${others}` };
  }
  const name = issue?.path.join(".") ?? "";
  const received = issue?.path.reduce<unknown>((value, key) => property(value, key), given);
  return { name, message: `${name || "object"} ${bound(issue)}, got ${shown(received)}` };
}

function bound(issue: z.core.$ZodIssue | undefined): string {
  switch (issue?.code) {
    case "too_small":
      return `must be at least ${issue.minimum}`;
    case "too_big":
      return `must be at most ${issue.maximum}`;
    case "invalid_type":
      return `must be ${issue.expected === "int" ? "a whole number" : `of type ${issue.expected}`}`;
    case "invalid_value":
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
    default:
      return issue?.message ?? "is invalid";
  }
}

function property(value: unknown, key: PropertyKey): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

function shown(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "an array" : "an object";
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
