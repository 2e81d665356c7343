/** How far back a figure reaches: the last 24, 168 or 720 whole-and-current UTC hours, or everything. */
export const PERIODS = ["24h", "7d", "30d", "lifetime"] as const;

export type Period = (typeof PERIODS)[number];
