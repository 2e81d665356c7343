import type { Database } from "better-sqlite3";
import type { Snowflake } from "../../snowflake.ts";
import { THEME_NAMES } from "../../theme-name.ts";
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
}

interface IgnoredRow {
  readonly guild: string;
  readonly kind: string;
  readonly id: string;
}

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
      `SELECT CAST(id AS TEXT) AS id, enabled, time_zone, locale, theme, accent, uncounted_voice FROM guild
       WHERE coalesce(enabled, time_zone, locale, theme, accent, uncounted_voice) IS NOT NULL`,
    )
    .all();
  for (const { id, enabled, time_zone, locale, theme, accent, uncounted_voice } of rows) {
    settings.set(id, {
      ...UNSET_SETTINGS,
      enabled: enabled === null ? null : enabled === 1,
      timeZone: time_zone,
      locale,
      theme: THEME_NAMES.find((known) => known === theme) ?? null,
      accent: typeof accent === "string" ? "icon" : accent,
      uncountedVoice: uncounted_voice === null ? null : statesOf(uncounted_voice),
    });
  }
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

/** Replaces a guild's settings. A guild may have settings before anything was counted: `since_ms` stays NULL. */
export function writeSettings(database: Database, guildId: Snowflake, settings: GuildSettings): void {
  const { enabled, timeZone, locale, theme, accent, uncountedVoice, ignored } = settings;
  const upsert = database.prepare<
    [
      bigint,
      number | null,
      string | null,
      string | null,
      string | null,
      bigint | string | null,
      number | null,
    ],
    { key: number }
  >(
    `INSERT INTO guild (id, enabled, time_zone, locale, theme, accent, uncounted_voice) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET enabled = excluded.enabled, time_zone = excluded.time_zone,
       locale = excluded.locale, theme = excluded.theme, accent = excluded.accent, uncounted_voice = excluded.uncounted_voice
     RETURNING key`,
  );
  const clear = database.prepare<[number]>("DELETE FROM ignored WHERE guild = ?");
  const add = database.prepare<[number, string, string]>("INSERT INTO ignored VALUES (?, ?, ?)");
  database
    .transaction(() => {
      const guild = upsert.get(
        BigInt(guildId),
        enabled === null ? null : Number(enabled),
        timeZone,
        locale,
        theme,
        // A number would be stored as a float: the column has no type of its own.
        typeof accent === "number" ? BigInt(accent) : accent,
        uncountedVoice === null ? null : stateBits(uncountedVoice),
      );
      if (guild === undefined) return;
      clear.run(guild.key);
      for (const kind of KINDS) for (const id of new Set(ignored[kind])) add.run(guild.key, kind, id);
    })
    .immediate();
}

function statesOf(bits: number) {
  return VOICE_STATE_NAMES.filter((name) => (bits & VOICE_STATES[name]) !== 0);
}
