import { GuildStatsError } from "../../errors.ts";
import type { Snowflake } from "../../snowflake.ts";
import type { GuildSums, StoredMember, StoredPlace } from "../store.ts";
import type { Connection, NumberColumn } from "./database.ts";

/** Names of a page. */
const PAGE_NAMES = 2_000;

/** What a guild's rows refer to by key, and up to which of a writer's batches they are. */
export interface GuildNames extends Pick<GuildSums, "appliedSequence" | "places" | "members"> {
  /** The index of a place among `places`. @throws `STORE_CORRUPT` when there is none */
  placeAt(key: number): number;
  /** The index of a member among `members`. @throws `STORE_CORRUPT` when there is none */
  memberAt(key: number): number;
}

/** Reads a guild's names, in a snapshot in which its rows are read as well. */
export async function readNames(
  connection: Connection,
  guildId: Snowflake,
  writer: string,
): Promise<GuildNames> {
  const sequence = await connection.query<{ sequence: number }>("SELECT sequence FROM writer WHERE id = $1", [
    writer,
  ]);
  const places = new Items<StoredPlace>("place");
  const found = await connection.query<StoredPlace & { readonly key: number }>(
    `SELECT key, id, parent AS "parentId", name, newest_message::text AS "newestMessageId",
       first_message::text AS "firstMessageId" FROM place WHERE guild_id = $1 ORDER BY key`,
    [guildId],
  );
  for (const { key, ...place } of found.rows) places.add(key, place);
  const members = new Items<StoredMember>("member");
  for await (const { keys, ids, bots } of memberPages(connection, guildId))
    for (const [index, id] of ids.entries()) members.add(keys[index] ?? 0, { id, bot: bots[index] === 1 });
  return {
    appliedSequence: sequence.rows[0]?.sequence ?? 0,
    places: places.items,
    members: members.items,
    placeAt: (key) => places.indexOf(key),
    memberAt: (key) => members.indexOf(key),
  };
}

interface MemberPage {
  readonly keys: NumberColumn;
  readonly ids: readonly Snowflake[];
  /** 1 for a bot. */
  readonly bots: NumberColumn;
}

/** All members of a guild, in the order of their keys. */
export async function* memberPages(
  connection: Connection,
  guildId: Snowflake,
): AsyncGenerator<MemberPage, void, void> {
  for (let last = -1; ; ) {
    const { rows } = await connection.query<{
      keys: NumberColumn | null;
      ids: string | null;
      bots: NumberColumn;
    }>(
      `SELECT array_agg(key) AS keys, string_agg(id::text, ',') AS ids, array_agg(bot::integer) AS bots
       FROM (SELECT key, id, bot FROM member WHERE guild_id = $1 AND key > $2 ORDER BY key LIMIT ${PAGE_NAMES}) AS page`,
      [guildId, last],
    );
    const { keys, ids, bots } = rows[0] ?? {};
    if (!keys || !ids || !bots) return;
    yield { keys, ids: ids.split(","), bots };
    if (keys.length < PAGE_NAMES) return;
    last = keys.at(-1) ?? 0;
  }
}

/** What rows refer to by key, in the order in which it was read. */
class Items<T> {
  readonly items: T[] = [];
  readonly #what: string;
  readonly #indices = new Map<number, number>();

  constructor(what: string) {
    this.#what = what;
  }

  add(key: number, item: T): void {
    this.#indices.set(key, this.items.length);
    this.items.push(item);
  }

  indexOf(key: number): number {
    const index = this.#indices.get(key);
    if (index === undefined)
      throw new GuildStatsError("STORE_CORRUPT", `a row refers to ${this.#what} ${key}, which is not there`);
    return index;
  }
}
