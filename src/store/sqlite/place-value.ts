import { isChannelId, type PlaceId } from "../../place-id.ts";
import { storable } from "../text.ts";

/** A place's id as its column holds it: a channel's as a number, an activity's as text. */
export function placeValue(id: PlaceId): bigint | string {
  return isChannelId(id) ? BigInt(id) : storable(id);
}
