import { NO_PARENT } from "../counting/interner.ts";
import type { Frame } from "./frame.ts";

/** Whose cells at which places are asked about: 1 for each that is, by index. */
export interface Scope {
  readonly members: Uint8Array;
  readonly places: Uint8Array;
  /** The one member who is, by index, which is quicker to look for; `null`: see `members`. */
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
    isMember = () => true,
    isPlace = () => true,
  }: { readonly isMember?: (member: number) => boolean; readonly isPlace?: (place: number) => boolean },
): Scope {
  const members = new Uint8Array(frame.record.members.size);
  for (let member = 0; member < members.length; member++)
    if (frame.includes(member) && isMember(member)) members[member] = 1;
  const places = new Uint8Array(frame.record.places.size);
  for (let place = 0; place < places.length; place++)
    if (frame.channels[place] !== NO_PARENT && isPlace(place)) places[place] = 1;
  return { members, places, onlyMember: null };
}

/** One member's cells. @param member an index that no member has stands for one never counted */
export function memberScope(frame: Frame, member: number): Scope {
  return { ...scopeOf(frame, { isMember: (other) => other === member }), onlyMember: member };
}

/** A thread's cells, or a channel's with its threads'. @param place an index that no place has: one never counted */
export function placeScope(frame: Frame, place: number): Scope {
  return scopeOf(frame, { isPlace: (other) => other === place || frame.channels[other] === place });
}
