import { IANAZone } from "luxon";
import { z } from "zod";
import { type Clock, systemClock } from "./clock.ts";
import type { BackfillRequest } from "./counting/backfill.ts";
import { GuildStatsError } from "./errors.ts";
import { LANGUAGES, spokenAs } from "./i18n/languages.ts";
import { harmless, type Logger, silentLogger } from "./logger.ts";
import { PERIODS } from "./period.ts";
import { isSnowflake, type Snowflake } from "./snowflake.ts";
import type { GuildSettings, Store } from "./store/store.ts";
import { THEME_NAMES } from "./theme-name.ts";
import { VISIBILITIES } from "./visibility.ts";
import { VOICE_STATE_NAMES } from "./voice-state.ts";

function implementing<T>(what: string, methods: readonly (keyof T & string)[]): z.ZodType<T, T> {
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
/** As `URL` has it: whatever else is given here is no picture's host ever. */
const imageHost = z
  .string()
  .refine(
    (host) => URL.canParse(`https://${host}`) && new URL(`https://${host}`).host === host,
    "must be a host as addresses have it, such as cdn.example.com",
  );
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

/** The options' defaults and bounds; `docs/options.md` tells them. */
export const optionFields = z.strictObject({
  store: implementing<Store>('a store, such as sqlite("guildstats.db")', ["open", "apply", "load", "close"]),
  clock: implementing<Clock>("a Clock", ["nowMs", "elapsedMs", "after", "turn"]).default(systemClock),
  flushIntervalMs: wholeNumber(1_000, 600_000).default(30_000),
  batchRows: wholeNumber(10, 5_000).default(400),
  memoryBudgetBytes: wholeNumber(MIB, 65_536 * MIB).default(256 * MIB),
  recoverWithinMs: wholeNumber(0, 7 * 86_400_000).default(86_400_000),
  recoverMessagesPerChannel: wholeNumber(0, 100_000).default(2_000),
  hourlyRetentionDays: wholeNumber(32, 3_650).default(400),
  dailyRetentionDays: wholeNumber(400, 36_500).nullable().default(null),
  activities: z.boolean().default(false),
  activityMinimumMs: wholeNumber(0, 86_400_000).default(600_000),
  imageCacheEntries: wholeNumber(0, 100).default(100),
  imageCacheBytes: wholeNumber(MIB, 1_024 * MIB).default(32 * MIB),
  imageCacheTtlMs: wholeNumber(1_000, 3_600_000).default(300_000),
  imageFetchTimeoutMs: wholeNumber(100, 10_000).default(2_000),
  imageHosts: z.array(imageHost).max(20).default(["cdn.discordapp.com", "media.discordapp.net"]),
  timeZone: timeZone.default("UTC"),
  locale: locale.default(null),
  theme: theme.default("dark"),
  accent: accent.default(null),
  cooldowns: z
    .strictObject({
      userPerMinute: wholeNumber(0, 600).default(30),
      guildPerMinute: wholeNumber(0, 6_000).default(300),
    })
    .prefault({}),
  registerCommands: z.boolean().default(true),
  ownerIds: z.array(z.string().refine(isSnowflake, "must be a snowflake")).max(100).default([]),
  enabledByDefault: z.boolean().default(true),
  leftGuildGraceDays: wholeNumber(0, 365).default(30),
  drainOnSignals: z.boolean().default(true),
  logger: implementing<Logger>("a logger with info, warn and error", ["info", "warn", "error"])
    .default(silentLogger)
    .transform(harmless),
});

// A day that is dropped as soon as it is made would be no day.
const schema = optionFields.refine(
  ({ hourlyRetentionDays, dailyRetentionDays }) =>
    dailyRetentionDays === null || dailyRetentionDays >= hourlyRetentionDays,
  { path: ["dailyRetentionDays"], error: "must be at least hourlyRetentionDays" },
);

export type { GuildStatsOptions } from "./guild-stats-options.ts";
/** What the schema takes. Of its fields `GuildStatsOptions` tells, and a test holds the two together. */
export type OptionsInput = z.input<typeof schema>;
/** All options, resolved and frozen. */
export type ResolvedOptions = Readonly<z.output<typeof schema>>;

/**
 * Fills in defaults and checks bounds.
 * @throws `OPTION_INVALID` naming the option, its bound and the value received
 */
export function resolveOptions(options: unknown): ResolvedOptions {
  const result = schema.safeParse(options);
  if (result.success) return Object.freeze(result.data);
  const { name, message } = explain(result.error, options, Object.keys(optionFields.shape));
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
