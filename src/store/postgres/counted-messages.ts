import type { Snowflake } from "../../snowflake.ts";
import type { CountedMessages, MessageRange } from "../store.ts";
import type { Connection } from "./database.ts";
import { IS_CHANNEL } from "./place-kinds.ts";

/** Which messages of a guild are counted; within a snapshot. */
export async function readCountedMessages(
  connection: Connection,
  guildId: Snowflake,
): Promise<CountedMessages> {
  const guild = await connection.query<{ live: number | null }>(
    "SELECT live_since_ms AS live FROM guild WHERE guild_id = $1",
    [guildId],
  );
  const channels = await connection.query<{ id: string; first: string | null; newest: string | null }>(
    `SELECT id, first_message::text AS first, newest_message::text AS newest FROM place
     WHERE guild_id = $1 AND ${IS_CHANNEL}`,
    [guildId],
  );
  const imported = await connection.query<MessageRange>(
    `SELECT place.id AS "channelId", from_message::text AS "fromId", until_message::text AS "untilId"
     FROM imported JOIN place ON place.guild_id = imported.guild_id AND place.key = imported.place
     WHERE imported.guild_id = $1`,
    [guildId],
  );
  return {
    liveSinceMs: guild.rows[0]?.live ?? null,
    channels: new Map(
      channels.rows.map(({ id, first, newest }) => [id, { firstId: first, newestId: newest }]),
    ),
    imported: imported.rows,
  };
}
