import type { Database, Statement } from "better-sqlite3";
import type { PlaceId } from "../../place-id.ts";
import type { Snowflake } from "../../snowflake.ts";
import type { ActivitySession, OpenActivity } from "../store.ts";
import { storable } from "../text.ts";

/** Writes the changes of activities; part of a batch's transaction. */
export class ActivitySessionWriter {
  readonly #open: Statement<
    [guild: number, member: number, activity: string, beginMs: number | null, endMs: number | null]
  >;
  readonly #close: Statement<[activity: string, userId: bigint, guildId: bigint]>;

  constructor(database: Database) {
    this.#open = database.prepare("INSERT OR REPLACE INTO activity_session VALUES (?, ?, ?, ?, ?)");
    this.#close = database.prepare(
      `DELETE FROM activity_session WHERE activity = ? AND (guild, member) =
         (SELECT guild, key FROM member WHERE id = ? AND guild = (SELECT key FROM guild WHERE id = ?))`,
    );
  }

  open(guild: number, member: number, session: ActivitySession): void {
    const { activityId, uncountedSinceMs, endedMs } = session;
    this.#open.run(guild, member, storable(activityId), uncountedSinceMs, endedMs);
  }

  close(guildId: Snowflake, userId: Snowflake, activityId: PlaceId): void {
    this.#close.run(storable(activityId), BigInt(userId), BigInt(guildId));
  }
}

interface SessionRow {
  readonly guild: string;
  readonly user: string;
  readonly bot: number;
  readonly activity: string;
  readonly begin: number | null;
  readonly end: number | null;
  readonly settled: number;
}

/** What earlier runs left. */
export function readOpenActivities(database: Database): OpenActivity[] {
  const rows = database
    .prepare<[], SessionRow>(
      `SELECT CAST(guild.id AS TEXT) AS guild, CAST(member.id AS TEXT) AS user, member.bot AS bot,
         activity_session.activity AS activity, activity_session.begin_ms AS begin,
         activity_session.end_ms AS end, coalesce(guild.settled_ms, 0) AS settled
       FROM activity_session
       CROSS JOIN member ON (member.guild, member.key) = (activity_session.guild, activity_session.member)
       CROSS JOIN guild ON guild.key = member.guild`,
    )
    .all();
  return rows.map(({ guild, user, bot, activity, begin, end, settled }) => ({
    guildId: guild,
    userId: user,
    bot: bot === 1,
    activityId: activity,
    uncountedSinceMs: begin,
    endedMs: end,
    settledMs: settled,
  }));
}
