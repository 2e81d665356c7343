import type { Clock } from "../../clock.ts";
import { GuildStatsError } from "../../errors.ts";
import type { GuildSums, StoredMember, StoredPlace } from "../store.ts";
import type { SideMomentAnswer, SqlStatement } from "./side-thread.ts";

/** A guild's key, by its id. */
export const GUILD = "(SELECT key FROM guild WHERE id = ?)";

// Ids leave the file as text: they exceed what a double holds. In pages, for each is parsed in one go: some thousand
// members a millisecond or so.
const PLACES = `
  SELECT json_group_array(json_array(key, CAST(id AS TEXT), CAST(parent AS TEXT), name,
    CAST(newest_message AS TEXT), CAST(first_message AS TEXT)))
  FROM place WHERE guild = ${GUILD} GROUP BY key >> 10`;
const MEMBERS = `
  SELECT json_group_array(json_array(key, CAST(id AS TEXT), bot)) FROM member WHERE guild = ${GUILD}
  GROUP BY key >> 10`;

type PlaceItem = [
  key: number,
  id: string,
  parent: string | null,
  name: string | null,
  newest: string | null,
  first: string | null,
];
type MemberItem = [key: number, id: string, bot: number];

const NOT_THERE = -1;

/** What a guild's rows refer to by key, and up to which of a writer's batches they are. */
export interface Names extends Pick<GuildSums, "appliedSequence" | "places" | "members"> {
  /** The index of a place among `places`. @throws `STORE_CORRUPT` when there is none */
  placeAt(key: number): number;
  /** The index of a member among `members`. @throws `STORE_CORRUPT` when there is none */
  memberAt(key: number): number;
}

/** Asks the side thread for a guild's names, each in one text: rows would be copied one by one. */
export function naming(guildId: bigint, writer: string): readonly SqlStatement[] {
  return [
    { sql: PLACES, parameters: [guildId] },
    { sql: MEMBERS, parameters: [guildId] },
    { sql: "SELECT CAST(sequence AS TEXT) FROM writer WHERE id = ?", parameters: [writer] },
  ];
}

/** @param texts the answer to {@link naming} */
export async function namesIn(
  clock: Clock,
  [placePages = [], memberPages = [], sequences = []]: SideMomentAnswer["texts"],
): Promise<Names> {
  const [places, placeAt] = await listed<PlaceItem, StoredPlace>(
    clock,
    "place",
    placePages,
    ([, id, parentId, name, newestMessageId, firstMessageId]) => ({
      id,
      parentId,
      name,
      newestMessageId,
      firstMessageId,
    }),
  );
  const [members, memberAt] = await listed<MemberItem, StoredMember>(
    clock,
    "member",
    memberPages,
    ([, id, bot]) => ({ id, bot: bot === 1 }),
  );
  return { appliedSequence: Number(sequences[0] ?? 0), places, members, placeAt, memberAt };
}

/** Items in the order of their pages, and the index of each by its key. */
async function listed<Item extends readonly [key: number, ...unknown[]], T>(
  clock: Clock,
  what: string,
  pages: readonly string[],
  read: (item: Item) => T,
): Promise<[items: readonly T[], indexOf: (key: number) => number]> {
  const items: T[] = [];
  // Asked for each row twice: numbers within a guild have few gaps.
  let indices = new Int32Array(4_096).fill(NOT_THERE);
  for (const page of pages) {
    await clock.turn();
    // What the statements above wrote.
    for (const item of JSON.parse(page) as Item[]) {
      const [key] = item;
      if (key >= indices.length) indices = widened(indices, key * 2);
      indices[key] = items.length;
      items.push(read(item));
    }
  }
  const indexOf = (key: number): number => {
    const index = indices[key] ?? NOT_THERE;
    if (index === NOT_THERE)
      throw new GuildStatsError("STORE_CORRUPT", `a row refers to ${what} ${key}, which is not there`);
    return index;
  };
  return [items, indexOf];
}

function widened(indices: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(length).fill(NOT_THERE);
  wider.set(indices);
  return wider;
}
