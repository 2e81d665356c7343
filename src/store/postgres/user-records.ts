import { GuildStatsError } from "../../errors.ts";
import type { Snowflake } from "../../snowflake.ts";
import { Columns } from "../columns.ts";
import type { UserGuildRecords, UserRedRecords, UserRows } from "../user-records.ts";
import { type CounterRange, type CounterTable, counterPages } from "./counter-pages.ts";
import type { Connection } from "./database.ts";

/** In which guilds anything is recorded about a user, oldest guild first. */
export async function guildsOfUser(connection: Connection, userId: Snowflake): Promise<Snowflake[]> {
  const { rows } = await connection.query<{ guildId: Snowflake }>(
    `SELECT guild_id::text AS "guildId" FROM member WHERE id = $1 ORDER BY guild_id`,
    [userId],
  );
  return rows.map(({ guildId }) => guildId);
}

/** No member has this key. */
const NOBODY = -1;

/** All of a member's rows, within a snapshot: they are found by going through all of the guild's. */
export async function readUserRecords(
  connection: Connection,
  guildId: Snowflake,
  userId: Snowflake,
): Promise<UserGuildRecords> {
  // Of the snapshot as well: after an erasure the key may be someone else's.
  const key = await connection.query<{ key: number }>(
    "SELECT key FROM member WHERE guild_id = $1 AND id = $2",
    [guildId, userId],
  );
  const member = key.rows[0]?.key ?? NOBODY;
  const ofMember = [guildId, member];
  // An erasure that came first took the member along: there is nothing to tell.
  const about = await connection.query<{ since: number | null; bot: boolean }>(
    `SELECT since_ms AS since, bot FROM member JOIN guild ON guild.guild_id = member.guild_id
     WHERE member.guild_id = $1 AND key = $2`,
    ofMember,
  );
  // Each place of a row has a total.
  const places = await connection.query<UserGuildRecords["places"][number] & { key: number }>(
    `SELECT key, id, parent AS "parentId", name FROM place WHERE guild_id = $1
       AND key IN (SELECT place FROM lifetime WHERE guild_id = $1 AND member = $2)`,
    ofMember,
  );
  const voice = await connection.query<NonNullable<UserGuildRecords["voice"]>>(
    `SELECT id AS "channelId", session AS "sessionId", state, counted_ms AS "countedMs" FROM voice_session
     JOIN place ON place.guild_id = voice_session.guild_id AND place.key = voice_session.place
     WHERE voice_session.guild_id = $1 AND member = $2`,
    ofMember,
  );
  const activities = await connection.query<UserGuildRecords["activities"][number]>(
    `SELECT activity AS "activityId", begin_ms AS "uncountedSinceMs", end_ms AS "endedMs"
     FROM activity_session WHERE guild_id = $1 AND member = $2`,
    ofMember,
  );
  const indices = new Map(places.rows.map(({ key }, index) => [key, index]));
  const rowsIn = (table: CounterTable): Promise<UserRows> =>
    readRows(connection, table, { guildId, member }, indices);
  return {
    guildId,
    sinceMs: about.rows[0]?.since ?? null,
    bot: about.rows[0]?.bot ?? false,
    places: places.rows.map(({ id, parentId, name }) => ({ id, parentId, name })),
    hourly: await rowsIn("hourly"),
    daily: await rowsIn("daily"),
    lifetime: await rowsIn("lifetime"),
    voice: voice.rows[0] ?? null,
    activities: activities.rows,
  };
}

async function readRows(
  connection: Connection,
  table: CounterTable,
  key: CounterRange,
  placeAt: ReadonlyMap<number, number>,
): Promise<UserRows> {
  const columns = new Columns();
  for await (const page of counterPages(connection, table, key)) {
    for (let row = 0; row < page.time.length; row++) {
      const place = placeAt.get(page.place[row] ?? -1);
      if (place === undefined)
        throw new GuildStatsError("STORE_CORRUPT", "a row refers to a place without a total");
      columns.push(
        page.time[row] ?? 0,
        place,
        0,
        page.state[row] ?? 0,
        page.messages[row] ?? 0,
        page.durationMs[row] ?? 0,
      );
    }
  }
  const { hour: time, place, state, messages, durationMs } = columns.done();
  return { time, place, state, messages, durationMs };
}

/** What is staged about a user, by item. */
export async function readUserRedRecords(
  connection: Connection,
  userId: Snowflake,
): Promise<UserRedRecords[]> {
  const items = await connection.query<Pick<UserRedRecords, "kind" | "id" | "sinceMs">>(
    `SELECT kind, id, since_ms AS "sinceMs" FROM red_import WHERE EXISTS (SELECT 1 FROM red_lifetime
       WHERE red_lifetime.kind = red_import.kind AND red_lifetime.id = red_import.id AND user_id = $1)
     ORDER BY kind, id`,
    [userId],
  );
  const records: UserRedRecords[] = [];
  for (const item of items.rows) {
    const parameters = [item.kind, item.id, userId];
    const totals = await connection.query<UserRedRecords["totals"][number]>(
      `SELECT place AS "placeId", messages, duration_ms AS "durationMs" FROM red_lifetime
       WHERE kind = $1 AND id = $2 AND user_id = $3`,
      parameters,
    );
    const hours = await connection.query<UserRedRecords["hours"][number]>(
      `SELECT hour, messages, duration_ms AS "durationMs" FROM red_hourly
       WHERE kind = $1 AND id = $2 AND user_id = $3`,
      parameters,
    );
    records.push({ ...item, totals: totals.rows, hours: hours.rows });
  }
  return records;
}
