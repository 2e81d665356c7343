import type { Database, Statement } from "better-sqlite3";
import type { Snowflake } from "../../snowflake.ts";
import type { OpenVoice, VoiceSession } from "../store.ts";

/** Writes the changes of open sessions; part of a batch's transaction. */
export class VoiceSessionWriter {
  readonly #open: Statement<
    [guild: number, member: number, place: number, session: string, state: number, countedMs: number | null]
  >;
  readonly #close: Statement<[userId: bigint, guildId: bigint]>;

  constructor(database: Database) {
    this.#open = database.prepare("INSERT OR REPLACE INTO voice_session VALUES (?, ?, ?, ?, ?, ?)");
    this.#close = database.prepare(
      `DELETE FROM voice_session WHERE (guild, member) =
         (SELECT guild, key FROM member WHERE id = ? AND guild = (SELECT key FROM guild WHERE id = ?))`,
    );
  }

  open(guild: number, member: number, place: number, { sessionId, state, countedMs }: VoiceSession): void {
    this.#open.run(guild, member, place, sessionId, state, countedMs);
  }

  close(guildId: Snowflake, userId: Snowflake): void {
    this.#close.run(BigInt(userId), BigInt(guildId));
  }
}

interface SessionRow {
  readonly guild: string;
  readonly user: string;
  readonly bot: number;
  readonly channel: string;
  readonly session: string;
  readonly state: number;
  readonly settled: number;
}

/** The sessions that earlier runs left open. CROSS JOIN keeps SQLite from looking at all members for these few. */
export function readOpenVoice(database: Database): OpenVoice[] {
  const rows = database
    .prepare<[], SessionRow>(
      `SELECT CAST(guild.id AS TEXT) AS guild, CAST(member.id AS TEXT) AS user, member.bot AS bot,
         CAST(place.id AS TEXT) AS channel, voice_session.session AS session, voice_session.state AS state,
         coalesce(counted_ms, guild.settled_ms) AS settled
       FROM voice_session
       CROSS JOIN member ON (member.guild, member.key) = (voice_session.guild, voice_session.member)
       CROSS JOIN guild ON guild.key = member.guild
       CROSS JOIN place ON (place.guild, place.key) = (voice_session.guild, voice_session.place)
       WHERE settled IS NOT NULL`,
    )
    .all();
  return rows.map(({ guild, user, bot, channel, session, state, settled }) => ({
    guildId: guild,
    userId: user,
    bot: bot === 1,
    channelId: channel,
    sessionId: session,
    state,
    settledMs: settled,
  }));
}
