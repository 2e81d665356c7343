import { isOlder, type Snowflake } from "../../snowflake.ts";
import type { StoredPlace } from "../store.ts";
import { storable } from "../text.ts";
import { type Connection, column } from "./database.ts";
import { Keys, newKeys } from "./keys.ts";

export interface GuildPlace extends StoredPlace {
  readonly guildId: Snowflake;
}

interface PlaceRow extends GuildPlace {
  readonly key: number;
}

/** What a place is of which nothing but its id is told. */
export const UNNAMED = { parentId: null, name: null, newestMessageId: null, firstMessageId: null } as const;

/** The keys of places, new ones included, after what is told of them was written. The guilds are held. */
export async function placeKeys(connection: Connection, told: Iterable<GuildPlace>): Promise<Keys> {
  const wanted = new Map<string, GuildPlace>();
  for (const place of told) {
    const id = storable(place.id);
    const name = `${place.guildId} ${id}`;
    const given = { ...place, id, name: place.name === null ? null : storable(place.name) };
    wanted.set(name, merged(wanted.get(name), given));
  }
  const keys = new Keys();
  if (wanted.size === 0) return keys;
  const stored = await storedPlaces(connection, [...wanted.values()]);
  const known = new Map(stored.map((row) => [`${row.guildId} ${row.id}`, row]));
  const unknown = [...wanted].filter(([name]) => !known.has(name)).map(([, { guildId }]) => guildId);
  const next = await newKeys(connection, "place", unknown);
  const changed: PlaceRow[] = [];
  for (const [name, place] of wanted) {
    const before = known.get(name);
    const row = { ...merged(before, place), key: before?.key ?? next(place.guildId) };
    keys.set(row.guildId, row.id, row.key);
    if (before === undefined || isChanged(before, row)) changed.push(row);
  }
  if (changed.length > 0) await write(connection, changed);
  return keys;
}

function merged(before: GuildPlace | undefined, place: GuildPlace): GuildPlace {
  if (before === undefined) return place;
  const { guildId, id } = place;
  const [newest, first] = [before.newestMessageId, before.firstMessageId];
  return {
    guildId,
    id,
    parentId: before.parentId ?? place.parentId,
    name: place.name ?? before.name,
    newestMessageId: chosen(newest, place.newestMessageId, isOlder),
    firstMessageId: chosen(first, place.firstMessageId, (a, b) => isOlder(b, a)),
  };
}

/** The other id where it takes precedence. */
function chosen(
  id: Snowflake | null,
  other: Snowflake | null,
  yieldsTo: (id: Snowflake, other: Snowflake) => boolean,
): Snowflake | null {
  if (id === null || other === null) return id ?? other;
  return yieldsTo(id, other) ? other : id;
}

function isChanged(before: StoredPlace, after: StoredPlace): boolean {
  const columns = ["parentId", "name", "newestMessageId", "firstMessageId"] as const;
  return columns.some((name) => before[name] !== after[name]);
}

async function storedPlaces(connection: Connection, places: readonly GuildPlace[]): Promise<PlaceRow[]> {
  const { rows } = await connection.query<PlaceRow>(
    `SELECT place.guild_id::text AS "guildId", place.id AS id, key, parent AS "parentId", name,
       newest_message::text AS "newestMessageId", first_message::text AS "firstMessageId"
     FROM unnest($1::bigint[], $2::text[]) AS told (guild_id, id)
     JOIN place ON place.guild_id = told.guild_id AND place.id = told.id`,
    [column(places.map(({ guildId }) => guildId)), places.map(({ id }) => id)],
  );
  return [...rows];
}

async function write(connection: Connection, rows: readonly PlaceRow[]): Promise<void> {
  await connection.query(
    `INSERT INTO place (guild_id, key, id, parent, name, newest_message, first_message)
     SELECT * FROM unnest($1::bigint[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
     ON CONFLICT (guild_id, key) DO UPDATE SET parent = excluded.parent, name = excluded.name,
       newest_message = excluded.newest_message, first_message = excluded.first_message`,
    [
      column(rows.map(({ guildId }) => guildId)),
      column(rows.map(({ key }) => key)),
      rows.map(({ id }) => id),
      rows.map(({ parentId }) => parentId),
      rows.map(({ name }) => name),
      column(rows.map(({ newestMessageId }) => newestMessageId)),
      column(rows.map(({ firstMessageId }) => firstMessageId)),
    ],
  );
}
