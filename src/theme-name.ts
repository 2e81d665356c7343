/** How cards are coloured. `contrast`: for those who need strong contrast; black and white, outlined. */
export type ThemeName = "dark" | "light" | "contrast";

export const THEME_NAMES = ["dark", "light", "contrast"] as const satisfies readonly ThemeName[];
