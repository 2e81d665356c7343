import { GuildStatsError } from "../../errors.ts";
import type { GuildSums, StoredMember, StoredPlace } from "../store.ts";
import type { SideMomentAnswer, SqlStatement } from "./side-thread.ts";

/** A guild's key, by its id. */
export const GUILD = "(SELECT key FROM guild WHERE id = ?)";

// Ids leave the file as text: they exceed what a double holds.
const PLACES = `
  SELECT json_group_array(json_array(key, CAST(id AS TEXT), CAST(parent AS TEXT), name,
    CAST(newest_message AS TEXT), CAST(first_message AS TEXT)))
  FROM place WHERE guild = ${GUILD}`;
const MEMBERS = `
  SELECT json_group_array(json_array(key, CAST(id AS TEXT), bot)) FROM member WHERE guild = ${GUILD}`;

type PlaceItem = [
  key: number,
  id: string,
  parent: string | null,
  name: string | null,
  newest: string | null,
  first: string | null,
];
type MemberItem = [key: number, id: string, bot: number];

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
export function namesIn([places, members, sequence]: SideMomentAnswer["texts"]): Names {
  const knownPlaces = parsed<PlaceItem>(places);
  const knownMembers = parsed<MemberItem>(members);
  return {
    appliedSequence: Number(sequence ?? 0),
    places: knownPlaces.map(
      ([, id, parentId, name, newestMessageId, firstMessageId]): StoredPlace => ({
        id,
        parentId,
        name,
        newestMessageId,
        firstMessageId,
      }),
    ),
    members: knownMembers.map(([, id, bot]): StoredMember => ({ id, bot: bot === 1 })),
    placeAt: indexIn(knownPlaces, "place"),
    memberAt: indexIn(knownMembers, "member"),
  };
}

function parsed<Item>(text: string | null | undefined): Item[] {
  // What the statements above wrote.
  return JSON.parse(text ?? "[]") as Item[];
}

function indexIn(items: readonly (readonly [key: number, ...unknown[]])[], what: string) {
  const known = new Map(items.map(([key], index) => [key, index]));
  return (key: number): number => {
    const index = known.get(key);
    if (index === undefined)
      throw new GuildStatsError("STORE_CORRUPT", `a row refers to ${what} ${key}, which is not there`);
    return index;
  };
}
