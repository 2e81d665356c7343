import { LIFETIME } from "../counting/rolling-sums.ts";
import type { Snowflake } from "../snowflake.ts";
import type { Frame } from "./frame.ts";

/** A channel that was counted, whether or not it is still there. */
export interface CountedChannel {
  readonly id: Snowflake;
  /** Under which it was last counted; `null`: not known. */
  readonly name: string | null;
  /** Of all time, threads included. */
  readonly messages: number;
  readonly voiceMs: number;
}

/** All channels that have counts, in no order; threads are part of theirs. */
export function countedChannels(frame: Frame): readonly CountedChannel[] {
  const { places } = frame.record;
  return places.ids.flatMap((id, place) => {
    if (places.isActivity(place) || !frame.isTopLevel(place)) return [];
    const messages = frame.placeValue(place, LIFETIME, "messages");
    const voiceMs = frame.placeValue(place, LIFETIME, "voice");
    return messages + voiceMs > 0 ? [{ id, name: places.nameOf(place), messages, voiceMs }] : [];
  });
}
