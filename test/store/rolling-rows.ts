import type { Row } from "./batches.ts";

const FIRST_HOUR = 489_600;
const HOURS = 20 * 24;

/** A multiple of 24: midnight in UTC. */
export const ROLLED_BEFORE = FIRST_HOUR + HOURS;

/** Twenty days of two guilds, one message an hour of each of six members. */
export const rollingRows: readonly Row[] = ["100000000000000001", "100000000000000002"].flatMap((guild) =>
  Array.from({ length: 6 }, (_, member) => member).flatMap((member) =>
    Array.from({ length: HOURS }, (_, hour) => ({
      guild,
      hour: FIRST_HOUR + hour,
      place: `20000000000000000${member % 2}`,
      member: `40000000000000000${member}`,
      messages: 1,
    })),
  ),
);
