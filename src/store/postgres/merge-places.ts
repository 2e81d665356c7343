import { GuildStatsError } from "../../errors.ts";
import { isChannelId, type PlaceId } from "../../place-id.ts";
import type { Snowflake } from "../../snowflake.ts";
import { storable } from "../text.ts";
import type { CounterTable } from "./counter-pages.ts";
import type { Connection } from "./database.ts";
import { holdGuild, rowsRewritten } from "./guild-row.ts";
import { removePlaces } from "./places-without-counts.ts";

interface PlaceRow {
  readonly key: number;
  readonly parent: string | null;
  readonly threads: number;
}

const TIME: Readonly<Record<CounterTable, string>> = { hourly: "hour,", daily: "day,", lifetime: "" };

/**
 * Adds all rows of a place to another's, and removes it. How far the other's messages were read stays what it is.
 * @returns how many rows were moved
 * @throws `ARGUMENT_INVALID`
 */
export async function mergePlaces(
  connection: Connection,
  guildId: Snowflake,
  from: PlaceId,
  into: PlaceId,
): Promise<number> {
  await holdGuild(connection, guildId);
  if (from === into) throw refused(from, into, "they are one place");
  if (isChannelId(from) !== isChannelId(into)) throw refused(from, into, "one of them is an activity");
  const known = async (id: PlaceId): Promise<PlaceRow> => {
    const [place] = (
      await connection.query<PlaceRow>(
        `SELECT key, parent, (SELECT count(*) FROM place AS thread
           WHERE thread.guild_id = $1 AND thread.parent = place.id) AS threads
         FROM place WHERE guild_id = $1 AND id = $2`,
        [guildId, storable(id)],
      )
    ).rows;
    if (place === undefined) throw refused(from, into, `nothing was counted in ${id}`);
    return place;
  };
  const [old, other] = [await known(from), await known(into)];
  // Threads of threads do not exist; a channel merged into its own thread would be one.
  if (old.threads > 0 && other.parent !== null)
    throw refused(from, into, `${from} has threads, and ${into} is one`);
  let rows = 0;
  for (const table of ["hourly", "daily", "lifetime"] as const)
    rows += await move(connection, table, guildId, old.key, other.key);
  await connection.query("UPDATE place SET parent = $3 WHERE guild_id = $1 AND parent = $2", [
    guildId,
    storable(from),
    storable(into),
  ]);
  await removePlaces(connection, guildId, "key = $2", [old.key]);
  await rowsRewritten(connection, guildId);
  return rows;
}

async function move(
  connection: Connection,
  table: CounterTable,
  guildId: Snowflake,
  from: number,
  into: number,
): Promise<number> {
  const time = TIME[table];
  await connection.query(
    `INSERT INTO ${table} (guild_id, ${time} place, member, state, messages, duration_ms)
     SELECT guild_id, ${time} $3::integer, member, state, messages, duration_ms FROM ${table}
     WHERE guild_id = $1 AND place = $2
     ON CONFLICT (guild_id, ${time} place, member, state) DO UPDATE SET
       messages = ${table}.messages + excluded.messages,
       duration_ms = ${table}.duration_ms + excluded.duration_ms`,
    [guildId, from, into],
  );
  const { changes } = await connection.query(`DELETE FROM ${table} WHERE guild_id = $1 AND place = $2`, [
    guildId,
    from,
  ]);
  return changes;
}

function refused(from: PlaceId, into: PlaceId, why: string): GuildStatsError {
  return new GuildStatsError("ARGUMENT_INVALID", `${from} cannot be merged into ${into}: ${why}`, {
    details: { from, into },
  });
}
