import type { Database } from "better-sqlite3";
import { GuildStatsError } from "../../errors.ts";
import { isChannelId, type PlaceId } from "../../place-id.ts";
import type { Snowflake } from "../../snowflake.ts";
import { COUNTER_TABLES, type CounterTable, countsOf, LEADING } from "./counter-tables.ts";
import { placeValue } from "./place-value.ts";
import { withoutPlaces } from "./places-without-counts.ts";
import { rowsRewritten } from "./rows-rewritten.ts";
import type { SideThread, SqlStatement } from "./side-thread.ts";
import { runAndCheckpoint } from "./write-ahead-log.ts";

interface PlaceRow {
  readonly guild: number;
  readonly key: number;
  /** Rounded, for it exceeds what a double holds: only whether there is one. */
  readonly parent: number | null;
  readonly threads: number;
}

const PLACE = `
  SELECT guild, key, parent, (SELECT count(*) FROM place AS t WHERE t.guild = p.guild AND t.parent = p.id) AS threads
  FROM place AS p WHERE guild = (SELECT key FROM guild WHERE id = ?) AND id = ?`;

/**
 * Adds all rows of a place to another's, and removes it: one transaction on the side thread. How far the other's
 * messages were read stays what it is.
 * @returns how many rows were moved
 * @throws `ARGUMENT_INVALID`
 */
export async function mergePlaces(
  database: Database,
  side: SideThread,
  guildId: Snowflake,
  from: PlaceId,
  into: PlaceId,
): Promise<number> {
  const find = database.prepare<[bigint, bigint | string], PlaceRow>(PLACE);
  const known = (id: PlaceId): PlaceRow => {
    const place = find.get(BigInt(guildId), placeValue(id));
    if (place === undefined) throw refused(from, into, `nothing was counted in ${id}`);
    return place;
  };
  if (from === into) throw refused(from, into, "they are one place");
  if (isChannelId(from) !== isChannelId(into)) throw refused(from, into, "one of them is an activity");
  const [old, other] = [known(from), known(into)];
  // Threads of threads do not exist; a channel merged into its own thread would be one.
  if (old.threads > 0 && other.parent !== null) {
    throw refused(from, into, `${from} has threads, and ${into} is one`);
  }
  const { guild } = old;
  const changes = await runAndCheckpoint(side, [
    ...COUNTER_TABLES.flatMap((table) => moving(table, guild, old.key, other.key)),
    {
      sql: "UPDATE place SET parent = ? WHERE guild = ? AND parent = ?",
      parameters: [placeValue(into), guild, placeValue(from)],
    },
    ...withoutPlaces(guild, "key = ?", [old.key]),
    rowsRewritten(guild),
  ]);
  const [, hourly = 0, , daily = 0, , lifetime = 0] = changes;
  return hourly + daily + lifetime;
}

function moving(table: CounterTable, guild: number, from: number, into: number): SqlStatement[] {
  const [leading, which] = [LEADING[table], `${countsOf(table, guild)} AND place = ?`];
  return [
    {
      sql: `INSERT INTO ${table} (${leading}, place, member, state, messages, duration_ms)
        SELECT ${leading}, ?, member, state, messages, duration_ms FROM ${table} WHERE ${which}
        ON CONFLICT DO UPDATE SET
          messages = messages + excluded.messages, duration_ms = duration_ms + excluded.duration_ms`,
      parameters: [into, from],
    },
    { sql: `DELETE FROM ${table} WHERE ${which}`, parameters: [from] },
  ];
}

function refused(from: PlaceId, into: PlaceId, why: string): GuildStatsError {
  return new GuildStatsError("ARGUMENT_INVALID", `${from} cannot be merged into ${into}: ${why}`, {
    details: { from, into },
  });
}
