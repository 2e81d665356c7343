import type { Database } from "better-sqlite3";
import type { Snowflake } from "../../snowflake.ts";
import {
  IGNORED_KINDS,
  type IgnoredRow,
  SETTINGS_COLUMNS,
  type SettingsRow,
  settingsIn,
  settingsRow,
} from "../settings-row.ts";
import type { GuildSettings } from "../store.ts";

/** The settings of every guild in which an admin chose anything. */
export function readSettings(database: Database): Map<Snowflake, GuildSettings> {
  const columns = SETTINGS_COLUMNS.join();
  const rows = database
    .prepare<[], SettingsRow & { readonly id: string }>(
      `SELECT CAST(id AS TEXT) AS id, ${columns} FROM guild WHERE coalesce(${columns}) IS NOT NULL`,
    )
    .all();
  const ignored = database
    .prepare<[], IgnoredRow>(
      `SELECT CAST(guild.id AS TEXT) AS guild, kind, ignored.id AS id FROM ignored
       JOIN guild ON guild.key = ignored.guild ORDER BY ignored.id`,
    )
    .all();
  return settingsIn(rows, ignored);
}

/** Replaces a guild's settings. A guild may have settings before anything was counted: `since_ms` stays NULL. */
export function writeSettings(database: Database, guildId: Snowflake, settings: GuildSettings): void {
  const upsert = database.prepare<
    [Readonly<Record<string, bigint | number | string | null>>],
    { key: number }
  >(
    `INSERT INTO guild (id, ${SETTINGS_COLUMNS.join()})
     VALUES (@id, ${SETTINGS_COLUMNS.map((name) => `@${name}`).join()}) ON CONFLICT (id)
     DO UPDATE SET ${SETTINGS_COLUMNS.map((name) => `${name} = excluded.${name}`).join()} RETURNING key`,
  );
  const clear = database.prepare<[number]>("DELETE FROM ignored WHERE guild = ?");
  const add = database.prepare<[number, string, string]>("INSERT INTO ignored VALUES (?, ?, ?)");
  const row = settingsRow(settings);
  // A number would be stored as a float: the column has no type of its own.
  const accent = typeof row.accent === "number" ? BigInt(row.accent) : row.accent;
  database
    .transaction(() => {
      const guild = upsert.get({ ...row, accent, id: BigInt(guildId) });
      if (guild === undefined) return;
      clear.run(guild.key);
      for (const kind of IGNORED_KINDS)
        for (const id of new Set(settings.ignored[kind])) add.run(guild.key, kind, id);
    })
    .immediate();
}
