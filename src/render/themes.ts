import type { ThemeName } from "../cards/card.ts";
import { contrast, hex, luminance, mixed } from "./colour.ts";

/** Colours of a card, as `#rrggbb`. Text keeps a contrast of at least 4.5:1 on what it lies on (WCAG 2.2, 1.4.3). */
export interface Theme {
  readonly background: string;
  readonly panel: string;
  /** A line round each panel; `null`: none is needed to see where it ends. */
  readonly outline: string | null;
  readonly text: string;
  /** Labels and notes. */
  readonly muted: string;
  /** Grid lines and empty bars. */
  readonly line: string;
  /** The accent of guilds that chose none. */
  readonly accent: string;
  /** Text beside a mark that points up or down. Quiet: fewer may be better. */
  readonly up: string;
  readonly down: string;
  /** Three colours that are told apart with every common kind of colour blindness. */
  readonly series: readonly [string, string, string];
  /** Of a chart's lines, pixels. */
  readonly stroke: number;
}

export const THEMES: Readonly<Record<ThemeName, Theme>> = {
  dark: {
    background: "#13151b",
    panel: "#1d2029",
    outline: null,
    text: "#f3f5f9",
    muted: "#a8b0c2",
    line: "#333846",
    accent: "#5b9dff",
    up: "#86cdb6",
    down: "#e3ab8f",
    series: ["#5b9dff", "#ffb04a", "#f5f0c0"],
    stroke: 3,
  },
  light: {
    background: "#eef1f6",
    panel: "#ffffff",
    outline: null,
    text: "#171b24",
    muted: "#515b6e",
    line: "#d5dae4",
    accent: "#1d66c9",
    up: "#1c6b57",
    down: "#9a4a1f",
    series: ["#1d66c9", "#a85508", "#222f4d"],
    stroke: 3,
  },
  contrast: {
    background: "#000000",
    panel: "#000000",
    outline: "#ffffff",
    text: "#ffffff",
    muted: "#e4e4e4",
    line: "#4a4a4a",
    accent: "#ffd83d",
    up: "#ffffff",
    down: "#ffffff",
    series: ["#5ab4ff", "#ffb000", "#ffffff"],
    stroke: 5,
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
  const end = luminance(theme.panel) < luminance(theme.text) ? "#ffffff" : "#000000";
  for (let shade = 0; shade < SHADES; shade++) {
    const colour = mixed(chosen, end, shade / SHADES);
    const isVisible = [theme.background, theme.panel, theme.line].every(
      (surface) => contrast(colour, surface) >= VISIBLE,
    );
    if (isVisible) return colour;
  }
  return end;
}

/** What a row is laid on that is set off from the others. */
export function tintOf(theme: Theme, accent: string): string {
  return mixed(theme.panel, accent, 0.12);
}

/** How busy a cell of a map is: from what can just be told from none to the accent itself. */
const HEAT_SHARES = [0.22, 0.4, 0.58, 0.78, 1] as const;

/** The colours of a map, from nothing at all to the busiest: one hue, each further from the panel than the one before. */
export function heatOf(theme: Theme, accent: string): readonly [none: string, ...some: string[]] {
  // Where panels are outlined, cells of nothing are as well.
  const none = theme.outline === null ? mixed(theme.panel, theme.line, 0.5) : theme.panel;
  return [none, ...HEAT_SHARES.map((share) => mixed(theme.panel, accent, share))];
}
