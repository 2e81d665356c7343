import { z } from "zod";
import { PERIODS } from "../period.ts";
import type { Snowflake } from "../snowflake.ts";
import { THEME_NAMES } from "../theme-name.ts";
import { VISIBILITIES } from "../visibility.ts";
import { stateBits, VOICE_STATE_NAMES, VOICE_STATES } from "../voice-state.ts";
import { type GuildSettings, type IgnoreLists, UNSET_SETTINGS } from "./store.ts";

/** What an admin chose, as one value each; 1 and 0 for yes and no. */
export interface SettingsRow {
  readonly enabled: number | null;
  readonly time_zone: string | null;
  readonly locale: string | null;
  readonly theme: string | null;
  /** 0xRRGGBB, or `"icon"`. */
  readonly accent: number | string | null;
  readonly uncounted_voice: number | null;
  readonly default_period: string | null;
  readonly visibility: string | null;
  /** A JSON list of ids as text. */
  readonly command_channels: string | null;
  readonly private_by_default: number | null;
}

export const SETTINGS_COLUMNS = [
  "enabled",
  "time_zone",
  "locale",
  "theme",
  "accent",
  "uncounted_voice",
  "default_period",
  "visibility",
  "command_channels",
  "private_by_default",
] as const satisfies readonly (keyof SettingsRow)[];

export interface IgnoredRow {
  readonly guild: string;
  readonly kind: string;
  readonly id: string;
}

/** The kinds of what is ignored, as rows name them. */
export const IGNORED_KINDS = [
  "channels",
  "categories",
  "roles",
  "activities",
] as const satisfies readonly (keyof IgnoreLists)[];

const ids = z.array(z.string());

/**
 * The settings of every guild in which an admin chose anything.
 * @param ignored in the order of their ids
 */
export function settingsIn(
  rows: readonly (SettingsRow & { readonly id: Snowflake })[],
  ignored: readonly IgnoredRow[],
): Map<Snowflake, GuildSettings> {
  const settings = new Map<Snowflake, GuildSettings>();
  for (const row of rows) settings.set(row.id, settingsOf(row));
  for (const { guild, kind, id } of ignored) {
    const found = settings.get(guild) ?? UNSET_SETTINGS;
    const name = IGNORED_KINDS.find((known) => known === kind);
    if (name === undefined) continue;
    settings.set(guild, {
      ...found,
      ignored: { ...found.ignored, [name]: [...found.ignored[name], id] },
    });
  }
  return settings;
}

function settingsOf(row: SettingsRow): GuildSettings {
  const { enabled, accent, uncounted_voice, command_channels, private_by_default } = row;
  return {
    ...UNSET_SETTINGS,
    enabled: enabled === null ? null : enabled === 1,
    timeZone: row.time_zone,
    locale: row.locale,
    theme: THEME_NAMES.find((known) => known === row.theme) ?? null,
    accent: typeof accent === "string" ? "icon" : accent,
    uncountedVoice: uncounted_voice === null ? null : statesOf(uncounted_voice),
    defaultPeriod: PERIODS.find((known) => known === row.default_period) ?? null,
    visibility: VISIBILITIES.find((known) => known === row.visibility) ?? null,
    commandChannels: command_channels === null ? [] : ids.parse(JSON.parse(command_channels)),
    privateByDefault: private_by_default === null ? null : private_by_default === 1,
  };
}

/** The row of a guild's settings. */
export function settingsRow(settings: GuildSettings): SettingsRow {
  const { enabled, uncountedVoice, commandChannels, privateByDefault } = settings;
  return {
    enabled: enabled === null ? null : Number(enabled),
    time_zone: settings.timeZone,
    locale: settings.locale,
    theme: settings.theme,
    accent: settings.accent,
    uncounted_voice: uncountedVoice === null ? null : stateBits(uncountedVoice),
    default_period: settings.defaultPeriod,
    visibility: settings.visibility,
    command_channels: commandChannels.length === 0 ? null : JSON.stringify(commandChannels),
    private_by_default: privateByDefault === null ? null : Number(privateByDefault),
  };
}

function statesOf(bits: number) {
  return VOICE_STATE_NAMES.filter((name) => (bits & VOICE_STATES[name]) !== 0);
}
