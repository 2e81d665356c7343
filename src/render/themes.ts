import type { ThemeName } from "../cards/card.ts";

/** Colours of a card, as CSS. Text keeps a contrast of at least 4.5:1 on `panel` and `background` (WCAG 2.2, 1.4.3). */
export interface Theme {
  readonly background: string;
  readonly panel: string;
  readonly text: string;
  /** Labels and notes. */
  readonly muted: string;
  /** Grid lines and empty bars. */
  readonly line: string;
  /** The accent of guilds that chose none. */
  readonly accent: string;
  /** Blue and orange: told apart with every common kind of colour blindness; bars and a line beside it. */
  readonly messages: string;
  readonly voice: string;
}

export const THEMES: Readonly<Record<ThemeName, Theme>> = {
  dark: {
    background: "#13151b",
    panel: "#1d2029",
    text: "#f3f5f9",
    muted: "#a8b0c2",
    line: "#333846",
    accent: "#5b9dff",
    messages: "#5b9dff",
    voice: "#ffb04a",
  },
  light: {
    background: "#eef1f6",
    panel: "#ffffff",
    text: "#171b24",
    muted: "#515b6e",
    line: "#d5dae4",
    accent: "#1d66c9",
    messages: "#1d66c9",
    voice: "#a85508",
  },
};

/** The contrast of what is no text, yet has to be seen (WCAG 2.2, 1.4.11). */
const VISIBLE = 3;
const SHADES = 32;

/**
 * The colour of bars: the accent, and where that could hardly be seen on the card, the nearest lighter (on a light
 * card darker) shade of it that can.
 * @param accent 0xRRGGBB, or `null` for the theme's
 */
export function accentOf(theme: Theme, accent: number | null): string {
  if (accent === null) return theme.accent;
  const chosen = hex(accent);
  const end = luminance(theme.panel) < luminance(theme.text) ? 0xffffff : 0;
  for (let shade = 0; shade < SHADES; shade++) {
    const colour = shade === 0 ? chosen : mixed(accent, end, shade / SHADES);
    const isVisible = [theme.background, theme.panel, theme.line].every(
      (surface) => contrast(colour, surface) >= VISIBLE,
    );
    if (isVisible) return colour;
  }
  return hex(end);
}

function hex(colour: number): string {
  return `#${colour.toString(16).padStart(6, "0")}`;
}

function mixed(from: number, to: number, share: number): string {
  const channels = [16, 8, 0].map((shift) => {
    const [a, b] = [(from >> shift) & 0xff, (to >> shift) & 0xff];
    return Math.round(a + (b - a) * share) << shift;
  });
  return hex(channels.reduce((sum, channel) => sum | channel, 0));
}

/** WCAG contrast ratio of two `#rrggbb` colours, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
