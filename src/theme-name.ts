/** How cards are coloured. `contrast`: for those who need strong contrast; black and white, outlined. */
export const THEME_NAMES = ["dark", "light", "contrast"] as const;

export type ThemeName = (typeof THEME_NAMES)[number];
