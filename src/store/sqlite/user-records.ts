import { type Clock, Pace } from "../../clock.ts";
import { GuildStatsError } from "../../errors.ts";
import type { Snowflake } from "../../snowflake.ts";
import type { UserGuildRecords, UserRedRecords, UserRows } from "../user-records.ts";
import { COUNTER_TABLES, countsOf, TIME } from "./counter-tables.ts";
import type { SideThread, SqlStatement } from "./side-thread.ts";

/** A user in one guild. Not the member's number there: after an erasure it may be someone else's, as may the guild's. */
export interface MemberKey {
  readonly guildId: Snowflake;
  readonly guild: number;
  readonly userId: Snowflake;
}

const COLUMNS = 6;
/** Numbers between two looks at the clock. */
const SLICE_NUMBERS = COLUMNS * 1_024;

/** The member whose user is in a guild, as long as the guild's number is its own. Takes the number and both ids. */
const FOUND = `FROM member JOIN guild ON guild.key = member.guild
  WHERE member.guild = ? AND guild.id = ? AND member.id = ?`;
/** Rows of a user in a guild. */
const OF_MEMBER = `member = (SELECT member.key ${FOUND})`;
const MEMBER = `(guild, member) = (SELECT member.guild, member.key ${FOUND})`;

type PlaceItem = [key: number, id: string, parent: string | null, name: string | null];

/** In which guilds anything is recorded about a user, oldest guild first. */
export async function guildsOfUser(side: SideThread, userId: Snowflake): Promise<MemberKey[]> {
  const rows = await side.query({
    sql: `SELECT CAST(guild.id AS TEXT), guild.key FROM member
      JOIN guild ON guild.key = member.guild WHERE member.id = ? ORDER BY guild.key`,
    parameters: [BigInt(userId)],
  });
  return rows.map(([guildId, guild]) => ({ guildId: String(guildId), guild: Number(guild), userId }));
}

/** All of a member's rows, read on the side thread: they are found by going through all of the guild's. */
export async function readUserRecords(
  side: SideThread,
  clock: Clock,
  { guildId, guild, userId }: MemberKey,
): Promise<UserGuildRecords> {
  const found = [guild, BigInt(guildId), BigInt(userId)];
  const ofMember = (sql: string): SqlStatement => ({ sql, parameters: found });
  const { numbers, texts } = await side.readAtOnce({
    numbers: {
      sql: COUNTER_TABLES.map(
        (table, kind) => `SELECT ${kind}, ${TIME[table]}, place, state, messages, duration_ms FROM ${table}
          WHERE ${countsOf(table, guild)} AND ${OF_MEMBER}`,
      ).join(" UNION ALL "),
      parameters: COUNTER_TABLES.flatMap(() => found),
    },
    texts: [
      // Each place of a row has a total. Ids leave the file as text: they exceed what a double holds.
      ofMember(`SELECT json_group_array(json_array(key, CAST(id AS TEXT), CAST(parent AS TEXT), name))
        FROM place WHERE (guild, key) IN (SELECT guild, place FROM lifetime WHERE ${MEMBER})`),
      ofMember(`SELECT json_object('sinceMs', guild.since_ms, 'bot', member.bot) ${FOUND}`),
      ofMember(`SELECT json_object('channelId', CAST(place.id AS TEXT), 'sessionId', session, 'state', state,
          'countedMs', counted_ms)
        FROM voice_session JOIN place ON (place.guild, place.key) = (voice_session.guild, voice_session.place)
        WHERE (voice_session.guild, voice_session.member) = (SELECT member.guild, member.key ${FOUND})`),
      ofMember(`SELECT json_group_array(json_object('activityId', activity, 'uncountedSinceMs', begin_ms,
          'endedMs', end_ms)) FROM activity_session WHERE ${MEMBER}`),
    ],
  });
  const [places, about, voice, activities] = texts.map(([text]) => text);
  const items = parsed<PlaceItem[]>(places) ?? [];
  // An erasure that came first took the member along: there is nothing to tell.
  const { sinceMs = null, bot = 0 } = parsed<{ sinceMs: number | null; bot: number }>(about) ?? {};
  const indices = new Map(items.map(([key], index) => [key, index]));
  await clock.turn();
  const [hourly, daily, lifetime] = await columnsByKind(clock, numbers, indices);
  return {
    guildId,
    sinceMs,
    bot: bot === 1,
    places: items.map(([, id, parentId, name]) => ({ id, parentId, name })),
    hourly,
    daily,
    lifetime,
    voice: parsed<NonNullable<UserGuildRecords["voice"]>>(voice),
    activities: parsed<UserGuildRecords["activities"]>(activities) ?? [],
  };
}

