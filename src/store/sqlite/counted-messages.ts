import type { Database } from "better-sqlite3";
import type { Snowflake } from "../../snowflake.ts";
import type { CountedMessages } from "../store.ts";

interface ChannelRow {
  readonly id: string;
  readonly first: string | null;
  readonly newest: string | null;
}

interface ImportedRow {
  readonly id: string;
  readonly from: string;
  readonly until: string;
}

/** Which messages of a guild are counted. */
export function readCountedMessages(database: Database, guildId: Snowflake): CountedMessages {
  const guild = database
    .prepare<[bigint], { key: number; live: number | null }>(
      "SELECT key, live_since_ms AS live FROM guild WHERE id = ?",
    )
    .get(BigInt(guildId));
  const channels = database
    .prepare<[number], ChannelRow>(
      `SELECT CAST(id AS TEXT) AS id, CAST(first_message AS TEXT) AS first,
         CAST(newest_message AS TEXT) AS newest
       FROM place WHERE guild = ? AND typeof(id) = 'integer'`,
    )
    .all(guild?.key ?? -1);
  const imported = database
    .prepare<[number], ImportedRow>(
      `SELECT CAST(place.id AS TEXT) AS id, CAST(from_message AS TEXT) AS "from",
         CAST(until_message AS TEXT) AS "until"
       FROM imported JOIN place ON (place.guild, place.key) = (imported.guild, imported.place) WHERE imported.guild = ?`,
    )
    .all(guild?.key ?? -1);
  return {
    liveSinceMs: guild?.live ?? null,
    channels: new Map(channels.map(({ id, first, newest }) => [id, { firstId: first, newestId: newest }])),
    imported: imported.map(({ id, from, until }) => ({ channelId: id, fromId: from, untilId: until })),
  };
}
