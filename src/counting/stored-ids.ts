import type { GuildDelta } from "../store/store.ts";
import type { MemberInterner, PlaceInterner } from "./interner.ts";

/** Ids interned between two turns of the event loop: a millisecond or so. */
const SLICE_IDS = 2_048;

/** What rows refer to by index. */
export type IdLists = Pick<GuildDelta, "places" | "members">;

/** A record's own indices of what rows refer to by the indices of lists. */
export interface Indices {
  place(index: number): number;
  member(index: number): number;
}

/** A record's ids. */
export interface Interners {
  readonly places: PlaceInterner;
  readonly members: MemberInterner;
}

/** Interns the ids of short lists. */
export function internAll(lists: IdLists, { places, members }: Interners): Indices {
  return indicesIn(
    Int32Array.from(lists.places, (place) => places.adopt(place)),
    Int32Array.from(lists.members, (member) => members.adopt(member)),
  );
}

/** The same, of lists of any length. @param turn resolves after a turn of the event loop */
export async function internInSlices(
  lists: IdLists,
  { places, members }: Interners,
  turn: () => Promise<void>,
): Promise<Indices> {
  const placeIndices = new Int32Array(lists.places.length);
  for (const [index, place] of lists.places.entries()) {
    if (index % SLICE_IDS === SLICE_IDS - 1) await turn();
    placeIndices[index] = places.adopt(place);
  }
  const memberIndices = new Int32Array(lists.members.length);
  for (const [index, member] of lists.members.entries()) {
    if (index % SLICE_IDS === SLICE_IDS - 1) await turn();
    memberIndices[index] = members.adopt(member);
  }
  return indicesIn(placeIndices, memberIndices);
}

/** The lists that come with all parts of one answer: they are interned once. */
export class StoredIds {
  readonly #interners: Interners;
  readonly #turn: () => Promise<void>;
  #indices: Indices | null = null;

  /** @param turn resolves after a turn of the event loop */
  constructor(interners: Interners, turn: () => Promise<void>) {
    this.#interners = interners;
    this.#turn = turn;
  }

  /** @param lists those of every part */
  async of(lists: IdLists): Promise<Indices> {
    this.#indices ??= await internInSlices(lists, this.#interners, this.#turn);
    return this.#indices;
  }
}

function indicesIn(places: Int32Array, members: Int32Array): Indices {
  return { place: (index) => places[index] ?? 0, member: (index) => members[index] ?? 0 };
}
