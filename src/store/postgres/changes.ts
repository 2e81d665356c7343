import type { Snowflake } from "../../snowflake.ts";
import type { ChangesSince, GuildRules } from "../changes.ts";
import { type Connection, column } from "./database.ts";

/** As long as a writer is known that may still write what it counted before a change. */
export const CHANGES_KEPT_MS = 30 * 86_400_000;

/** What a transaction changed that other processes have to know. */
export type Change =
  | { readonly kind: "settings" | "posts" | "counts" | "guild_erased"; readonly guildId: Snowflake }
  | { readonly kind: "opt_out"; readonly hash: string }
  | { readonly kind: "erasure"; readonly hash: string; readonly guildId: Snowflake | null };

/** By whom and when. */
export interface ChangeAuthor {
  /** Names one opened store. */
  readonly origin: string;
  /** Unix milliseconds. */
  readonly atMs: number;
}

/** A change that is of no guild alone. No guild has this id. */
const EVERYWHERE = "0";
/** The hash of changes that are of no user. */
const NOBODY = "";
/** Whose a change is that several made: each has to take in the others', whenever its own was. */
const SEVERAL = "";
/** One's own are told as well, for what was read beside them may be older. */
const ECHOED = "kind IN ('settings', 'posts', 'opt_out')";

/**
 * Writes down what a transaction changed. To be its last step: the row of the version is held until it ends, so that
 * versions become visible in their order. Of changes of the same thing the newest is kept. None is older than the rules'
 * instant, which Discord's clock may have moved on further than this one's.
 */
export async function recordChanges(
  connection: Connection,
  changes: readonly Change[],
  { origin, atMs }: ChangeAuthor,
): Promise<void> {
  if (changes.length === 0) return;
  const { rows } = await connection.query<{ version: number }>(
    `INSERT INTO change_version AS known (one, version, forgotten, since_ms) VALUES (true, 1, 0, $1)
     ON CONFLICT (one) DO UPDATE SET version = known.version + 1 RETURNING version`,
    [atMs],
  );
  const distinct = [...new Map(changes.map((change) => [Object.values(change).join(), change])).values()];
  await connection.query(
    `INSERT INTO change (kind, guild_id, user_hash, version, at_ms, origin)
     SELECT *, $4::bigint, greatest($5::bigint, (SELECT at_ms FROM instant WHERE name = 'rules_since')), $6::text
     FROM unnest($1::text[], $2::bigint[], $3::text[])
     ON CONFLICT (kind, guild_id, user_hash) DO UPDATE SET
       version = excluded.version, at_ms = excluded.at_ms,
       origin = CASE WHEN change.origin = excluded.origin THEN excluded.origin ELSE '${SEVERAL}' END`,
    [
      distinct.map(({ kind }) => kind),
      column(distinct.map((change) => ("guildId" in change ? (change.guildId ?? EVERYWHERE) : EVERYWHERE))),
      distinct.map((change) => ("hash" in change ? change.hash : NOBODY)),
      rows[0]?.version ?? 0,
      atMs,
      origin,
    ],
  );
}

/**
 * Other data was put in: what was changed in it until now is not known here, and whoever had opened the schema before knows
 * nothing of it. The rules' instant is of the data, by a clock that may lead the server's.
 */
export async function changesUnknown(connection: Connection): Promise<void> {
  await connection.query(
    `INSERT INTO change_version AS known (one, version, forgotten, since_ms)
     SELECT true, 1, 1, greatest((extract(epoch FROM now()) * 1000)::bigint, max(at_ms))
     FROM instant WHERE name = 'rules_since'
     ON CONFLICT (one) DO UPDATE SET
       version = known.version + 1, forgotten = known.version + 1, since_ms = excluded.since_ms`,
  );
}

/** The last version. */
export async function readVersion(connection: Connection): Promise<number> {
  return (await versions(connection)).version;
}

/** What came after a version, within a snapshot. */
export async function readChanges(
  connection: Connection,
  since: number,
  origin: string,
): Promise<ChangesSince> {
  const { version, forgotten } = await versions(connection);
  const isTooLate = since < forgotten || since > version;
  const { rows } =
    isTooLate || since === version
      ? { rows: [] }
      : await connection.query<{ kind: Change["kind"]; guild: string; hash: string }>(
          `SELECT kind, guild_id::text AS guild, user_hash AS hash FROM change
           WHERE version > $1 AND (origin <> $2 OR ${ECHOED})`,
          [since, origin],
        );
  const guildsOf = (kind: Change["kind"]): string[] =>
    rows.filter((row) => row.kind === kind).map(({ guild }) => guild);
  return {
    version,
    isTooLate,
    settings: guildsOf("settings"),
    posts: guildsOf("posts"),
    counts: guildsOf("counts"),
    erasedGuilds: guildsOf("guild_erased"),
    optOuts: rows.filter(({ kind }) => kind === "opt_out").map(({ hash }) => hash),
    erasures: rows
      .filter(({ kind }) => kind === "erasure")
      .map(({ hash, guild }) => ({ hash, guildId: guild === EVERYWHERE ? null : guild })),
  };
}

