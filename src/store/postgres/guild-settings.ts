import { isDeepStrictEqual } from "node:util";
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
import { storable } from "../text.ts";
import { type Connection, column } from "./database.ts";
import { holdGuilds } from "./guild-row.ts";

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

/**
 * Replaces a guild's settings. A guild may have settings before anything was counted: `since_ms` stays NULL.
 * @param before as in `Store.saveSettings`; `null`: all is replaced
 */
export async function writeSettings(
  connection: Connection,
  guildId: Snowflake,
  settings: GuildSettings,
  before: GuildSettings | null = null,
): Promise<void> {
  await holdGuilds(connection, [guildId], null, null);
  const row = settingsRow(settings);
  const known = before && settingsRow(before);
  const changed = SETTINGS_COLUMNS.filter((name) => known === null || row[name] !== known[name]);
  if (changed.length > 0) {
    const values = changed.map((name) => row[name]);
    await connection.query(
      `UPDATE guild SET ${changed.map((name, index) => `${name} = $${index + 2}`).join()} WHERE guild_id = $1`,
      [guildId, ...values.map((value) => (value === null ? null : String(value)))],
    );
  }
  const kinds = IGNORED_KINDS.filter(
    (kind) => !isDeepStrictEqual(settings.ignored[kind], before?.ignored[kind]),
  );
  if (kinds.length === 0) return;
  await connection.query("DELETE FROM ignored WHERE guild_id = $1 AND kind = ANY ($2::text[])", [
    guildId,
    kinds,
  ]);
  const ignored = kinds.flatMap((kind) =>
    [...new Set(settings.ignored[kind].map(storable))].map((id) => ({ kind, id })),
  );
  await connection.query(
    `INSERT INTO ignored (guild_id, kind, id)
     SELECT $1::bigint, kind, id FROM unnest($2::text[], $3::text[]) AS given (kind, id)`,
    [guildId, ignored.map(({ kind }) => kind), ignored.map(({ id }) => id)],
  );
}
