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
import { type Connection, column } from "./database.ts";
import { storable } from "./text.ts";

/**
 * The settings of every guild in which an admin chose anything.
 * @param guildIds of these guilds only; `null`: of all
 */
export async function readSettings(
  connection: Connection,
  guildIds: readonly Snowflake[] | null = null,
): Promise<Map<Snowflake, GuildSettings>> {
  const isMeant = "($1::bigint[] IS NULL OR guild_id = ANY ($1::bigint[]))";
  const meant = [guildIds && column(guildIds)];
  const { rows } = await connection.query<SettingsRow & { readonly id: string }>(
    `SELECT guild_id::text AS id, ${SETTINGS_COLUMNS.join()} FROM guild
     WHERE (${SETTINGS_COLUMNS.map((name) => `${name} IS NOT NULL`).join(" OR ")}) AND ${isMeant}`,
    meant,
  );
  const ignored = await connection.query<IgnoredRow>(
    `SELECT guild_id::text AS guild, kind, id FROM ignored WHERE ${isMeant}`,
    meant,
  );
  return settingsIn(
    rows.map((row) => ({ ...row, accent: accentOf(row.accent) })),
    // Ordered here: how the database orders text depends on its collation.
    [...ignored.rows].sort((a, b) => (a.id < b.id ? -1 : 1)),
  );
}

function accentOf(stored: SettingsRow["accent"]): SettingsRow["accent"] {
  return stored === null || stored === "icon" ? stored : Number(stored);
}

/** Replaces a guild's settings. A guild may have settings before anything was counted: `since_ms` stays NULL. */
export async function writeSettings(
  connection: Connection,
  guildId: Snowflake,
  settings: GuildSettings,
): Promise<void> {
  const row = settingsRow(settings);
  const values = SETTINGS_COLUMNS.map((name) => row[name]);
  await connection.query(
    `INSERT INTO guild (guild_id, ${SETTINGS_COLUMNS.join()})
     VALUES ($1, ${SETTINGS_COLUMNS.map((_, index) => `$${index + 2}`).join()}) ON CONFLICT (guild_id)
     DO UPDATE SET ${SETTINGS_COLUMNS.map((name) => `${name} = excluded.${name}`).join()}`,
    [guildId, ...values.map((value) => (value === null ? null : String(value)))],
  );
  await connection.query("DELETE FROM ignored WHERE guild_id = $1", [guildId]);
  const ignored = IGNORED_KINDS.flatMap((kind) =>
    [...new Set(settings.ignored[kind].map(storable))].map((id) => ({ kind, id })),
  );
  await connection.query(
    `INSERT INTO ignored (guild_id, kind, id)
     SELECT $1::bigint, kind, id FROM unnest($2::text[], $3::text[]) AS given (kind, id)`,
    [guildId, ignored.map(({ kind }) => kind), ignored.map(({ id }) => id)],
  );
}