/** Whom a process may still count who went in another one. */
export interface Gone {
  /** The process knows too little: everyone. */
  readonly everyone: boolean;
  /** By hash: the guilds in which; `null`: all. */
  readonly users: ReadonlyMap<string, ReadonlySet<Snowflake | null>>;
  readonly guilds: ReadonlySet<Snowflake>;
}

/** Who was erased, or is out, by a change after `seen` that another process made. */
export async function readGone(connection: Connection, seen: number, origin: string): Promise<Gone> {
  const { rows } = await connection.query<{
    forgotten: number;
    kind: Change["kind"] | null;
    guild: string;
    hash: string;
  }>(
    `SELECT forgotten, kind, guild_id::text AS guild, user_hash AS hash FROM change_version
     LEFT JOIN change ON change.version > $1 AND origin <> $2 AND (kind IN ('erasure', 'guild_erased')
       OR kind = 'opt_out' AND user_hash IN (SELECT user_hash FROM opt_out))`,
    [seen, origin],
  );
  const users = new Map<string, Set<Snowflake | null>>();
  const guilds = new Set<Snowflake>();
  for (const { kind, guild, hash } of rows) {
    if (kind === "guild_erased") guilds.add(guild);
    else if (kind !== null)
      users.set(hash, (users.get(hash) ?? new Set()).add(guild === EVERYWHERE ? null : guild));
  }
  return { everyone: (rows[0]?.forgotten ?? 0) > seen, users, guilds };
}

/** When a guild's settings were changed, and since an instant users of it. One snapshot. @param sinceMs Unix milliseconds */
export async function readGuildRules(
  connection: Connection,
  guildId: Snowflake,
  sinceMs: number,
): Promise<GuildRules> {
  const { rows } = await connection.query<{ hash: string; at: number }>(
    `SELECT user_hash AS hash, max(at_ms) AS at FROM change
     WHERE kind IN ('settings', 'guild_erased') AND guild_id = $1
       OR kind IN ('erasure', 'opt_out') AND guild_id IN ($1, $2::bigint) AND at_ms >= $3
     GROUP BY user_hash`,
    [guildId, EVERYWHERE, sinceMs],
  );
  const unknown = await connection.query<{ before: number }>(
    `SELECT least(at_ms, (SELECT since_ms FROM change_version)) AS before FROM instant
     WHERE name = 'rules_since'`,
  );
  const users = new Map(rows.map(({ hash, at }) => [hash, at]));
  const guildMs = users.get(NOBODY) ?? 0;
  users.delete(NOBODY);
  return { guildMs, unknownBeforeMs: unknown.rows[0]?.before ?? 0, users };
}

/** Nobody writes a change down until the transaction ends. */
export async function holdVersion(connection: Connection): Promise<void> {
  await connection.query("SELECT version FROM change_version FOR UPDATE");
}

/** Drops what was changed before an instant. @param beforeMs Unix milliseconds */
export async function forgetChanges(connection: Connection, beforeMs: number): Promise<void> {
  // Held first, as by whoever writes a change down.
  await holdVersion(connection);
  const { rows } = await connection.query<{ version: number }>(
    "DELETE FROM change WHERE at_ms < $1 RETURNING version",
    [beforeMs],
  );
  if (rows.length === 0) return;
  const newest = rows.reduce((most, { version }) => Math.max(most, version), 0);
  await connection.query("UPDATE change_version SET forgotten = greatest(forgotten, $1::bigint)", [newest]);
}

/**
 * Waits for all batches that began before. Each holds its writer's row from its first statement on; whatever comes after
 * this sees what was written down before it.
 */
export async function batchesEnded(connection: Connection): Promise<void> {
  await connection.query("SELECT id FROM writer ORDER BY id FOR SHARE");
}

async function versions(
  connection: Connection,
): Promise<{ readonly version: number; readonly forgotten: number }> {
  const { rows } = await connection.query<{ version: number; forgotten: number }>(
    "SELECT version, forgotten FROM change_version",
  );
  return rows[0] ?? { version: 0, forgotten: 0 };
}
