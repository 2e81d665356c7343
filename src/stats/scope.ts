import type { Cells } from "../counting/cell-table.ts";
import { NO_PARENT } from "../counting/interner.ts";
import type { Frame } from "./frame.ts";

/** An index that no member has. */
const NOBODY = -1;

/** Whose cells at which places are asked about: 1 for each that is, by index. */
export interface Scope {
  /** Empty where `onlyMember` tells. */
  readonly members: Uint8Array;
  readonly places: Uint8Array;
  /** The one member who is, by index, or {@link NOBODY}; `null`: see `members`. */
  readonly onlyMember: number | null;
}

/**
 * A scope of members whom the filter lets through, and of channels and threads.
 * @param isMember whether a member, by index, is asked about; default: all
 * @param isPlace whether a place, by index, is asked about; default: all
 */
export function scopeOf(
  frame: Frame,
  {
    isMember,
    isPlace,
  }: { readonly isMember?: (member: number) => boolean; readonly isPlace?: (place: number) => boolean },
): Scope {
  const members = frame.membersIn();
  if (isMember !== undefined) {
    for (let member = 0; member < members.length; member++)
      if (members[member] === 1 && !isMember(member)) members[member] = 0;
  }
  return { members, places: placesOf(frame, isPlace), onlyMember: null };
}

/** One member's cells. @param member an index that no member has stands for one never counted */
export function memberScope(frame: Frame, member: number, isPlace?: (place: number) => boolean): Scope {
  const isIn = member >= 0 && frame.includes(member);
  return { members: new Uint8Array(), places: placesOf(frame, isPlace), onlyMember: isIn ? member : NOBODY };
}

/** A thread's cells, or a channel's with its threads'. @param place an index that no place has: one never counted */
export function placeScope(frame: Frame, place: number): Scope {
  return scopeOf(frame, { isPlace: (other) => other === place || frame.channels[other] === place });
}

function placesOf(frame: Frame, isPlace: (place: number) => boolean = () => true): Uint8Array {
  const places = new Uint8Array(frame.record.places.size);
  for (let place = 0; place < places.length; place++)
    if (frame.channels[place] !== NO_PARENT && isPlace(place)) places[place] = 1;
  return places;
}

/** Whether nobody, or nowhere, is asked about. */
export function isEmpty({ members, places, onlyMember }: Scope): boolean {
  return !places.includes(1) || (onlyMember === null ? !members.includes(1) : onlyMember === NOBODY);
}

/** Writes the scope's rows into `into`, which has room for all rows. @returns how many there are */
export function rowsIn(cells: Cells, { members, places, onlyMember }: Scope, into: Int32Array): number {
  if (onlyMember === null) return cells.rowsIn(members, places, into);
  const found = cells.rowsOf(onlyMember, into);
  let kept = 0;
  for (let at = 0; at < found; at++) {
    const row = into[at] ?? 0;
    if (places[cells.placeAt(row)] === 1) into[kept++] = row;
  }
  return kept;
}

let room = new Int32Array(4_096);

/** Room for the rows of a table, until the next one asks for it: a pass looks through some 700. */
export function roomFor(rows: number): Int32Array {
  if (rows > room.length) room = new Int32Array(rows * 2);
  return room;
}