/** What is staged about a user, by item. */
export async function readUserRedRecords(side: SideThread, userId: Snowflake): Promise<UserRedRecords[]> {
  const { texts } = await side.readAtOnce({
    numbers: { sql: "SELECT 1", parameters: [] },
    texts: [
      {
        sql: `SELECT json_group_array(json_object('kind', kind, 'id', CAST(red_import.id AS TEXT), 'sinceMs', since_ms,
            'totals', (SELECT json_group_array(json_object('placeId', CAST(place AS TEXT), 'messages', messages,
                'durationMs', duration_ms))
              FROM red_lifetime WHERE import = red_import.key AND member = red_member.key),
            'hours', (SELECT json_group_array(json_object('hour', hour, 'messages', messages,
                'durationMs', duration_ms))
              FROM red_hourly WHERE import = red_import.key AND member = red_member.key)))
          FROM red_import, red_member
          WHERE red_member.id = ? AND EXISTS
            (SELECT 1 FROM red_lifetime WHERE import = red_import.key AND member = red_member.key)`,
        parameters: [BigInt(userId)],
      },
    ],
  });
  return parsed<UserRedRecords[]>(texts[0]?.[0]) ?? [];
}

/** Takes the rows apart by kind, which is the index of their table, in slices. */
async function columnsByKind(
  clock: Clock,
  numbers: Float64Array,
  indices: ReadonlyMap<number, number>,
): Promise<readonly [hourly: UserRows, daily: UserRows, lifetime: UserRows]> {
  const pace = new Pace(clock);
  const lengths = [0, 0, 0];
  for (let at = 0; at < numbers.length; at += COLUMNS) {
    if (at % SLICE_NUMBERS === 0) await pace.turnIfDue();
    const kind = numbers[at] ?? -1;
    lengths[kind] = (lengths[kind] ?? 0) + 1;
  }
  const empty = (length = 0) => ({
    time: new Int32Array(length),
    place: new Int32Array(length),
    state: new Uint16Array(length),
    messages: new Float64Array(length),
    durationMs: new Float64Array(length),
  });
  const kinds = [empty(lengths[0]), empty(lengths[1]), empty(lengths[2])] as const;
  const filled = lengths.map(() => 0);
  for (let at = 0; at < numbers.length; at += COLUMNS) {
    if (at % SLICE_NUMBERS === 0) await pace.turnIfDue();
    const kind = numbers[at] ?? -1;
    const rows = kinds[kind];
    const place = indices.get(numbers[at + 2] ?? -1);
    if (rows === undefined || place === undefined)
      throw new GuildStatsError("STORE_CORRUPT", "a row refers to a place without a total");
    const row = filled[kind] ?? 0;
    rows.time[row] = numbers[at + 1] ?? 0;
    rows.place[row] = place;
    rows.state[row] = numbers[at + 3] ?? 0;
    rows.messages[row] = numbers[at + 4] ?? 0;
    rows.durationMs[row] = numbers[at + 5] ?? 0;
    filled[kind] = row + 1;
  }
  return kinds;
}

function parsed<T>(text: string | null | undefined): T | null {
  // What the statements above wrote.
  return text === null || text === undefined ? null : (JSON.parse(text) as T);
}
