import type { Database } from "better-sqlite3";
import type { Snowflake } from "../../snowflake.ts";
import type { GuildSettings } from "../store.ts";

interface SettingsRow {
  readonly id: string;
  readonly enabled: number | null;
  readonly time_zone: string | null;
  readonly accent: number | null;
}

/** The settings of every guild in which an admin chose anything. */
export function readSettings(database: Database): Map<Snowflake, GuildSettings> {
  const rows = database
    .prepare<[], SettingsRow>(
      `SELECT CAST(id AS TEXT) AS id, enabled, time_zone, accent FROM guild
       WHERE enabled IS NOT NULL OR time_zone IS NOT NULL OR accent IS NOT NULL`,
    )
    .all();
  return new Map(
    rows.map(({ id, enabled, time_zone, accent }) => [
      id,
      { enabled: enabled === null ? null : enabled === 1, timeZone: time_zone, accent },
    ]),
  );
}

/** Replaces a guild's settings. A guild may have settings before anything was counted: `since_ms` stays NULL. */
export function writeSettings(database: Database, guildId: Snowflake, settings: GuildSettings): void {
  const { enabled, timeZone, accent } = settings;
  database
    .prepare<[bigint, number | null, string | null, number | null]>(
      `INSERT INTO guild (id, enabled, time_zone, accent) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE
       SET enabled = excluded.enabled, time_zone = excluded.time_zone, accent = excluded.accent`,
    )
    .run(BigInt(guildId), enabled === null ? null : Number(enabled), timeZone, accent);
}
