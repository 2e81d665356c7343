import type { Database } from "better-sqlite3";
import { z } from "zod";
import { PERIODS } from "../../period.ts";
import type { Snowflake } from "../../snowflake.ts";
import { THEME_NAMES } from "../../theme-name.ts";
import { VISIBILITIES } from "../../visibility.ts";
import { stateBits, VOICE_STATE_NAMES, VOICE_STATES } from "../../voice-state.ts";
import { type GuildSettings, type IgnoreLists, UNSET_SETTINGS } from "../store.ts";

interface SettingsRow {
  readonly id: string;
  readonly enabled: number | null;
  readonly time_zone: string | null;
  readonly locale: string | null;
  readonly theme: string | null;
  readonly accent: number | string | null;
  readonly uncounted_voice: number | null;
  readonly default_period: string | null;
  readonly visibility: string | null;
  readonly command_channels: string | null;
  readonly private_by_default: number | null;
}

const ids = z.array(z.string());

interface IgnoredRow {
  readonly guild: string;
  readonly kind: string;
  readonly id: string;
}

/** What an admin chose, as one value each. */
const COLUMNS = [
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

const KINDS = [
  "channels",
  "categories",
  "roles",
  "activities",
] as const satisfies readonly (keyof IgnoreLists)[];

/** The settings of every guild in which an admin chose anything. */
export function readSettings(database: Database): Map<Snowflake, GuildSettings> {
  const settings = new Map<Snowflake, GuildSettings>();
  const rows = database
    .prepare<[], SettingsRow>(
      `SELECT CAST(id AS TEXT) AS id, ${COLUMNS.join()} FROM guild WHERE coalesce(${COLUMNS.join()}) IS NOT NULL`,
    )
    .all();
  for (const row of rows) settings.set(row.id, settingsOf(row));
  const ignored = database
    .prepare<[], IgnoredRow>(
      `SELECT CAST(guild.id AS TEXT) AS guild, kind, ignored.id AS id FROM ignored
       JOIN guild ON guild.key = ignored.guild ORDER BY ignored.id`,
    )
    .all();
  for (const { guild, kind, id } of ignored) {
    const found = settings.get(guild) ?? UNSET_SETTINGS;
    const name = KINDS.find((known) => known === kind);
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

/** Replaces a guild's settings. A guild may have settings before anything was counted: `since_ms` stays NULL. */
export function writeSettings(database: Database, guildId: Snowflake, settings: GuildSettings): void {
  const { enabled, timeZone, locale, theme, accent, uncountedVoice, ignored } = settings;
  const { defaultPeriod, visibility, commandChannels, privateByDefault } = settings;
  const upsert = database.prepare<
    [Readonly<Record<string, bigint | number | string | null>>],
    { key: number }
  >(
    `INSERT INTO guild (id, ${COLUMNS.join()}) VALUES (@id, ${COLUMNS.map((name) => `@${name}`).join()})
     ON CONFLICT (id) DO UPDATE SET ${COLUMNS.map((name) => `${name} = excluded.${name}`).join()} RETURNING key`,
  );
  const clear = database.prepare<[number]>("DELETE FROM ignored WHERE guild = ?");
  const add = database.prepare<[number, string, string]>("INSERT INTO ignored VALUES (?, ?, ?)");
  database
    .transaction(() => {
      const guild = upsert.get({
        id: BigInt(guildId),
        enabled: enabled === null ? null : Number(enabled),
        time_zone: timeZone,
        locale,
        theme,
        // A number would be stored as a float: the column has no type of its own.
        accent: typeof accent === "number" ? BigInt(accent) : accent,
        uncounted_voice: uncountedVoice === null ? null : stateBits(uncountedVoice),
        default_period: defaultPeriod,
        visibility,
        command_channels: commandChannels.length === 0 ? null : JSON.stringify(commandChannels),
        private_by_default: privateByDefault === null ? null : Number(privateByDefault),
      });
      if (guild === undefined) return;
      clear.run(guild.key);
      for (const kind of KINDS) for (const id of new Set(ignored[kind])) add.run(guild.key, kind, id);
    })
    .immediate();
}

function statesOf(bits: number) {
  return VOICE_STATE_NAMES.filter((name) => (bits & VOICE_STATES[name]) !== 0);
}
