/** Whose counts a figure holds. */
export const MEMBERS_FILTERS = ["humans", "bots", "both"] as const;

export type MembersFilter = (typeof MEMBERS_FILTERS)[number];
