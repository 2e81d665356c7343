import Database from "better-sqlite3";
import { hourOf } from "../src/clock.ts";
import type { Snowflake } from "../src/snowflake.ts";
import { NOW_MS } from "./reference-guild.ts";

/** Whose rows a question is about, as an SQL condition on `counted` with one parameter. */
export interface SqlScope {
  readonly where: string;
  readonly id: Snowflake;
  /** What its lists are of. */
  readonly lists: readonly ("member" | "place")[];
}

/** Places and members are numbered within their guild. */
const NAMED = `JOIN member ON member.guild = counted.guild AND member.key = counted.member
      JOIN place ON place.guild = counted.guild AND place.key = counted.place`;

const EVERYONE: SqlScope = { where: "@id = @id", id: "0", lists: ["member", "place"] };

/** What one answer has: what its query has as well. */
export interface SqlAnswer {
  readonly totals: readonly number[];
  readonly daily: readonly (readonly number[])[];
  readonly top: readonly (readonly (readonly number[])[])[];
}

/**
 * The baseline of queries: each answer anew from the tables, as one would ask SQLite for it. Less than a view has: its
 * totals, its days and its lists, without what was before, ranks, contributors and voice states.
 */
export class SqlAnswers {
  readonly #database: Database.Database;
  readonly #given: { readonly guild: bigint; readonly head: number };
  readonly #statements = new Map<string, Database.Statement>();

  /** @param file in which nobody writes meanwhile */
  constructor(file: string, guildId: Snowflake) {
    this.#database = new Database(file, { readonly: true });
    this.#given = { guild: BigInt(guildId), head: hourOf(NOW_MS) };
  }

  /** Makes who has which role known, and which channel is in which category. */
  group(groups: ReadonlyMap<Snowflake, readonly Snowflake[]>): void {
    this.#database.exec(
      "CREATE TEMP TABLE grouped (id INTEGER, item INTEGER, PRIMARY KEY (id, item)) WITHOUT ROWID",
    );
    const insert = this.#database.prepare("INSERT INTO grouped VALUES (?, ?)");
    for (const [id, items] of groups) for (const item of items) insert.run(BigInt(id), BigInt(item));
  }

  /** @param days how far back, by whole days of UTC beyond 30; 30: by the hour */
  answer({ where, id, lists }: SqlScope = EVERYONE, days = 30): SqlAnswer {
    const given = { ...this.#given, id: BigInt(id), hours: days * 24 };
    const from = `FROM (
        SELECT guild, hour, place, member, messages, duration_ms FROM hourly
          WHERE guild = (SELECT key FROM guild WHERE id = @guild) AND hour > @head - @hours AND hour <= @head
        UNION ALL
        SELECT guild, day * 24, place, member, messages, duration_ms FROM daily
          WHERE guild = (SELECT key FROM guild WHERE id = @guild) AND day * 24 > @head - @hours
      ) AS counted ${NAMED} WHERE member.bot = 0 AND ${where}`;
    const lifetime = `FROM lifetime AS counted ${NAMED}
      WHERE counted.guild = (SELECT key FROM guild WHERE id = @guild) AND member.bot = 0 AND ${where}`;
    const since = (hours: string): string =>
      ["messages", "duration_ms"].map((what) => `sum(iif(hour > @head - ${hours}, ${what}, 0))`).join(", ");
    const rows = (sql: string): readonly (readonly number[])[] => this.#rows(sql, given);
    return {
      totals: [
        ...rows(`SELECT ${since("24")}, ${since("168")}, ${since("@hours")} ${from}`),
        ...rows(`SELECT sum(messages), sum(duration_ms) ${lifetime}`),
      ].flat(),
      daily: rows(`SELECT hour / 24, sum(messages), sum(duration_ms) ${from} GROUP BY 1 ORDER BY 1`),
      top: lists.flatMap((what) =>
        ["messages", "duration_ms"].map((value) =>
          rows(`SELECT counted.${what}, sum(${value}) ${from} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 5`),
        ),
      ),
    };
  }

  close(): void {
    this.#database.close();
  }

  #rows(sql: string, given: Record<string, unknown>): readonly (readonly number[])[] {
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql).raw();
    this.#statements.set(sql, statement);
    // Rows of numbers, as the statements above say.
    return statement.all(given) as number[][];
  }
}

export const ofMember = (id: Snowflake): SqlScope => ({ where: "member.id = @id", id, lists: ["place"] });
export const ofChannel = (id: Snowflake): SqlScope => ({ where: "place.id = @id", id, lists: ["member"] });
export const ofRole = (id: Snowflake): SqlScope => ({
  where: "member.id IN (SELECT item FROM grouped WHERE id = @id)",
  id,
  lists: ["member", "place"],
});
export const ofCategory = (id: Snowflake): SqlScope => ({
  where: "place.id IN (SELECT item FROM grouped WHERE id = @id)",
  id,
  lists: ["member", "place"],
});
