import { copyFileSync, existsSync, rmSync } from "node:fs";
import Database from "better-sqlite3";

/** What a database file says, added up by names that a test can make too. */
export interface StoredCounts {
  /** SQLite's own verdict; `"ok"`. */
  readonly integrity: string;
  /** "channel member hour" → messages. */
  readonly messages: ReadonlyMap<string, number>;
  /** "guild member" → milliseconds in voice. */
  readonly voiceMs: ReadonlyMap<string, number>;
  /** Totals over all time that are not the sum of the hours. */
  readonly lifetimeErrors: readonly object[];
  /** "guild member" → up to when the open session is counted, Unix milliseconds. */
  readonly settledMs: ReadonlyMap<string, number>;
  /** When the last batch of any writer was cut, Unix milliseconds: nothing later is counted. */
  readonly cutAtMs: number;
}

/**
 * Reads a file as a killed process left it, log and all. A copy of it: opening the file itself would already mend
 * what the next start of the bot has to.
 */
export function readCopy<T>(file: string, copy: string, read: (database: Database.Database) => T): T {
  for (const suffix of ["", "-wal"]) {
    rmSync(copy + suffix, { force: true });
    if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix);
  }
  const database = new Database(copy);
  try {
    return read(database);
  } finally {
    database.close();
  }
}

/** What a copy of the file says. */
export function storedCounts(file: string): StoredCounts {
  return readCopy(file, `${file}.copy`, (database) => {
    const byName = (sql: string) => new Map(database.prepare<[], [string, number]>(sql).raw().all());
    return {
      integrity: String(database.pragma("integrity_check", { simple: true })),
      messages: byName(
        `SELECT place.id || ' ' || member.id || ' ' || hour, sum(messages) FROM hourly
         JOIN place ON place.guild = hourly.guild AND place.key = hourly.place
         JOIN member ON member.guild = hourly.guild AND member.key = hourly.member
         GROUP BY 1 HAVING sum(messages) > 0`,
      ),
      voiceMs: byName(
        `SELECT guild.id || ' ' || member.id, sum(duration_ms) FROM hourly
         JOIN guild ON guild.key = hourly.guild
         JOIN member ON member.guild = hourly.guild AND member.key = hourly.member GROUP BY 1`,
      ),
      lifetimeErrors: database
        .prepare<[], object>(
          `SELECT guild, place, member, state, sum(messages) AS messages, sum(duration_ms) AS duration_ms
           FROM (SELECT guild, place, member, state, messages, duration_ms FROM hourly
                 UNION ALL SELECT guild, place, member, state, -messages, -duration_ms FROM lifetime)
           GROUP BY guild, place, member, state HAVING sum(messages) <> 0 OR sum(duration_ms) <> 0`,
        )
        .all(),
      settledMs: byName(
        `SELECT guild.id || ' ' || member.id, coalesce(counted_ms, settled_ms) FROM voice_session
         JOIN member ON member.guild = voice_session.guild AND member.key = voice_session.member
         JOIN guild ON guild.key = member.guild`,
      ),
      cutAtMs: database.prepare<[], number>("SELECT max(last_ms) FROM writer").pluck().get() ?? 0,
    };
  });
}
