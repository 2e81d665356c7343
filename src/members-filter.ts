/** Whose counts a figure holds. */
export type MembersFilter = "humans" | "bots" | "both";

/** All filters. */
export const MEMBERS_FILTERS = ["humans", "bots", "both"] as const satisfies readonly MembersFilter[];
