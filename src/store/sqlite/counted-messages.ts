import type { Database, Statement } from "better-sqlite3";
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

interface GuildRow {
  readonly key: number;
  readonly live: number | null;
}

/** Tells which messages of a guild are counted. A start asks of every guild: hence statements that are made once. */
export class CountedMessagesReader {
  readonly #guild: Statement<[bigint], GuildRow>;
  readonly #channels: Statement<[number], ChannelRow>;
  readonly #imported: Statement<[number], ImportedRow>;

  constructor(database: Database) {
    this.#guild = database.prepare("SELECT key, live_since_ms AS live FROM guild WHERE id = ?");
    this.#channels = database.prepare(
      `SELECT CAST(id AS TEXT) AS id, CAST(first_message AS TEXT) AS first,
         CAST(newest_message AS TEXT) AS newest
       FROM place WHERE guild = ? AND typeof(id) = 'integer'`,
    );
    this.#imported = database.prepare(
      `SELECT CAST(place.id AS TEXT) AS id, CAST(from_message AS TEXT) AS "from",
         CAST(until_message AS TEXT) AS "until"
       FROM imported JOIN place ON (place.guild, place.key) = (imported.guild, imported.place)
       WHERE imported.guild = ?`,
    );
  }

  read(guildId: Snowflake): CountedMessages {
    const guild = this.#guild.get(BigInt(guildId));
    const channels = this.#channels.all(guild?.key ?? -1);
    const imported = this.#imported.all(guild?.key ?? -1);
    return {
      liveSinceMs: guild?.live ?? null,
      channels: new Map(channels.map(({ id, first, newest }) => [id, { firstId: first, newestId: newest }])),
      imported: imported.map(({ id, from, until }) => ({ channelId: id, fromId: from, untilId: until })),
    };
  }
}
