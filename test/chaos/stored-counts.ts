import pg from "pg";
import type { StoredCounts } from "../crash/stored-counts.ts";

const SCHEMA = "guildstats";

/** A guild's comings and goings in an hour. */
export interface StoredPopulation {
  readonly guildId: string;
  readonly hour: number;
  readonly joins: number;
  readonly leaves: number;
  readonly members: number;
}

export interface SharedCounts extends Omit<StoredCounts, "integrity"> {
  /** "guild member channel" → milliseconds in voice. */
  readonly channelMs: ReadonlyMap<string, number>;
  /** "guild member activity" → milliseconds. */
  readonly activityMs: ReadonlyMap<string, number>;
  /** Oldest hour first. */
  readonly population: readonly StoredPopulation[];
}

/** What a database says, all of one moment, added up as `test/crash` adds up a file. */
export async function storedCounts(url: string): Promise<SharedCounts> {
  return await connected(url, async (client) => {
    const byName = async (sql: string): Promise<Map<string, number>> => {
      const { rows } = await client.query<{ name: string; sum: string }>(sql);
      return new Map(rows.map(({ name, sum }) => [name, Number(sum)]));
    };
    await client.query(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path TO ${SCHEMA}`);
    const lifetime = await client.query<object>(
      `SELECT guild_id, place, member, state, sum(messages) AS messages, sum(duration_ms) AS duration_ms
       FROM (SELECT guild_id, place, member, state, messages, duration_ms FROM hourly
             UNION ALL SELECT guild_id, place, member, state, -messages, -duration_ms FROM lifetime) AS both_ways
       GROUP BY guild_id, place, member, state HAVING sum(messages) <> 0 OR sum(duration_ms) <> 0`,
    );
    const timeBy = async (name: string, where: string): Promise<Map<string, number>> =>
      await byName(
        `SELECT ${name} AS name, sum(duration_ms) FROM hourly
         JOIN place ON place.guild_id = hourly.guild_id AND place.key = hourly.place
         JOIN member ON member.guild_id = hourly.guild_id AND member.key = hourly.member
         WHERE ${where} GROUP BY 1 HAVING sum(duration_ms) > 0`,
      );
    const inChannel = "position(':' IN place.id) = 0";
    const whoAndWhere = "hourly.guild_id || ' ' || member.id || ' ' || place.id";
    const population = await client.query<StoredPopulation>(
      `SELECT guild_id::text AS "guildId", hour, joins, leaves, members FROM population ORDER BY hour`,
    );
    const last = await client.query<{ last: string | null }>("SELECT max(last_ms) AS last FROM writer");
    return {
      messages: await byName(
        `SELECT place.id || ' ' || member.id || ' ' || hour AS name, sum(messages) FROM hourly
         JOIN place ON place.guild_id = hourly.guild_id AND place.key = hourly.place
         JOIN member ON member.guild_id = hourly.guild_id AND member.key = hourly.member
         GROUP BY 1 HAVING sum(messages) > 0`,
      ),
      voiceMs: await timeBy("hourly.guild_id || ' ' || member.id", inChannel),
      channelMs: await timeBy(whoAndWhere, inChannel),
      activityMs: await timeBy(whoAndWhere, `NOT ${inChannel}`),
      population: population.rows,
      lifetimeErrors: lifetime.rows,
      settledMs: await byName(
        `SELECT voice_session.guild_id || ' ' || member.id AS name, coalesce(counted_ms, settled_ms) AS sum
         FROM voice_session JOIN guild ON guild.guild_id = voice_session.guild_id
         JOIN member ON member.guild_id = voice_session.guild_id AND member.key = voice_session.member`,
      ),
      cutAtMs: Number(last.rows[0]?.last ?? 0),
    };
  });
}

/** Tables with a row that has one of these ids in it, in whichever column. */
export async function tablesWith(url: string, ids: readonly string[]): Promise<string[]> {
  return await connected(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = $1 ORDER BY 1",
      [SCHEMA],
    );
    const found: string[] = [];
    for (const { name } of rows) {
      const { rowCount } = await client.query(
        `SELECT 1 FROM ${SCHEMA}."${name}" AS row WHERE row::text ~ $1 LIMIT 1`,
        [`\\m(${ids.join("|")})\\M`],
      );
      if (rowCount) found.push(name);
    }
    return ids.length === 0 ? [] : found;
  });
}

/** Ends all connections of bots. */
export async function cutConnections(url: string): Promise<void> {
  await connected(url, (client) =>
    client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'chaos'"),
  );
}

async function connected<T>(url: string, act: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  // A server that is stopped ends it.
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
}
