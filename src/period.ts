/** How far back a figure reaches, shortest first. */
export const PERIODS = ["24h", "7d", "30d", "90d", "1y", "lifetime"] as const;

/**
 * - `24h`, `7d`, `30d`: the last 24, 168 or 720 UTC hours, the current one included;
 * - `90d`, `1y`: the last 90 or 365 days of the guild's time zone, today included;
 * - `lifetime`: everything.
 */
export type Period = (typeof PERIODS)[number];

/** Periods that reach further back than what is in memory of each guild. */
export const LONG_PERIODS = ["90d", "1y"] as const satisfies readonly Period[];
/** A period that reaches further back than what is in memory of each guild. */
export type LongPeriod = (typeof LONG_PERIODS)[number];

export function isLong(period: Period): period is LongPeriod {
  return LONG_PERIODS.some((long) => long === period);
}
