import type { Snowflake } from "./snowflake.ts";

/**
 * Where members spend time: a channel's or thread's snowflake, or an activity: Discord's number of its type, a colon and its name, `"0:Minecraft"`. One
 * kind of id for both, so that counters, rows and erasures need not tell them apart.
 */
export type PlaceId = string;

/** How a member is busy with an activity, as Discord tells it. */
export type ActivityType = "playing" | "streaming" | "listening" | "watching" | "competing";

/** The activities that are counted, by Discord's numbers. A custom status (4) is none, and is never kept. */
export const ACTIVITY_TYPES = {
  playing: 0,
  streaming: 1,
  listening: 2,
  watching: 3,
  competing: 5,
} as const satisfies Readonly<Record<ActivityType, number>>;

export const ACTIVITY_TYPE_NAMES: readonly ActivityType[] = [
  "playing",
  "streaming",
  "listening",
  "watching",
  "competing",
];

/** An activity's id: Discord's activity type, a colon and the name, `"0:Minecraft"`. */
export function activityId(type: number, name: string): PlaceId {
  return `${type}:${name}`;
}

/** The activity that a place stands for; `null` for a channel. */
export function activityOf(id: PlaceId): { readonly type: number; readonly name: string } | null {
  const colon = id.indexOf(":");
  return colon === -1 ? null : { type: Number(id.slice(0, colon)), name: id.slice(colon + 1) };
}

/** An activity's name as it is compared: without regard to case, which is how people type them. */
export function foldedName(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

/** Whether a place is a channel or thread; the others are activities. */
export function isChannelId(id: PlaceId): id is Snowflake {
  return !id.includes(":");
}
