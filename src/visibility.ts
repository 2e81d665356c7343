/**
 * Who may look at whom on cards: everyone at everyone, each at themselves, or only those who manage the server at
 * anyone. Figures of the whole server are for all.
 */
export const VISIBILITIES = ["everyone", "self", "admins"] as const;

/** One of {@link VISIBILITIES}. */
export type Visibility = (typeof VISIBILITIES)[number];
